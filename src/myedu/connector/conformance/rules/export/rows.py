"""Tables have as many rows as the manifest says."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    async for table in tables_of(case):
        rows, stated = sum(1 for _ in places(table)), package.entry(table.name).rows
        if rows != stated:
            wrong.append(f"{table.name} ({rows} ≠ {stated})")
    none_at(wrong, "число строк не сходится", "the number of rows differs from the manifest", package.answer)


RULE = Rule(
    id="export.rows",
    title=Bilingual(
        "Число строк сходится с манифестом",
        "The number of rows agrees with the manifest",
    ),
    reason=Bilingual(
        "Недостающие строки — это дети, которые завтра уйдут в архив.",
        "Missing rows are children who will be archived tomorrow.",
    ),
    fix=Bilingual(
        "Считайте строки, которые записали, без заголовка.",
        "Count the rows written, without the header.",
    ),
    example='{"table": "persons", "rows": 3}',
    needs="exports",
    check=check,
)
