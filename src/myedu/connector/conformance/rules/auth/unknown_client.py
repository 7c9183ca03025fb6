"""An assertion of an unregistered client gets no token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token

_UNKNOWN_CLIENT = "conformance-nobody"


async def check(case: Case) -> None:
    answer = await case.http.grant(case.http.assertion(iss=_UNKNOWN_CLIENT, sub=_UNKNOWN_CLIENT))
    gives_no_token(answer, "клиент не зарегистрирован", "the client is not registered")


RULE = Rule(
    id="auth.unknown-client",
    title=Bilingual("Незнакомому клиенту токена нет", "An unknown client gets no token"),
    reason=Bilingual(
        "Журнал отвечает только тем, с кем договорился: иначе данные детей уходят неизвестно кому.",
        "A journal answers only the clients it has agreed with: otherwise children's data leak to unknown "
        "parties.",
    ),
    fix=Bilingual(
        "Ищите iss среди зарегистрированных клиентов; нет его — 401 invalid_client.",
        "Look iss up among the registered clients; if it isn't there, answer 401 invalid_client.",
    ),
    example='POST /oauth2/token, an unknown iss\n401 {"error": "invalid_client"}',
    check=check,
)
