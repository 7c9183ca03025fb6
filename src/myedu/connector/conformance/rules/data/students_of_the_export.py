"""A sample of the students enrolled in the export is answered with 200."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped

_TRIED = 5


async def check(case: Case) -> None:
    table = await (await case.package()).table("enrollments")
    pupils = sorted({row["person_id"] for row in table.rows() if not row.get("ends_on")})
    if not pupils:
        raise Skipped("в выгрузке никто не учится", "no student is enrolled in the export")
    step = max(1, len(pupils) // _TRIED)
    for student_id in pupils[::step][:_TRIED]:
        answer = await case.get_days("schedule", student_id=student_id)
        require(
            answer.status == 200,
            f"ученик из выгрузки: ответ {answer.status} вместо 200",
            f"a student of the export: answered {answer.status}, not 200",
            answer,
        )


RULE = Rule(
    id="data.students-of-the-export",
    title=Bilingual(
        "О каждом ученике из выгрузки есть ответ",
        "Every student of the export has an answer",
    ),
    reason=Bilingual(
        "Портал узнаёт детей из выгрузки; если на их код ответа нет, семья видит пустой дневник.",
        "The portal knows children from the export; if their id has no answer, the family sees an empty "
        "diary.",
    ),
    fix=Bilingual(
        "Код ученика в методах — это persons.id выгрузки.",
        "The student id in the methods is persons.id of the export.",
    ),
    example='строка persons "42" и GET /v1/students/42/schedule — 200',
    needs="exports",
    check=check,
)
