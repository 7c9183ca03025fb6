"""Every absence has the id and the day of a lesson in the schedule."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import local_day, some, zone_of
from myedu.contract.answers import AttendanceList, Schedule


async def check(case: Case) -> None:
    schedule, decoded = await case.read_days(Schedule), await case.read_days(AttendanceList)
    some(decoded.value.attendance, "пропусков", "absences", decoded.answer)
    zone = zone_of(schedule)
    days = {lesson.id: local_day(lesson.starts_at, zone) for lesson in schedule.value.lessons}
    wrong = [
        absence.lesson_id
        for absence in decoded.value.attendance
        if days.get(absence.lesson_id) != absence.day
    ]
    none_at(
        wrong,
        "урока с таким кодом в этот день в расписании нет",
        "the schedule has no lesson with this id on this day",
        decoded.answer,
        schedule.answer,
    )


RULE = Rule(
    id="data.attendance-lesson-known",
    title=Bilingual(
        "Пропуск указывает на урок из расписания",
        "An absence refers to a lesson of the schedule",
    ),
    reason=Bilingual(
        "Иначе пропуск не покажут, и семья узнает о нём в конце четверти.",
        "Otherwise the absence isn't shown, and the family learns of it at the end of the quarter.",
    ),
    fix=Bilingual(
        "В lesson_id — код урока из ответа schedule того же дня.",
        "lesson_id is a lesson of schedule on the same day.",
    ),
    example='{"lesson_id": "2026-09-01-2", "day": "2026-09-01", "code": "late"}',
    needs="attendance",
    check=check,
)
