"""Without a window, last week to next week is served."""

from datetime import timedelta

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.answers import StudentAnswer
from myedu.contract.windows import monday_of

_AHEAD = (timedelta(hours=-12), timedelta(hours=14))
"""Offsets of the time zones in which a school may be: its day may differ from that of UTC."""


async def check(case: Case) -> None:
    mondays = {monday_of((case.clock.now() + ahead).date()) for ahead in _AHEAD}
    expected = {(day - timedelta(days=7), day + timedelta(days=13)) for day in mondays}
    for kind, name in DAY_ANSWERS.items():
        if name not in case.day_methods:
            continue
        answer = await case.http.get(case.path(name))
        value: StudentAnswer = case.decode_served(answer, kind)
        require(
            (value.first_day, value.last_day) in expected,
            f"{name}: без окна отданы дни {value.first_day} — {value.last_day}",
            f"{name}: without a window, {value.first_day} to {value.last_day} is served",
            answer,
        )


RULE = Rule(
    id="methods.window-default",
    title=Bilingual(
        "Без окна отдаются прошлая, текущая и будущая недели",
        "Without a window, last week, this week and next week are served",
    ),
    reason=Bilingual(
        "Так дневник открывается одним запросом, даже если вызывающий не знает дня в часовом поясе школы.",
        "One request opens the diary, even if the client doesn't know the date in the school's time zone.",
    ),
    fix=Bilingual(
        "Без from и to отдавайте дни с понедельника прошлой недели по воскресенье будущей.",
        "Without from and to, serve from Monday of last week to Sunday of next week.",
    ),
    example='GET /v1/students/42/schedule (on 2026-11-25)\n200 {"from": "2026-11-16", "to": "2026-12-06", …}',
    check=check,
)
