"""An assertion with the algorithm none gets no token."""

import jwt

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.keys import assertion_claims
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    claims = assertion_claims(case.http.client_id, case.http.token_url, case.clock.now())
    answer = await case.http.grant(jwt.encode(claims, "", algorithm="none"))
    gives_no_token(answer, "алгоритм none, подписи нет", "the algorithm none, no signature")


RULE = Rule(
    id="auth.assertion-unsigned",
    title=Bilingual("Утверждение без подписи отвергается", "An unsigned assertion is refused"),
    reason=Bilingual(
        "Библиотека, которая верит алгоритму из самого токена, впускает кого угодно без ключа.",
        "A library that trusts the algorithm named in the token itself admits anyone without a key.",
    ),
    fix=Bilingual(
        "Алгоритм выбирает ключ клиента, а не заголовок токена: для RSA — RS256 или PS256, для P-256 "
        "— ES256.",
        "The client's key determines the algorithm, not the token's header: RS256 or PS256 for RSA, ES256 "
        "for P-256.",
    ),
    example='POST /oauth2/token, alg "none"\n401 {"error": "invalid_client"}',
    check=check,
)
