"""A teacher's schedule repeats the requested teacher and window."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.answers import TeacherSchedule


async def check(case: Case) -> None:
    teacher, window = await case.teacher(), await case.window()
    answer = await case.http.get(case.path("teacher-schedule", teacher), query_of(window))
    value = case.decode_served(answer, TeacherSchedule)
    require(
        (value.teacher_id, value.first_day, value.last_day) == (teacher, window.first, window.last),
        "ответ не о том учителе или не о тех днях, о которых спросили",
        "the answer is about another teacher or other days than requested",
        answer,
    )


RULE = Rule(
    id="methods.teacher-schedule",
    title=Bilingual(
        "Учитель видит свои уроки",
        "A teacher sees their own lessons",
    ),
    reason=Bilingual(
        "Учитель открывает портал ради завтрашнего дня; чужое расписание отправит его не в тот кабинет.",
        "A teacher opens the portal to see tomorrow; another teacher's timetable leads to the wrong room.",
    ),
    fix=Bilingual(
        "Ищите учителя по id из таблицы staff выгрузки; верните teacher_id, from и to.",
        "Find the teacher by the id in the table staff of the export; return teacher_id, from and to.",
    ),
    example='GET /v1/teachers/st-1/schedule?from=…&to=…\n200 {"teacher_id": "st-1", "lessons": […], …}',
    needs="teachers",
    check=check,
)
