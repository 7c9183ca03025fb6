"""A window one day longer than limits.window_days is refused."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    last = (await case.window()).last
    longest = case.capabilities.limits.window_days
    window = Window(first=last - timedelta(days=longest), last=last)
    for name in case.day_methods:
        answer = await case.http.get(case.path(name), query_of(window))
        refused(
            answer, "window-too-long", what=(f"{name}, дней: {window.days}", f"{name}, {window.days} days")
        )


RULE = Rule(
    id="methods.window-too-long",
    title=Bilingual("Слишком длинное окно отвергается", "A window that is too long is refused"),
    reason=Bilingual(
        "Обрезанный молча ответ теряет уроки и оценки; отказ портал понимает и спрашивает по частям.",
        "A silently truncated answer loses lessons and marks; the portal understands a refusal and splits "
        "the window.",
    ),
    fix=Bilingual(
        "Если дней больше, чем limits.window_days, отвечайте 400 window-too-long.",
        "If there are more days than limits.window_days, answer 400 window-too-long.",
    ),
    example='GET /v1/students/42/schedule?from=2026-01-01&to=2026-12-31\n400 {"code": "window-too-long"}',
    check=check,
)
