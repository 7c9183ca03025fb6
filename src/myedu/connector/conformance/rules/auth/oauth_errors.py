"""A refusal of the token endpoint has an error code of RFC 6749 §5.2."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule

_KNOWN = {
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
}


async def check(case: Case) -> None:
    answer = await case.http.grant(case.http.assertion(aud="https://nowhere.example"))
    body = answer.json()
    error = body.get("error") if isinstance(body, dict) else None
    require(
        error in _KNOWN,
        f"в отказе error — {error!r}, а нужен код RFC 6749",
        f"error of the refusal is {error!r}, expected a code of RFC 6749",
        answer,
    )


RULE = Rule(
    id="auth.oauth-errors",
    title=Bilingual(
        "Отказ назван словом RFC 6749 §5.2",
        "A refusal has an error code of RFC 6749 §5.2",
    ),
    reason=Bilingual(
        "По слову error инженер региона за минуту отличает забытый ключ от отставших часов.",
        "By the error code an engineer distinguishes a missing key from a slow clock within a minute.",
    ),
    fix=Bilingual(
        'Отвечайте JSON с полем error: "invalid_client", "invalid_request", "unsupported_grant_type".',
        'Answer JSON with the field error: "invalid_client", "invalid_request", "unsupported_grant_type".',
    ),
    example='POST /oauth2/token, a bad assertion\n401 {"error": "invalid_client", "error_description": "…"}',
    severity="warning",
    check=check,
)
