"""Requests beyond the stated rate."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Nothing, Rule
from myedu.connector.conformance.rules.load._burst import MOST_AT_ONCE, at_once


async def check(case: Case) -> None:
    rate = case.capabilities.limits.requests_per_second
    if rate is None or rate * 2 > MOST_AT_ONCE:
        raise Nothing("предел не объявлен или велик", "no limit is declared, or a high one", case.described)
    answers = [answer for _, answer in await at_once(case, int(rate * 2) + 5)]
    that(
        any(one.status == 429 for one in answers),
        f"{len(answers)} запросов сразу при пределе {rate:g} в секунду — и ни одного 429",
        f"{len(answers)} requests at once with a limit of {rate:g} a second, and no 429",
        answers[-1],
    )


RULE = Rule(
    id="load.refuses-beyond",
    title=Both("Сверх объявленного предела — 429", "Beyond the declared limit comes 429"),
    reason=Both(
        "Журнал, который принимает всё, под наплывом падает весь; отказ спасает остальных.",
        "A journal that takes everything falls as a whole; a refusal saves the others.",
    ),
    mend=Both(
        "Считайте запросы клиента в секунду и отвечайте 429 сверх limits.requests_per_second; "
        "предела нет — не объявляйте его.",
        "Count a client's requests a second and answer 429 beyond limits.requests_per_second; "
        "where there is no limit, declare none.",
    ),
    example='{"limits": {"requests_per_second": 50}}, 105 запросов сразу: есть 429',
    severity="warning",
    check=check,
    alone=True,
)
