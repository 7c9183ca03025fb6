"""The days of the lessons."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import local_day, some, zone_of
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    window = await case.window()
    read = await case.read(Schedule, window=window)
    some(read.value.lessons, "уроков", "lessons", read.answer)
    zone = zone_of(read)
    outside = [one.id for one in read.value.lessons if local_day(one.starts_at, zone) not in window]
    none_at(outside, "уроки не из этих дней", "lessons of other days", read.answer)


RULE = Rule(
    id="data.lesson-in-window",
    title=Both(
        "Уроки — из дней окна по часам школы",
        "Lessons are of the window's days by the school's clock",
    ),
    reason=Both(
        "Урок другого дня встанет не на свою страницу, и семья увидит его дважды или не увидит.",
        "A lesson of another day stands on a wrong page: a family sees it twice or never.",
    ),
    mend=Both(
        "Отбирайте уроки по местной дате школы, а не по дате UTC или сервера.",
        "Choose lessons by the school's local date, not by that of UTC or the server.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01&to=2026-09-07",
    check=check,
)
