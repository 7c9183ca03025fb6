"""The longest window that the system says it serves."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    last = (await case.window()).last
    longest = case.capabilities.limits.window_days
    window = Window(first=last - timedelta(days=longest - 1), last=last)
    for name in case.day_methods:
        answer = await case.ask.get(case.path(name), query_of(window))
        status(answer, 200, what=(f"{name}, дней: {longest}", f"{name}, {longest} days"))


RULE = Rule(
    id="methods.window-longest",
    title=Both("Окно объявленной длины обслуживается", "A window of the declared length is served"),
    reason=Both(
        "Портал спрашивает четверть самыми длинными окнами; отказ на границе оставляет её без оценок.",
        "The portal asks for a quarter by the longest windows; a refusal at the edge leaves it "
        "without marks.",
    ),
    mend=Both(
        "from и to входят в окно оба: от 1 по 7 число — семь дней. Считайте дни с обоими концами.",
        "Both from and to belong to the window: from the 1st to the 7th is seven days. Count both ends.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01&to=2026-12-01 (92 days)\n200",
    check=check,
)
