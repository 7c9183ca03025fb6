"""Tokens of the sandbox have the claims of ESIA's real ones, and no others."""

import base64
import json
from typing import Any

from myedu.esia.parameters import new_code_verifier
from tests.esia.conftest import CHILD, MNEMONIC, MOTHER, NOW, Open

SECOND = int(NOW.timestamp())


def opened(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and claims, unverified."""
    header, claims, _ = (base64.urlsafe_b64decode(part + "==") for part in token.split("."))
    return json.loads(header), json.loads(claims)


async def test_access_token(open_stand: Open) -> None:
    async with open_stand(client={"scopes": "openid snils"}) as stand:
        header, claims = opened((await stand.tokens(MOTHER)).access_token)
        assert header == {"ver": 1, "typ": "JWT", "sbt": "access", "alg": "RS256"}
        assert len(claims.pop("urn:esia:sid")) == 36
        assert claims == {
            "scope": f"openid snils?oid={MOTHER}",
            "iss": "http://esia.gosuslugi.ru/",
            "urn:esia:sbj_id": MOTHER,
            "client_id": MNEMONIC,
            "nbf": SECOND,
            "iat": SECOND,
            "exp": SECOND + 3600,
        }


async def test_id_token(open_stand: Open) -> None:
    async with open_stand() as stand:
        header, claims = opened((await stand.tokens(CHILD)).unverified_id_token or "")
        assert header == {"ver": 0, "typ": "JWT", "sbt": "id", "alg": "RS256"}
        assert len(claims.pop("urn:esia:sid")) == 36
        assert claims == {
            "aud": MNEMONIC,
            "sub": CHILD,
            "amr": "PWD",
            "urn:esia:amd": "PWD",
            "auth_time": SECOND,
            "iss": "http://esia.gosuslugi.ru/",
            "urn:esia:sbj": {
                "urn:esia:sbj:typ": "P",
                "urn:esia:sbj:lvl": "KD",
                "urn:esia:sbj:oid": CHILD,
                "urn:esia:sbj:nam": f"OID.{CHILD}",
            },
            "nbf": SECOND,
            "iat": SECOND,
            "exp": SECOND + 10_800,
        }


async def test_code(open_stand: Open) -> None:
    async with open_stand(registered={"certificate_hash": "AB" * 32}) as stand:
        header, claims = opened(await stand.code(MOTHER, new_code_verifier()))
        assert header == {
            "ver": 1,
            "typ": "JWT",
            "sbt": "authorization_code",
            "alg": "RS256",
            "x5t#St256": "AB" * 32,
        }
        assert claims["exp"] - claims["iat"] == 240
        assert claims["urn:esia:sbj"]["urn:esia:sbj:is_tru"] is True
        assert claims["auth_mthd"] == "PWD"
