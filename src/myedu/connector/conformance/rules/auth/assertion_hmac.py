"""An assertion signed by HS256 with the public key as the secret gets no token."""

import base64
import hashlib
import hmac

import msgspec

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.keys import assertion_claims
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.auth._grants import gives_no_token


async def check(case: Case) -> None:
    claims = assertion_claims(case.http.client_id, case.http.token_url, case.clock.now())
    answer = await case.http.grant(_signed_with_text(claims, case.http.signer.public_pem))
    gives_no_token(answer, "HS256, где секрет — открытый ключ", "HS256 with the public key as the secret")


def _signed_with_text(claims: dict[str, object], secret: str) -> str:
    """Made by hand: a JWT library refuses to."""
    signed = f"{_base64({'alg': 'HS256', 'typ': 'JWT'})}.{_base64(claims)}"
    signature = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _base64(value: dict[str, object] | dict[str, str]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).rstrip(b"=").decode()


RULE = Rule(
    id="auth.assertion-hmac",
    title=Bilingual(
        "Открытый ключ не принимается как секрет",
        "The public key is not accepted as a secret",
    ),
    reason=Bilingual(
        "Открытый ключ портала знают все; если проверять им HS256, подписать может каждый.",
        "The portal's public key is known to all; if it verifies HS256, anyone can sign.",
    ),
    fix=Bilingual(
        "Передавайте проверке список алгоритмов по виду ключа; HS256 в нём быть не может.",
        "Pass the verifier a list of algorithms chosen by the type of the key; HS256 is never in it.",
    ),
    example='POST /oauth2/token, alg "HS256" keyed with the PEM\n401 {"error": "invalid_client"}',
    check=check,
)
