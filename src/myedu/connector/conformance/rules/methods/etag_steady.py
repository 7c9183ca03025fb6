"""One answer asked for twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.methods._tags import tagged_answers


async def check(case: Case) -> None:
    async for name, first, tag in tagged_answers(case):
        second = await case.ask_days(name, again=True)
        that(
            second.status != 200 or second.body != first.body or second.headers.get("ETag") == tag,
            f"{name}: тело то же, а метка другая",
            f"{name}: the same body, another tag",
            first,
            second,
        )
        that(
            second.status != 200 or second.body == first.body,
            f"{name}: два вопроса подряд — два разных ответа",
            f"{name}: two questions in a row, two different answers",
            first,
            second,
        )


RULE = Rule(
    id="methods.etag-steady",
    title=Both("Тот же вопрос — та же метка", "The same question has the same tag"),
    reason=Both(
        "Метка по времени или тело со случайным порядком никогда не совпадают: 304 не случится ни разу.",
        "A tag of the time, or a body in random order, never fits: there will never be a 304.",
    ),
    mend=Both(
        "Считайте метку от тела; сортируйте списки; не вписывайте в тело время ответа.",
        "Reckon the tag from the body; sort the lists; leave the time of the answer out of it.",
    ),
    exceptions=Both(
        "Если между двумя вопросами оценку и правда поставили, повторите проверку.",
        "Where a mark was really set between the two questions, judge again.",
    ),
    example='GET /v1/students/42/marks, twice\nETag: W/"9c1f0d" both times',
    check=check,
)
