"""The school and the class of an answer are rows of the export."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded, package = await case.read_days(Schedule), await case.package()
    named = [("organizations", decoded.value.organization), ("groups", decoded.value.group)]
    given = [(table, ref) for table, ref in named if ref is not None]
    some(given, "школы и класса", "school and class", decoded.answer)
    for table, ref in given:
        known = {row["id"] for row in (await package.table(table)).rows()}
        none_at(
            [ref.id] if ref.id not in known else [],
            f"нет в таблице {table}",
            f"not in the table {table}",
            decoded.answer,
        )


RULE = Rule(
    id="data.school-of-the-export",
    title=Bilingual(
        "Школа и класс ответа есть в выгрузке",
        "The school and class of an answer are in the export",
    ),
    reason=Bilingual(
        "Если ученик перешёл, ответ и выгрузка спорят, в какой он школе; семья видит обе.",
        "If the answer and the export name different schools, the family sees both.",
    ),
    fix=Bilingual(
        "В organization и group — коды строк organizations и groups.",
        "organization and group have ids of rows of organizations and groups.",
    ),
    example='{"organization": {"id": "org-7"}, "group": {"id": "g-9b"}}',
    needs="exports",
    check=check,
)
