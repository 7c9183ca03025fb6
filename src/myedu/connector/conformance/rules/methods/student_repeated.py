"""Whom an answer is about."""

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for kind, name in DAY_ANSWERS.items():
        for student in case.students if name in case.day_methods else ():
            read = await case.read(kind, student_id=student)
            that(
                read.value.student_id == student,
                f"{name}: student_id в ответе — не тот, о ком спросили",
                f"{name}: student_id of the answer is not the one asked about",
                read.answer,
            )


RULE = Rule(
    id="methods.student-repeated",
    title=Both("Ответ называет того, о ком спросили", "An answer names whom it was asked about"),
    reason=Both(
        "Чужой дневник у родителя — худшее, что может случиться; портал сверяет student_id и не покажет его.",
        "Another child's diary is the worst a parent can be shown; the portal compares student_id and won't.",
    ),
    mend=Both(
        "Верните student_id из адреса; проверьте, что кеш перед системой различает адреса целиком.",
        "Give back the student_id of the address; see that a cache in front tells whole addresses apart.",
    ),
    example='GET /v1/students/42/marks\n200 {"student_id": "42", …}',
    check=check,
)
