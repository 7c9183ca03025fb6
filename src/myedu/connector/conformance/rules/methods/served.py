"""Every method about days answers 200 for the students under test."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for student in case.students:
        for name in case.day_methods:
            status(await case.get_days(name, student_id=student), 200, what=(name, name))


RULE = Rule(
    id="methods.served",
    title=Bilingual(
        "Об ученике отвечают все методы",
        "All methods answer for a student",
    ),
    reason=Bilingual(
        "Ученик есть в выгрузке, а журнал о нём молчит: семья видит пустой дневник.",
        "The student is in the export but the journal doesn't answer: the family sees an empty diary.",
    ),
    fix=Bilingual(
        "Проверьте, что ученик с этим id есть в журнале и что методы находят его по тому же id, что "
        "в выгрузке.",
        "Check that the journal has the student and that the methods look students up by the id of the "
        "export.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01&to=2026-09-07\n200",
    check=check,
)
