"""The same assertion sent twice gets one token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    assertion = case.http.assertion()
    status(await case.http.grant(assertion), 200, what=("первый раз", "the first time"))
    answer = await case.http.grant(assertion)
    gives_no_token(answer, "то же утверждение во второй раз", "the same assertion a second time")


RULE = Rule(
    id="auth.assertion-replay",
    title=Bilingual("Утверждение годится на один токен", "An assertion is good for one token"),
    reason=Bilingual(
        "Подсмотренное утверждение нельзя повторить: токен по нему уже выдан порталу.",
        "An intercepted assertion can't be replayed: its token has already been issued to the portal.",
    ),
    fix=Bilingual(
        "Помните jti каждого принятого утверждения, пока не наступит его exp; повтор — 401. "
        "Если процессов несколько, память jti у них общая.",
        "Remember the jti of each accepted assertion until its exp; answer a repeated one with 401. Several "
        "processes share this memory.",
    ),
    example='POST /oauth2/token, the same client_assertion again\n401 {"error": "invalid_client"}',
    check=check,
)
