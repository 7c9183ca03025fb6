"""Lessons start on days of the requested window, by the school's clock."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import local_day, some, zone_of
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    window = await case.window()
    decoded = await case.read_days(Schedule, window=window)
    some(decoded.value.lessons, "уроков", "lessons", decoded.answer)
    zone = zone_of(decoded)
    outside = [
        lesson.id for lesson in decoded.value.lessons if local_day(lesson.starts_at, zone) not in window
    ]
    none_at(outside, "уроки не из этих дней", "lessons on other days", decoded.answer)


RULE = Rule(
    id="data.lesson-in-window",
    title=Bilingual(
        "Уроки — из дней окна по часам школы",
        "Lessons are on the window's days by the school's clock",
    ),
    reason=Bilingual(
        "Урок другого дня встанет не на свою страницу, и семья увидит его дважды или не увидит.",
        "A lesson of another day appears on the wrong page: a family sees it twice or never.",
    ),
    fix=Bilingual(
        "Отбирайте уроки по местной дате школы, а не по дате UTC или сервера.",
        "Select lessons by the school's local date, not by the date in UTC or on the server.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01&to=2026-09-07",
    check=check,
)
