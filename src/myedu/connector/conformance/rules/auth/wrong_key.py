"""An assertion signed by another key."""

from asyncio import to_thread

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    stranger = await to_thread(case.ask.signer.stranger)
    answer = await case.ask.grant(case.ask.assertion(stranger))
    gives_no_token(answer, "подписано чужим ключом", "signed by another key")


RULE = Rule(
    id="auth.wrong-key",
    title=Both("Подпись чужим ключом отвергается", "A signature by another key is refused"),
    reason=Both(
        "Без проверки подписи любой, кто знает client_id портала, прочтёт дневники всех детей.",
        "Without checking the signature whoever knows the portal's client_id reads every child's diary.",
    ),
    mend=Both(
        "Проверяйте подпись client_assertion открытым ключом, который зарегистрирован за iss.",
        "Verify the signature of client_assertion with the public key registered for iss.",
    ),
    example='POST /oauth2/token, client_assertion signed by another key\n401 {"error": "invalid_client"}',
    check=check,
)
