"""No window at all."""

from datetime import timedelta

from myedu.connector.conformance.case import DAY_ANSWERS, Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.answers import StudentAnswer
from myedu.contract.windows import monday_of

_AHEAD = (timedelta(hours=-12), timedelta(hours=14))
"""Where on earth a school may be: its own day is not UTC's."""


async def check(case: Case) -> None:
    mondays = {monday_of((case.clock.now() + ahead).date()) for ahead in _AHEAD}
    expected = {(day - timedelta(days=7), day + timedelta(days=13)) for day in mondays}
    for kind, name in DAY_ANSWERS.items():
        if name not in case.day_methods:
            continue
        answer = await case.ask.get(case.path(name))
        value: StudentAnswer = case.served(answer, kind)
        that(
            (value.first_day, value.last_day) in expected,
            f"{name}: без окна отданы дни {value.first_day} — {value.last_day}",
            f"{name}: without a window {value.first_day} to {value.last_day} are served",
            answer,
        )


RULE = Rule(
    id="methods.window-default",
    title=Both(
        "Без окна отдаются прошлая, текущая и будущая недели",
        "Without a window the last, this and the next week are served",
    ),
    reason=Both(
        "Так дневник открывается одним запросом, даже если вызывающий не знает дня в часовом поясе школы.",
        "So a diary opens by one call, also where the caller doesn't know the day in the school's zone.",
    ),
    mend=Both(
        "Без from и to отдавайте дни с понедельника прошлой недели по воскресенье будущей.",
        "Without from and to serve from Monday of last week to Sunday of the next.",
    ),
    example='GET /v1/students/42/schedule (on 2026-11-25)\n200 {"from": "2026-11-16", "to": "2026-12-06", …}',
    check=check,
)
