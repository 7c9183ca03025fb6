"""Answers have the student_id of the request."""

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for kind, name in DAY_ANSWERS.items():
        for student in case.students if name in case.day_methods else ():
            decoded = await case.read_days(kind, student_id=student)
            require(
                decoded.value.student_id == student,
                f"{name}: student_id в ответе — не тот, о ком спросили",
                f"{name}: student_id of the answer is not the requested one",
                decoded.answer,
            )


RULE = Rule(
    id="methods.student-repeated",
    title=Bilingual(
        "Ответ называет того, о ком спросили",
        "An answer names the student it is about",
    ),
    reason=Bilingual(
        "Чужой дневник у родителя — худшее, что может случиться; портал сверяет student_id и не покажет его.",
        "Another child's diary is the worst a parent can see; the portal compares student_id and does not "
        "show it.",
    ),
    fix=Bilingual(
        "Верните student_id из адреса; проверьте, что кеш перед системой различает адреса целиком.",
        "Return the student_id of the address; check that a cache in front distinguishes full addresses.",
    ),
    example='GET /v1/students/42/marks\n200 {"student_id": "42", …}',
    check=check,
)
