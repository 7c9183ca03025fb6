"""A teacher's id of nobody."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    window = query_of(await case.window())
    answer = await case.ask.get(case.path("teacher-schedule", "conformance-nobody"), window)
    refused(answer, "not-found", what=("незнакомый учитель", "an unknown teacher"))


RULE = Rule(
    id="methods.teacher-unknown",
    title=Both("О незнакомом учителе — 404", "An unknown teacher is a 404"),
    reason=Both(
        "Пустое расписание вместо 404 скрывает, что выгрузка и журнал разошлись: учитель думает, что "
        "свободен.",
        "An empty timetable in place of a 404 hides that export and journal differ: a teacher feels free.",
    ),
    mend=Both(
        "Нет учителя с таким id — отвечайте 404 not-found.", "No teacher of this id: answer 404 not-found."
    ),
    example='GET /v1/teachers/nobody/schedule\n404 {"code": "not-found"}',
    needs="teachers",
    check=check,
)
