"""An unknown teacher id gets 404."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    answer = await case.http.get(case.path("teacher-schedule", "conformance-nobody"), window)
    refused(answer, "not-found", what=("незнакомый учитель", "an unknown teacher"))


RULE = Rule(
    id="methods.teacher-unknown",
    title=Bilingual(
        "О незнакомом учителе — 404",
        "An unknown teacher gets 404",
    ),
    reason=Bilingual(
        "Пустое расписание вместо 404 скрывает, что выгрузка и журнал разошлись: учитель думает, что "
        "свободен.",
        "An empty timetable instead of a 404 hides that the export and the journal differ: the teacher "
        "thinks the day is free.",
    ),
    fix=Bilingual(
        "Нет учителя с таким id — отвечайте 404 not-found.",
        "If there is no teacher with this id, answer 404 not-found.",
    ),
    example='GET /v1/teachers/nobody/schedule\n404 {"code": "not-found"}',
    needs="teachers",
    check=check,
)
