"""server_time differs from the judge's clock by a minute at most."""

from datetime import timedelta

from myedu.connector.conformance.case import Case, decode_capabilities
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule

_MOST = timedelta(seconds=60)


async def check(case: Case) -> None:
    before = case.clock.now()
    answer = await case.http.get("/v1/capabilities", again=True)
    after = case.clock.now()
    stated = decode_capabilities(answer).server_time
    skew = max(before - stated, stated - after, timedelta())
    require(
        skew <= _MOST,
        f"server_time расходится с часами судьи на {skew.total_seconds():.0f} с, а можно на 60",
        f"server_time is {skew.total_seconds():.0f} s off the judge's clock, at most 60 are allowed",
        answer,
    )


RULE = Rule(
    id="capabilities.server-time",
    title=Bilingual(
        "Часы системы идут верно",
        "The system's clock is correct",
    ),
    reason=Bilingual(
        "По часам решается, не истёк ли токен и какая неделя текущая; отставшие часы закрывают вход порталу.",
        "Clocks decide whether a token has expired and which week is current; a slow clock locks the portal "
        "out.",
    ),
    fix=Bilingual(
        "Включите на серверах сверку времени (chrony, NTP); server_time — это время ответа.",
        "Synchronise the servers' clocks (chrony, NTP); server_time is the time of the answer.",
    ),
    example='GET /v1/capabilities\n200 {"server_time": "2026-09-01T09:00:30+10:00", …}',
    check=check,
)
