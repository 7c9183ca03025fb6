"""The school and the class of an answer."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read, package = await case.read(Schedule), await case.package()
    named = [("organizations", read.value.organization), ("groups", read.value.group)]
    given = [(table, ref) for table, ref in named if ref is not None]
    some(given, "школы и класса", "school and class", read.answer)
    for table, ref in given:
        known = {row["id"] for row in (await package.table(table)).rows()}
        none_at(
            [ref.id] if ref.id not in known else [],
            f"нет в таблице {table}",
            f"not in the table {table}",
            read.answer,
        )


RULE = Rule(
    id="data.school-of-the-export",
    title=Both(
        "Школа и класс ответа есть в выгрузке",
        "School and class of an answer stand in the export",
    ),
    reason=Both(
        "Если ученик перешёл, ответ и выгрузка спорят, в какой он школе; семья видит обе.",
        "Where answer and export differ about a pupil's school, the family sees both.",
    ),
    mend=Both(
        "В organization и group — коды строк organizations и groups.",
        "organization and group hold ids of rows of organizations and groups.",
    ),
    example='{"organization": {"id": "org-7"}, "group": {"id": "g-9b"}}',
    needs="exports",
    check=check,
)
