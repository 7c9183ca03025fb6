"""Another grant than client_credentials, or no assertion, gets no token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    answer = await case.http.grant(grant_type="password")
    gives_no_token(answer, "grant_type=password", "grant_type=password")
    answer = await case.http.grant("", client_assertion=None, client_assertion_type=None)
    gives_no_token(answer, "утверждения нет вовсе", "no assertion at all")


RULE = Rule(
    id="auth.grant-type",
    title=Bilingual(
        "Токен дают только по утверждению",
        "A token is issued for an assertion only",
    ),
    reason=Bilingual(
        "Забытый вход по паролю или без всякого доказательства обходит ключи.",
        "A forgotten grant by password, or without any proof, bypasses the keys.",
    ),
    fix=Bilingual(
        "Принимайте одно: grant_type=client_credentials с client_assertion; остальное — "
        "400 unsupported_grant_type или invalid_request.",
        "Accept only grant_type=client_credentials with client_assertion; answer anything else with 400 "
        "unsupported_grant_type or invalid_request.",
    ),
    example='POST /oauth2/token grant_type=password\n400 {"error": "unsupported_grant_type"}',
    check=check,
)
