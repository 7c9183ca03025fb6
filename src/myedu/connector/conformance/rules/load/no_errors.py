"""At half the stated rate every answer is 200."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.load._burst import at_rate, stated_rate


async def check(case: Case) -> None:
    # a system must manage half of the rate it states without a single refusal
    answers = await at_rate(case, stated_rate(case) / 2, case.options.load_seconds)
    bad = [answer for answer in answers if answer.status != 200]
    require(
        not bad,
        f"{len(bad)} из {len(answers)} ответов не 200, первый — {bad[0].status if bad else ''}",
        f"{len(bad)} of {len(answers)} answers are not 200, the first is {bad[0].status if bad else ''}",
        *bad[:1],
    )


RULE = Rule(
    id="load.no-errors",
    title=Bilingual(
        "При половине обещанной нагрузки ошибок нет",
        "At half the stated rate there are no errors",
    ),
    reason=Bilingual(
        "Ошибка под нагрузкой — это пустой дневник утром первого урока.",
        "An error under load is an empty diary on the morning before the first lesson.",
    ),
    fix=Bilingual(
        "Дайте приложению пул соединений к базе и очередь к нему; "
        "не хватает — отвечайте 429 или 503 с Retry-After.",
        "Give the application a pool of database connections with a queue; beyond it answer 429 or 503.",
    ),
    example='{"limits": {"requests_per_second": 50}}: 25 requests a second, each 200',
    check=check,
    alone=True,
)
