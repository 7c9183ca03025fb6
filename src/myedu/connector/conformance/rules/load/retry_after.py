"""What a refusal under load says."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Nothing, Rule
from myedu.connector.conformance.rules.load._burst import MOST_AT_ONCE, at_once


async def check(case: Case) -> None:
    rate = case.capabilities.limits.requests_per_second or 0.0
    answers = [answer for _, answer in await at_once(case, min(int(rate * 2) + 20, MOST_AT_ONCE))]
    refused = [one for one in answers if one.status in (429, 503)]
    if not refused:
        raise Nothing("отказов под нагрузкой не было", "nothing was refused under load")
    for answer in refused:
        said = answer.headers.get("Retry-After", "").strip()
        that(
            said.isascii() and said.isdigit() and int(said) >= 1,
            f"{answer.status} с Retry-After «{said}», а нужны секунды",
            f"{answer.status} with Retry-After «{said}», expected seconds",
            answer,
        )


RULE = Rule(
    id="load.retry-after",
    title=Both("Отказ под нагрузкой говорит, когда прийти", "A refusal under load says when to come again"),
    reason=Both(
        "Без срока все придут снова сразу, и наплыв не кончится.",
        "Without it all come again at once, and the crowd doesn't end.",
    ),
    mend=Both(
        "К 429 и 503 добавьте Retry-After с целыми секундами, не меньше одной.",
        "Add Retry-After in whole seconds, one at least, to 429 and 503.",
    ),
    example="429\nRetry-After: 1",
    check=check,
    alone=True,
)
