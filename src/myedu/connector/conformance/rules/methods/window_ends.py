"""Both end days of a narrow window have the lessons that a wide one shows."""

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.data._answers import local_day, zone_of
from myedu.contract.answers import Schedule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    wide = await case.read_days(Schedule)
    full = await case.window()
    zone = zone_of(wide)  # a system that sends UTC is judged by another rule
    day_of = {listed.id: local_day(listed.starts_at, zone) for listed in wide.value.lessons}
    days = sorted({day for day in day_of.values() if day in full})
    if not days:
        raise Skipped("в окне нет уроков", "the window has no lessons", wide.answer)
    window = Window(first=days[0], last=days[min(1, len(days) - 1)])
    answer = await case.http.get(case.path("schedule"), query_of(window))
    served = {lesson.id for lesson in case.decode_served(answer, Schedule).lessons}
    for day in (window.first, window.last):
        expected = {lesson for lesson, its_day in day_of.items() if its_day == day}
        require(
            expected <= served,
            f"уроки {day} есть в широком окне, а в окне {window.first} — {window.last} их нет",
            f"lessons of {day} are in a wide window and not in {window.first} to {window.last}",
            wide.answer,
            answer,
        )


RULE = Rule(
    id="methods.window-ends",
    title=Bilingual(
        "Оба конца окна входят в него",
        "Both ends belong to the window",
    ),
    reason=Bilingual(
        "Окно «понедельник — суббота» без последнего дня теряет субботние уроки.",
        "A window from Monday to Saturday without its last day loses Saturday's lessons.",
    ),
    fix=Bilingual(
        "Выбирайте day >= from и day <= to; to — это день целиком, до полуночи в поясе школы.",
        "Select day >= from and day <= to; to is the whole day, until midnight in the school's time zone.",
    ),
    example='GET /v1/students/42/schedule?from=2026-09-01&to=2026-09-01\n200 {"lessons": […]}',
    check=check,
)
