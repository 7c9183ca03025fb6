"""Whether exported pupils have answers."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Nothing, Rule

_TRIED = 5


async def check(case: Case) -> None:
    table = await (await case.package()).table("enrollments")
    pupils = sorted({row["person_id"] for row in table.rows() if not row.get("ends_on")})
    if not pupils:
        raise Nothing("в выгрузке никто не учится", "nobody studies in the export")
    step = max(1, len(pupils) // _TRIED)
    for student_id in pupils[::step][:_TRIED]:
        answer = await case.ask_days("schedule", student_id=student_id)
        that(
            answer.status == 200,
            f"ученик из выгрузки: ответ {answer.status} вместо 200",
            f"a pupil of the export: answered {answer.status}, not 200",
            answer,
        )


RULE = Rule(
    id="data.students-of-the-export",
    title=Both(
        "О каждом ученике из выгрузки есть ответ",
        "Every pupil of the export has an answer",
    ),
    reason=Both(
        "Портал узнаёт детей из выгрузки; если на их код ответа нет, семья видит пустой дневник.",
        "The portal knows children by the export; where their id has no answer, the family sees an "
        "empty diary.",
    ),
    mend=Both(
        "Код ученика в методах — это persons.id выгрузки.",
        "The student's id of the methods is persons.id of the export.",
    ),
    example='строка persons "42" и GET /v1/students/42/schedule — 200',
    needs="exports",
    check=check,
)
