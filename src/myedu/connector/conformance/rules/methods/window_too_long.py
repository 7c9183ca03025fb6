"""A window longer than the system serves."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    last = (await case.window()).last
    longest = case.capabilities.limits.window_days
    window = Window(first=last - timedelta(days=longest), last=last)
    for name in case.day_methods:
        answer = await case.ask.get(case.path(name), query_of(window))
        refused(
            answer, "window-too-long", what=(f"{name}, дней: {window.days}", f"{name}, {window.days} days")
        )


RULE = Rule(
    id="methods.window-too-long",
    title=Both("Слишком длинное окно отвергается", "A window that is too long is refused"),
    reason=Both(
        "Обрезанный молча ответ теряет уроки и оценки; отказ портал понимает и спрашивает по частям.",
        "An answer cut in silence loses lessons and marks; a refusal the portal understands and asks "
        "in parts.",
    ),
    mend=Both(
        "Если дней больше, чем limits.window_days, отвечайте 400 window-too-long.",
        "Where there are more days than limits.window_days, answer 400 window-too-long.",
    ),
    example='GET /v1/students/42/schedule?from=2026-01-01&to=2026-12-31\n400 {"code": "window-too-long"}',
    check=check,
)
