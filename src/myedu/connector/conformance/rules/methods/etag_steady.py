"""The same request gets the same body and the same ETag."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.methods._tags import tagged_answers


async def check(case: Case) -> None:
    async for name, first, tag in tagged_answers(case):
        second = await case.get_days(name, again=True)
        require(
            second.status != 200 or second.body != first.body or second.headers.get("ETag") == tag,
            f"{name}: тело то же, а метка другая",
            f"{name}: the same body, another ETag",
            first,
            second,
        )
        require(
            second.status != 200 or second.body == first.body,
            f"{name}: два вопроса подряд — два разных ответа",
            f"{name}: two equal requests, two different answers",
            first,
            second,
        )


RULE = Rule(
    id="methods.etag-steady",
    title=Bilingual(
        "Тот же вопрос — та же метка",
        "The same request has the same ETag",
    ),
    reason=Bilingual(
        "Метка по времени или тело со случайным порядком никогда не совпадают: 304 не случится ни разу.",
        "An ETag made of the time, or a body in random order, never matches: there will never be a 304.",
    ),
    fix=Bilingual(
        "Считайте метку от тела; сортируйте списки; не вписывайте в тело время ответа.",
        "Compute the ETag from the body; sort the lists; keep the time of the answer out of it.",
    ),
    exceptions=Bilingual(
        "Если между двумя вопросами оценку и правда поставили, повторите проверку.",
        "If a mark really was set between the two requests, run the judge again.",
    ),
    example='GET /v1/students/42/marks, twice\nETag: W/"9c1f0d" both times',
    check=check,
)
