"""A token that is none."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    for text in ("conformance-garbage", "null"):
        answer = await case.ask.get("/v1/capabilities", bearer=text)
        refused(answer, "unauthorized", what=("выдуманный токен", "an invented token"))


RULE = Rule(
    id="auth.garbage-token",
    title=Both("Выдуманный токен отвергается", "An invented token is refused"),
    reason=Both(
        "Проверка, что заголовок просто есть, не защищает ничего.",
        "Checking only that there is a header protects nothing.",
    ),
    mend=Both(
        "Отвечайте 401 unauthorized на всё, чего не выдавали.", "Answer 401 to whatever you didn't give."
    ),
    example='GET /v1/capabilities, Authorization: Bearer garbage\n401 {"code": "unauthorized"}',
    check=check,
)
