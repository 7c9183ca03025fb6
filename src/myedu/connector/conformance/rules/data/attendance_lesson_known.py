"""The lessons of absences."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import local_day, some, zone_of
from myedu.contract.answers import AttendanceList, Schedule


async def check(case: Case) -> None:
    schedule, read = await case.read(Schedule), await case.read(AttendanceList)
    some(read.value.attendance, "пропусков", "absences", read.answer)
    zone = zone_of(schedule)
    days = {one.id: local_day(one.starts_at, zone) for one in schedule.value.lessons}
    wrong = [one.lesson_id for one in read.value.attendance if days.get(one.lesson_id) != one.day]
    none_at(
        wrong,
        "урока с таким кодом в этот день в расписании нет",
        "the schedule has no lesson with this id on this day",
        read.answer,
        schedule.answer,
    )


RULE = Rule(
    id="data.attendance-lesson-known",
    title=Both(
        "Пропуск указывает на урок из расписания",
        "An absence names a lesson of the schedule",
    ),
    reason=Both(
        "Иначе пропуск не покажут, и семья узнает о нём в конце четверти.",
        "Otherwise the absence isn't shown, and the family learns of it at the quarter's end.",
    ),
    mend=Both(
        "В lesson_id — код урока из ответа schedule того же дня.",
        "lesson_id is a lesson of schedule on the same day.",
    ),
    example='{"lesson_id": "2026-09-01-2", "day": "2026-09-01", "code": "late"}',
    needs="attendance",
    check=check,
)
