"""An assertion made for another system."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token

_ANOTHER = "https://another-journal.example/oauth2/token"


async def check(case: Case) -> None:
    answer = await case.ask.grant(case.ask.assertion(aud=_ANOTHER))
    gives_no_token(answer, "aud другой системы", "aud of another system")


RULE = Rule(
    id="auth.assertion-audience",
    title=Both("Утверждение для другой системы отвергается", "An assertion for another system is refused"),
    reason=Both(
        "Иначе один журнал, получив утверждение портала, сходит с ним в журнал соседнего региона.",
        "Else one journal, given the portal's assertion, walks into the neighbour region's journal with it.",
    ),
    mend=Both(
        "Требуйте, чтобы aud был адресом вашей точки выдачи токенов.",
        "Want aud to be the address of your own token endpoint.",
    ),
    example='POST /oauth2/token, aud "https://another…/oauth2/token"\n401 {"error": "invalid_client"}',
    check=check,
)
