"""Lesson numbers of a day grow with the time."""

from datetime import date

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import local_day, some, zone_of
from myedu.contract.answers import Schedule
from myedu.contract.school import Lesson


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    zone = zone_of(decoded)
    days: dict[date, list[Lesson]] = {}
    for lesson in decoded.value.lessons:
        if lesson.number is not None and lesson.kind == "lesson" and lesson.status != "moved":
            days.setdefault(local_day(lesson.starts_at, zone), []).append(lesson)
    some(list(days), "уроков с номером", "lessons with a number", decoded.answer)
    none_at(
        [day.isoformat() for day, lessons in sorted(days.items()) if not _in_order(lessons)],
        "номера уроков идут не по времени",
        "the numbers don't follow the time",
        decoded.answer,
    )


def _in_order(lessons: list[Lesson]) -> bool:
    by_time = sorted(lessons, key=lambda lesson: (lesson.starts_at, lesson.number))
    numbers = [lesson.number or 0 for lesson in by_time]
    return numbers == sorted(numbers)


RULE = Rule(
    id="data.number-order",
    title=Bilingual(
        "Номера уроков идут по времени",
        "Lesson numbers follow the time",
    ),
    reason=Bilingual(
        "Семья говорит «третий урок»; если он раньше второго, дневнику не верят.",
        "Families say «the third lesson»; if it comes before the second, the diary is not trusted.",
    ),
    fix=Bilingual(
        "Нумеруйте уроки дня по времени начала; подгруппам одного урока — один номер.",
        "Number the lessons of a day by their start; subgroups of one lesson share a number.",
    ),
    example='{"number": 1, "starts_at": "…T08:30…"}, {"number": 2, "starts_at": "…T09:25…"}',
    check=check,
)
