"""Lessons start with the offset of the school's time zone, or in UTC."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some, zone_of
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    some(decoded.value.lessons, "уроков", "lessons", decoded.answer)
    zone = zone_of(decoded)
    wrong = [
        f"{lesson.id} ({lesson.starts_at.isoformat()})"
        for lesson in decoded.value.lessons
        if lesson.starts_at.utcoffset() not in (timedelta(), lesson.starts_at.astimezone(zone).utcoffset())
    ]
    none_at(
        wrong,
        "смещение не то, что у пояса школы",
        "an offset that the school's zone doesn't have",
        decoded.answer,
    )


RULE = Rule(
    id="data.offset-of-zone",
    title=Bilingual(
        "Смещение времени — от пояса школы",
        "Instants have the offset of the school's time zone",
    ),
    reason=Bilingual(
        "С чужим смещением урок в 8:30 покажут в 7:30. Летнего времени в России нет с 2011 года, с "
        "2014 пояса снова сдвинуты.",
        "With another offset the 8:30 lesson is shown at 7:30. Russia has had no summer time since 2011 and "
        "changed its zones in 2014.",
    ),
    fix=Bilingual(
        "Обновите базу поясов (tzdata) и считайте смещение по поясу школы, а не сервера.",
        "Update the time zone database (tzdata) and compute the offset of the school's zone, not of the "
        "server's.",
    ),
    example='{"starts_at": "2026-09-01T08:00:00+10:00"} при Asia/Vladivostok',
    exceptions=Bilingual(
        "Время в UTC («Z» или +00:00) допустимо: момент тот же.",
        'UTC ("Z" or +00:00) is allowed: it is the same instant.',
    ),
    check=check,
)
