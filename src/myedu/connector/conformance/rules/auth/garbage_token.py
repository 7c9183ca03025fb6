"""A made-up access token is refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    for text in ("conformance-garbage", "null"):
        answer = await case.http.get("/v1/capabilities", bearer=text)
        refused(answer, "unauthorized", what=("выдуманный токен", "a made-up token"))


RULE = Rule(
    id="auth.garbage-token",
    title=Bilingual(
        "Выдуманный токен отвергается",
        "A made-up token is refused",
    ),
    reason=Bilingual(
        "Проверка, что заголовок просто есть, не защищает ничего.",
        "Checking only that the header is present protects nothing.",
    ),
    fix=Bilingual(
        "Отвечайте 401 unauthorized на всё, чего не выдавали.",
        "Answer 401 unauthorized to every token you did not issue.",
    ),
    example='GET /v1/capabilities, Authorization: Bearer garbage\n401 {"code": "unauthorized"}',
    check=check,
)
