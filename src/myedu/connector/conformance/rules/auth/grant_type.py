"""Another grant than client_credentials."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    answer = await case.ask.grant(grant_type="password")
    gives_no_token(answer, "grant_type=password", "grant_type=password")
    answer = await case.ask.grant("", client_assertion=None, client_assertion_type=None)
    gives_no_token(answer, "утверждения нет вовсе", "no assertion at all")


RULE = Rule(
    id="auth.grant-type",
    title=Both("Токен дают только по утверждению", "A token is given for an assertion only"),
    reason=Both(
        "Забытый вход по паролю или без всякого доказательства обходит ключи.",
        "A forgotten way in by password, or without any proof, goes around the keys.",
    ),
    mend=Both(
        "Принимайте одно: grant_type=client_credentials с client_assertion; остальное — "
        "400 unsupported_grant_type или invalid_request.",
        "Accept one thing: grant_type=client_credentials with client_assertion; the rest is "
        "400 unsupported_grant_type or invalid_request.",
    ),
    example='POST /oauth2/token grant_type=password\n400 {"error": "unsupported_grant_type"}',
    check=check,
)
