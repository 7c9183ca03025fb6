"""A window of limits.window_days days is served."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.windows import Window


async def check(case: Case) -> None:
    last = (await case.window()).last
    longest = case.capabilities.limits.window_days
    window = Window(first=last - timedelta(days=longest - 1), last=last)
    for name in case.day_methods:
        answer = await case.http.get(case.path(name), query_of(window))
        status(answer, 200, what=(f"{name}, дней: {longest}", f"{name}, {longest} days"))


RULE = Rule(
    id="methods.window-longest",
    title=Bilingual(
        "Окно объявленной длины обслуживается",
        "A window of the declared length is served",
    ),
    reason=Bilingual(
        "Портал спрашивает четверть самыми длинными окнами; отказ на границе оставляет её без оценок.",
        "The portal requests a quarter in the longest windows; a refusal at the limit leaves it without "
        "marks.",
    ),
    fix=Bilingual(
        "from и to входят в окно оба: от 1 по 7 число — семь дней. Считайте дни с обоими концами.",
        "Both from and to belong to the window: the 1st to the 7th is seven days. Count both ends.",
    ),
    example="GET /v1/students/42/schedule?from=2026-09-01&to=2026-12-01 (92 days)\n200",
    check=check,
)
