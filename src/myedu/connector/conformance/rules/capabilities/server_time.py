"""The system's clock."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, described
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule

_MOST = timedelta(seconds=60)


async def check(case: Case) -> None:
    before = case.clock.now()
    answer = await case.ask.get("/v1/capabilities", again=True)
    after = case.clock.now()
    told = described(answer).server_time
    away = max(before - told, told - after, timedelta())
    that(
        away <= _MOST,
        f"server_time расходится с часами судьи на {away.total_seconds():.0f} с, а можно на 60",
        f"server_time is {away.total_seconds():.0f} s away from the judge's clock, 60 are allowed",
        answer,
    )


RULE = Rule(
    id="capabilities.server-time",
    title=Both("Часы системы идут верно", "The system's clock is right"),
    reason=Both(
        "По часам решается, не истёк ли токен и какая неделя текущая; отставшие часы закрывают вход порталу.",
        "Clocks decide whether a token is over and which week is this one; a slow clock shuts the "
        "portal out.",
    ),
    mend=Both(
        "Включите на серверах сверку времени (chrony, NTP); server_time — это время ответа.",
        "Keep the servers' clocks by chrony or NTP; server_time is the moment of the answer.",
    ),
    example='GET /v1/capabilities\n200 {"server_time": "2026-09-01T09:00:30+10:00", …}',
    check=check,
)
