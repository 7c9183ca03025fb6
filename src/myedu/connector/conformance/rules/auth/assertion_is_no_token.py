"""A client assertion in place of an access token is refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.get("/v1/capabilities", bearer=case.http.assertion())
    refused(answer, "unauthorized", what=("утверждение вместо токена", "an assertion instead of a token"))


RULE = Rule(
    id="auth.assertion-is-no-token",
    title=Bilingual(
        "Утверждение не заменяет токен",
        "An assertion does not replace a token",
    ),
    reason=Bilingual(
        "Утверждения попадают в чужие руки чаще: они ходят в теле формы и остаются в журналах прокси.",
        "Assertions leak more often: they travel in a form body and stay in proxy logs.",
    ),
    fix=Bilingual(
        "Принимайте в Authorization только то, что выдала ваша точка /oauth2/token.",
        "Accept in Authorization only what your own /oauth2/token issued.",
    ),
    example='GET /v1/capabilities, Authorization: Bearer <client_assertion>\n401 {"code": "unauthorized"}',
    check=check,
)
