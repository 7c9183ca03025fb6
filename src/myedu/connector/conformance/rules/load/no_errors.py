"""Errors at the stated rate."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.load._burst import at_rate, stated_rate


async def check(case: Case) -> None:
    # half of the stated rate: no answer but a good one is due to it
    answers = await at_rate(case, stated_rate(case) / 2, case.options.load_seconds)
    bad = [one for one in answers if one.status != 200]
    that(
        not bad,
        f"{len(bad)} из {len(answers)} ответов не 200, первый — {bad[0].status if bad else ''}",
        f"{len(bad)} of {len(answers)} answers are not 200, the first is {bad[0].status if bad else ''}",
        *bad[:1],
    )


RULE = Rule(
    id="load.no-errors",
    title=Both(
        "При половине обещанной нагрузки ошибок нет", "At half of the stated rate there are no errors"
    ),
    reason=Both(
        "Ошибка под нагрузкой — это пустой дневник утром первого урока.",
        "An error under load is an empty diary in the morning of the first lesson.",
    ),
    mend=Both(
        "Дайте приложению пул соединений к базе и очередь к нему; "
        "не хватает — отвечайте 429 или 503 с Retry-After.",
        "Give the application a pool of database connections and a queue before it; "
        "beyond that answer 429 or 503.",
    ),
    example='{"limits": {"requests_per_second": 50}}: 25 requests a second, each 200',
    check=check,
    alone=True,
)
