"""A form whose client_id or sub differs from iss gets no token."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    other = "conformance-another"
    answer = await case.http.grant(client_id=other)
    gives_no_token(answer, "client_id не тот, что в iss", "client_id differs from iss")
    answer = await case.http.grant(case.http.assertion(sub=other))
    gives_no_token(answer, "sub не тот, что iss", "sub differs from iss")


RULE = Rule(
    id="auth.client-id-agrees",
    title=Bilingual(
        "client_id, iss и sub называют одного клиента",
        "client_id, iss and sub name the same client",
    ),
    reason=Bilingual(
        "Если они расходятся, в вашем журнале запросов окажется не тот, кто спрашивал.",
        "If they differ, your request log names the wrong client.",
    ),
    fix=Bilingual(
        "Отвечайте 401 invalid_client, если sub не равен iss или client_id дан и не равен iss (RFC "
        "7521 §4.2).",
        "Answer 401 invalid_client if sub differs from iss, or if client_id is given and differs from iss "
        "(RFC 7521 §4.2).",
    ),
    example='POST /oauth2/token, client_id=another\n401 {"error": "invalid_client"}',
    check=check,
)
