"""The numbers of the lessons."""

from datetime import date

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import local_day, some, zone_of
from myedu.contract.answers import Schedule
from myedu.contract.school import Lesson


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    zone = zone_of(read)
    days: dict[date, list[Lesson]] = {}
    for one in read.value.lessons:
        if one.number is not None and one.kind == "lesson" and one.status != "moved":
            days.setdefault(local_day(one.starts_at, zone), []).append(one)
    some(list(days), "уроков с номером", "lessons with a number", read.answer)
    none_at(
        [day.isoformat() for day, lessons in sorted(days.items()) if not _in_order(lessons)],
        "номера уроков идут не по времени",
        "the numbers don't follow the time",
        read.answer,
    )


def _in_order(lessons: list[Lesson]) -> bool:
    by_time = sorted(lessons, key=lambda one: (one.starts_at, one.number))
    numbers = [one.number or 0 for one in by_time]
    return numbers == sorted(numbers)


RULE = Rule(
    id="data.number-order",
    title=Both(
        "Номера уроков идут по времени",
        "Lesson numbers follow the time",
    ),
    reason=Both(
        "Семья говорит «третий урок»; если он раньше второго, дневнику не верят.",
        "A family says «the third lesson»; where it comes before the second, nobody believes the diary.",
    ),
    mend=Both(
        "Нумеруйте уроки дня по времени начала; подгруппам одного урока — один номер.",
        "Number the lessons of a day by their start; subgroups of one lesson share the number.",
    ),
    example='{"number": 1, "starts_at": "…T08:30…"}, {"number": 2, "starts_at": "…T09:25…"}',
    check=check,
)
