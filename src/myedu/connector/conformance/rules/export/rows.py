"""The numbers of rows."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    async for table in tables_of(case):
        rows, said = sum(1 for _ in places(table)), package.entry(table.name).rows
        if rows != said:
            wrong.append(f"{table.name} ({rows} ≠ {said})")
    none_at(wrong, "число строк не сходится", "the number of rows doesn't agree", package.answer)


RULE = Rule(
    id="export.rows",
    title=Both(
        "Число строк сходится с манифестом",
        "The number of rows agrees with the manifest",
    ),
    reason=Both(
        "Недостающие строки — это дети, которые завтра уйдут в архив.",
        "Rows that are missing are children who will be archived tomorrow.",
    ),
    mend=Both(
        "Считайте строки, которые записали, без заголовка.",
        "Count the rows that were written, without the header.",
    ),
    example='{"table": "persons", "rows": 3}',
    needs="exports",
    check=check,
)
