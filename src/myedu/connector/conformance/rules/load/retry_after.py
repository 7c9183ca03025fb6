"""A 429 or 503 under load has Retry-After in seconds."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.load._burst import MOST_AT_ONCE, at_once


async def check(case: Case) -> None:
    rate = case.capabilities.limits.requests_per_second or 0.0
    answers = [answer for _, answer in await at_once(case, min(int(rate * 2) + 20, MOST_AT_ONCE))]
    refused = [each for each in answers if each.status in (429, 503)]
    if not refused:
        raise Skipped("отказов под нагрузкой не было", "nothing was refused under load")
    for answer in refused:
        seconds = answer.headers.get("Retry-After", "").strip()
        require(
            seconds.isascii() and seconds.isdigit() and int(seconds) >= 1,
            f"{answer.status} с Retry-After «{seconds}», а нужны секунды",
            f"{answer.status} with Retry-After «{seconds}», expected seconds",
            answer,
        )


RULE = Rule(
    id="load.retry-after",
    title=Bilingual(
        "Отказ под нагрузкой говорит, когда прийти",
        "A refusal under load says when to try again",
    ),
    reason=Bilingual(
        "Без срока все придут снова сразу, и наплыв не кончится.",
        "Without it all clients come back at once, and the overload never ends.",
    ),
    fix=Bilingual(
        "К 429 и 503 добавьте Retry-After с целыми секундами, не меньше одной.",
        "Add Retry-After in whole seconds, at least 1, to 429 and 503.",
    ),
    example="429\nRetry-After: 1",
    check=check,
    alone=True,
)
