"""Twice the declared rate at once gets some 429."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.load._burst import MOST_AT_ONCE, at_once


async def check(case: Case) -> None:
    rate = case.capabilities.limits.requests_per_second
    if rate is None or rate * 2 > MOST_AT_ONCE:
        raise Skipped(
            "предел не объявлен или велик", "no limit is declared, or a high one", case.capabilities_answer
        )
    answers = [answer for _, answer in await at_once(case, int(rate * 2) + 5)]
    require(
        any(each.status == 429 for each in answers),
        f"{len(answers)} запросов сразу при пределе {rate:g} в секунду — и ни одного 429",
        f"{len(answers)} requests at once with a limit of {rate:g} a second, and no 429",
        answers[-1],
    )


RULE = Rule(
    id="load.refuses-beyond",
    title=Bilingual(
        "Сверх объявленного предела — 429",
        "Beyond the declared limit the answer is 429",
    ),
    reason=Bilingual(
        "Журнал, который принимает всё, под наплывом падает весь; отказ спасает остальных.",
        "A journal that accepts everything fails entirely; a refusal protects the other clients.",
    ),
    fix=Bilingual(
        "Считайте запросы клиента в секунду и отвечайте 429 сверх limits.requests_per_second; "
        "предела нет — не объявляйте его.",
        "Count each client's requests per second and answer 429 beyond limits.requests_per_second; if there "
        "is no limit, declare none.",
    ),
    example='{"limits": {"requests_per_second": 50}}, 105 запросов сразу: есть 429',
    severity="warning",
    check=check,
    alone=True,
)
