"""A client that nobody has registered."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token

_NOBODY = "conformance-nobody"


async def check(case: Case) -> None:
    answer = await case.ask.grant(case.ask.assertion(iss=_NOBODY, sub=_NOBODY))
    gives_no_token(answer, "клиент не зарегистрирован", "the client is not registered")


RULE = Rule(
    id="auth.unknown-client",
    title=Both("Незнакомому клиенту токена нет", "An unknown client gets no token"),
    reason=Both(
        "Журнал отвечает только тем, с кем договорился: иначе данные детей уходят неизвестно кому.",
        "A journal answers those it has agreed with: else children's data go to who knows whom.",
    ),
    mend=Both(
        "Ищите iss среди зарегистрированных клиентов; нет его — 401 invalid_client.",
        "Look iss up among the registered clients; where it isn't there, answer 401 invalid_client.",
    ),
    example='POST /oauth2/token, iss of nobody\n401 {"error": "invalid_client"}',
    check=check,
)
