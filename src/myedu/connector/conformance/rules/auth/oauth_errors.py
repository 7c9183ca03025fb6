"""How the token endpoint refuses."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule

_KNOWN = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
}


async def check(case: Case) -> None:
    answer = await case.ask.grant(case.ask.assertion(aud="https://nowhere.example"))
    body = answer.json()
    said = body.get("error") if isinstance(body, dict) else None
    that(
        said in _KNOWN,
        f"в отказе error — {said!r}, а нужен код RFC 6749",
        f"error of the refusal is {said!r}, expected a code of RFC 6749",
        answer,
    )


RULE = Rule(
    id="auth.oauth-errors",
    title=Both("Отказ назван словом RFC 6749 §5.2", "A refusal is named as RFC 6749 §5.2 does"),
    reason=Both(
        "По слову error инженер региона за минуту отличает забытый ключ от отставших часов.",
        "By the word in error a region's engineer tells a forgotten key from a slow clock in a minute.",
    ),
    mend=Both(
        'Отвечайте JSON с полем error: "invalid_client", "invalid_request", "unsupported_grant_type".',
        'Answer JSON with error: "invalid_client", "invalid_request", "unsupported_grant_type".',
    ),
    example='POST /oauth2/token, a bad assertion\n401 {"error": "invalid_client", "error_description": "…"}',
    severity="warning",
    check=check,
)
