"""An assertion whose secret is the public key."""

import base64
import hashlib
import hmac

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.keys import assertion_claims
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    claims = assertion_claims(case.ask.client_id, case.ask.token_url, case.clock.now())
    answer = await case.ask.grant(_signed_with_text(claims, case.ask.signer.public_pem))
    gives_no_token(answer, "HS256, где секрет — открытый ключ", "HS256 with the public key as the secret")


def _signed_with_text(claims: dict[str, object], secret: str) -> str:
    """By hand: a good library refuses to."""
    signed = f"{_base64({'alg': 'HS256', 'typ': 'JWT'})}.{_base64(claims)}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _base64(value: dict[str, object] | dict[str, str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


RULE = Rule(
    id="auth.assertion-hmac",
    title=Both("Открытый ключ не принимается как секрет", "The public key is no secret"),
    reason=Both(
        "Открытый ключ портала знают все; если проверять им HS256, подписать может каждый.",
        "Everybody knows the portal's public key; where it verifies HS256, everybody can sign.",
    ),
    mend=Both(
        "Передавайте проверке список алгоритмов по виду ключа; HS256 в нём быть не может.",
        "Give the verification the algorithms that fit the kind of key; HS256 is never among them.",
    ),
    example='POST /oauth2/token, alg "HS256" keyed with the PEM\n401 {"error": "invalid_client"}',
    check=check,
)
