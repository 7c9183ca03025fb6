"""An assertion signed by an unknown key gets no token."""

from asyncio import to_thread

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    stranger = await to_thread(case.http.signer.stranger)
    answer = await case.http.grant(case.http.assertion(stranger))
    gives_no_token(answer, "подписано чужим ключом", "signed by an unknown key")


RULE = Rule(
    id="auth.wrong-key",
    title=Bilingual(
        "Подпись чужим ключом отвергается",
        "A signature by another key is refused",
    ),
    reason=Bilingual(
        "Без проверки подписи любой, кто знает client_id портала, прочтёт дневники всех детей.",
        "Without signature verification, anyone who knows the portal's client_id can read every child's "
        "diary.",
    ),
    fix=Bilingual(
        "Проверяйте подпись client_assertion открытым ключом, который зарегистрирован за iss.",
        "Verify the signature of client_assertion with the public key registered for iss.",
    ),
    example='POST /oauth2/token, client_assertion signed by another key\n401 {"error": "invalid_client"}',
    check=check,
)
