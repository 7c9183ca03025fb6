"""A client assertion in a token's place."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.get("/v1/capabilities", bearer=case.ask.assertion())
    refused(answer, "unauthorized", what=("утверждение вместо токена", "an assertion in a token's place"))


RULE = Rule(
    id="auth.assertion-is-no-token",
    title=Both("Утверждение не заменяет токен", "An assertion is no token"),
    reason=Both(
        "Утверждения попадают в чужие руки чаще: они ходят в теле формы и остаются в журналах прокси.",
        "Assertions get into other hands more often: they travel in a form and stay in proxies' logs.",
    ),
    mend=Both(
        "Принимайте в Authorization только то, что выдала ваша точка /oauth2/token.",
        "Accept in Authorization only what your own /oauth2/token gave.",
    ),
    example='GET /v1/capabilities, Authorization: Bearer <client_assertion>\n401 {"code": "unauthorized"}',
    check=check,
)
