"""An assertion whose aud is another system gets no token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token

_ANOTHER = "https://another-journal.example/oauth2/token"


async def check(case: Case) -> None:
    answer = await case.http.grant(case.http.assertion(aud=_ANOTHER))
    gives_no_token(answer, "aud другой системы", "aud of another system")


RULE = Rule(
    id="auth.assertion-audience",
    title=Bilingual(
        "Утверждение для другой системы отвергается", "An assertion for another system is refused"
    ),
    reason=Bilingual(
        "Иначе один журнал, получив утверждение портала, сходит с ним в журнал соседнего региона.",
        "Otherwise a journal that receives the portal's assertion can use it at the journal of another "
        "region.",
    ),
    fix=Bilingual(
        "Требуйте, чтобы aud был адресом вашей точки выдачи токенов.",
        "Require aud to be the address of your own token endpoint.",
    ),
    example='POST /oauth2/token, aud "https://another…/oauth2/token"\n401 {"error": "invalid_client"}',
    check=check,
)
