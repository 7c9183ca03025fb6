"""The offsets of the lessons."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some, zone_of
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    some(read.value.lessons, "уроков", "lessons", read.answer)
    zone = zone_of(read)
    wrong = [
        f"{one.id} ({one.starts_at.isoformat()})"
        for one in read.value.lessons
        if one.starts_at.utcoffset() not in (timedelta(), one.starts_at.astimezone(zone).utcoffset())
    ]
    none_at(
        wrong,
        "смещение не то, что у пояса школы",
        "an offset that the school's zone doesn't have",
        read.answer,
    )


RULE = Rule(
    id="data.offset-of-zone",
    title=Both(
        "Смещение времени — от пояса школы",
        "Instants have the offset of the school's zone",
    ),
    reason=Both(
        "С чужим смещением урок в 8:30 покажут в 7:30. Летнего времени в России нет с 2011 года, с "
        "2014 пояса снова сдвинуты.",
        "With another offset the lesson of 8:30 is shown at 7:30. Russia has had no summer time since"
        " 2011, and moved its zones in 2014.",
    ),
    mend=Both(
        "Обновите базу поясов (tzdata) и считайте смещение по поясу школы, а не сервера.",
        "Update the database of zones (tzdata) and compute the offset of the school's zone, not the "
        "server's.",
    ),
    example='{"starts_at": "2026-09-01T08:00:00+10:00"} при Asia/Vladivostok',
    exceptions=Both(
        "Время в UTC («Z» или +00:00) допустимо: момент тот же.",
        'UTC ("Z" or +00:00) is allowed: the instant is the same.',
    ),
    check=check,
)
