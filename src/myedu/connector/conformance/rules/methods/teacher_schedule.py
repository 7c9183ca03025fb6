"""A teacher's lessons."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.answers import TeacherSchedule


async def check(case: Case) -> None:
    teacher, window = await case.teacher(), await case.window()
    answer = await case.ask.get(case.path("teacher-schedule", teacher), query_of(window))
    value = case.served(answer, TeacherSchedule)
    that(
        (value.teacher_id, value.first_day, value.last_day) == (teacher, window.first, window.last),
        "ответ не о том учителе или не о тех днях, о которых спросили",
        "the answer is about another teacher or other days than were asked",
        answer,
    )


RULE = Rule(
    id="methods.teacher-schedule",
    title=Both("Учитель видит свои уроки", "A teacher sees the own lessons"),
    reason=Both(
        "Учитель открывает портал ради завтрашнего дня; чужое расписание отправит его не в тот кабинет.",
        "A teacher opens the portal for tomorrow; another's timetable leads to the wrong room.",
    ),
    mend=Both(
        "Ищите учителя по id из таблицы staff выгрузки; верните teacher_id, from и to.",
        "Find the teacher by the id of the export's table staff; give teacher_id, from and to back.",
    ),
    example='GET /v1/teachers/st-1/schedule?from=…&to=…\n200 {"teacher_id": "st-1", "lessons": […], …}',
    needs="teachers",
    check=check,
)
