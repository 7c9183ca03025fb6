"""At the stated rate 95 % of good answers take at most a second."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.load._burst import at_rate, quantile, stated_rate

_LONGEST = 1.0  # seconds: a page waits three for the journal, and the network takes its share


async def check(case: Case) -> None:
    rate = stated_rate(case)
    answers = await at_rate(case, rate, case.options.load_seconds)
    good = [answer for answer in answers if answer.status == 200]
    if not good:
        raise Skipped("под нагрузкой нет хороших ответов", "no correct answer under load", answers[0])
    p95 = quantile([answer.seconds for answer in good], 0.95)
    slowest = max(good, key=lambda answer: answer.seconds)
    require(
        p95 <= _LONGEST,
        f"p95 {p95:.2f} с при {rate:g} запросах в секунду, а нужно не больше {_LONGEST:g} с",
        f"p95 is {p95:.2f} s at {rate:g} requests a second, expected {_LONGEST:g} s at most",
        slowest,
    )


RULE = Rule(
    id="load.p95",
    title=Bilingual(
        "При обещанной нагрузке 95 % ответов быстрее секунды",
        "At the stated rate, 95 % of answers take at most a second",
    ),
    reason=Bilingual(
        "Страница ждёт журнал три секунды; потом семья видит вчерашнюю копию.",
        "A page waits three seconds for the journal; then the family sees yesterday's copy.",
    ),
    fix=Bilingual(
        "Найдите запрос без индекса: уроки ищут по классу и дню, отметки — по ученику и дню. "
        "Или объявите меньшее requests_per_second.",
        "Look for a query without an index: lessons by class and day, marks by student and day. Or declare "
        "a lower requests_per_second.",
    ),
    example='{"limits": {"requests_per_second": 50}} — p95 ≤ 1 s',
    exceptions=Bilingual(
        "Проверка через медленную линию: судите с машины рядом с журналом.",
        "Judging over a slow link: run the judge on a machine next to the journal.",
    ),
    check=check,
    alone=True,
)
