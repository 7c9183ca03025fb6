"""Every method about days answers for a known student."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for student in case.students:
        for name in case.day_methods:
            status(await case.ask_days(name, student_id=student), 200, what=(name, name))


RULE = Rule(
    id="methods.served",
    title=Both("Об ученике отвечают все методы", "All methods answer about a student"),
    reason=Both(
        "Ученик есть в выгрузке, а журнал о нём молчит: семья видит пустой дневник.",
        "A student is in the export and the journal is silent: the family sees an empty diary.",
    ),
    mend=Both(
        "Проверьте, что ученик с этим id есть в журнале и что методы находят его по тому же id, что "
        "в выгрузке.",
        "See that the journal has the student and that the methods find it by the id of the export.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01&to=2026-09-07\n200",
    check=check,
)
