"""A form that names another client than its assertion."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    other = "conformance-another"
    answer = await case.ask.grant(client_id=other)
    gives_no_token(answer, "client_id не тот, что в iss", "client_id is not the one of iss")
    answer = await case.ask.grant(case.ask.assertion(sub=other))
    gives_no_token(answer, "sub не тот, что iss", "sub is not iss")


RULE = Rule(
    id="auth.client-id-agrees",
    title=Both("client_id, iss и sub называют одного клиента", "client_id, iss and sub name one client"),
    reason=Both(
        "Если они расходятся, в вашем журнале запросов окажется не тот, кто спрашивал.",
        "Where they differ, your own log names somebody who didn't ask.",
    ),
    mend=Both(
        "Отвечайте 401 invalid_client, если sub не равен iss или client_id дан и не равен iss (RFC "
        "7521 §4.2).",
        "Answer 401 invalid_client where sub isn't iss, or client_id is given and isn't iss (RFC 7521 §4.2).",
    ),
    example='POST /oauth2/token, client_id=another\n401 {"error": "invalid_client"}',
    check=check,
)
