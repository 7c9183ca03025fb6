"""Only a token that ESIA signed, for this client and valid now, becomes VerifiedClaims."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from myedu.esia.claims import verify_id_token
from myedu.esia.errors import EsiaAnswerWrong
from myedu.esia.jws import sign_jws
from myedu.esia.models import AccountLevel, VerifiedClaims
from myedu.esia.signing import base64url, load_verifier
from tests.esia.conftest import MNEMONIC, NOW, Keys, signer_of

ISSUER = "http://esia.gosuslugi.ru/"
DEEP = base64url(b'{"x":' + b"[" * 9_000) + ".e30.e30"
SECOND = int(NOW.timestamp())
SUBJECT = {"urn:esia:sbj:typ": "P", "urn:esia:sbj:is_tru": True, "urn:esia:sbj:oid": 1000300001}
CLAIMS: dict[str, Any] = {
    "aud": MNEMONIC,
    "sub": 1000300001,
    "iss": ISSUER,
    "nbf": SECOND,
    "iat": SECOND,
    "exp": SECOND + 10_800,
    "auth_time": SECOND,
    "urn:esia:sid": "sid",
    "urn:esia:sbj": {**SUBJECT, "urn:esia:sbj:lvl": "PR"},
}


def verify(keys: Keys, token: str, now: datetime = NOW, known: list[str] | None = None) -> VerifiedClaims:
    verifiers = [load_verifier(path) for path in known or [keys.rsa_token.certificate]]
    return verify_id_token(token, verifiers, issuer=ISSUER, client_id=MNEMONIC, now=now)


def token(keys: Keys, **changes: Any) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return sign_jws({"ver": 0, "typ": "JWT", "sbt": "id"}, claims, signer_of(keys.rsa_token))


def test_a_good_token(keys: Keys) -> None:
    assert verify(keys, token(keys)) == VerifiedClaims(
        oid="1000300001",
        level=AccountLevel.CONFIRMED,
        session_id="sid",
        signed_in_at=NOW,
        expires_at=NOW + timedelta(seconds=10_800),
    )


def test_either_of_two_keys_while_esia_changes_them(keys: Keys) -> None:
    known = [keys.foreign.certificate, keys.rsa_token.certificate]
    assert verify(keys, token(keys), known=known).oid == "1000300001"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"iss": "http://esia.gosuslugi.ru"}, "issued by"),
        ({"iss": "http://evil.example/"}, "issued by"),
        ({"aud": "OTHER"}, "is for"),
        ({"aud": []}, "is for"),
        ({"aud": None}, "expected shape"),
        ({"sub": "1000300001"}, "expected shape"),
        ({"sub": True}, "expected shape"),
        ({"sub": 1000300002}, "two different persons"),
        ({"exp": None}, "expected shape"),
        ({"exp": SECOND - 60}, "expired"),
        ({"exp": -(10**15)}, "expired"),
        ({"exp": 10**30}, "expected shape|no calendar"),
        ({"auth_time": -(10**17)}, "no calendar"),
        ({"nbf": SECOND + 61}, "not valid yet"),
        ({"urn:esia:sbj": {**SUBJECT, "urn:esia:sbj:lvl": "XX"}}, "expected shape"),
        ({"urn:esia:sbj": None}, "expected shape"),
    ],
)
def test_a_signed_token_with_wrong_claims(keys: Keys, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(EsiaAnswerWrong, match=words):
        verify(keys, token(keys, **changes))


def test_a_minute_of_leeway(keys: Keys) -> None:
    good = token(keys)
    verify(keys, good, NOW + timedelta(seconds=10_859))
    verify(keys, good, NOW - timedelta(seconds=60))
    with pytest.raises(EsiaAnswerWrong, match="expired"):
        verify(keys, good, NOW + timedelta(seconds=10_860))
    with pytest.raises(EsiaAnswerWrong, match="not valid yet"):
        verify(keys, good, NOW - timedelta(seconds=61))


def test_a_foreign_key(keys: Keys) -> None:
    forged = sign_jws({"typ": "JWT"}, CLAIMS, signer_of(keys.foreign))
    with pytest.raises(EsiaAnswerWrong, match="not that of any known key"):
        verify(keys, forged)


def test_a_tampered_payload(keys: Keys) -> None:
    header, payload, signature = token(keys).split(".")
    other = base64url(json.dumps({**CLAIMS, "sub": 7}).encode())
    with pytest.raises(EsiaAnswerWrong, match="not that of any known key"):
        verify(keys, f"{header}.{other}.{signature}")
    assert payload != other


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "RS512", "GOST3410_2012_256", ""])
def test_the_header_does_not_choose_the_algorithm(keys: Keys, algorithm: str) -> None:
    """`none`, and the classic: HMAC with the public key as its secret."""
    header = base64url(json.dumps({"alg": algorithm, "typ": "JWT"}).encode())
    payload = base64url(json.dumps(CLAIMS).encode())
    public = Path(keys.rsa_token.certificate).read_bytes()
    mac = hmac.new(public, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    for signature in ("", base64url(mac)):
        with pytest.raises(EsiaAnswerWrong, match="no key for that"):
            verify(keys, f"{header}.{payload}.{signature}")


@pytest.mark.parametrize(
    "text", ["", "a.b", "a.b.c.d", "é.é.é", "e30.e30.e30", "bnVsbA.e30.", "." * 3, "x" * 20_000, DEEP]
)
def test_what_is_no_token(keys: Keys, text: str) -> None:
    with pytest.raises(EsiaAnswerWrong, match="can't be trusted"):
        verify(keys, text)


def test_a_gost_token(keys: Keys) -> None:
    if keys.gost_token is None:
        pytest.skip("openssl has no GOST engine here: install libengine-gost-openssl")
    text = sign_jws({"typ": "JWT"}, CLAIMS, signer_of(keys.gost_token))
    header = json.loads(base64.urlsafe_b64decode(text.split(".")[0] + "=="))
    assert header["alg"] == "GOST3410_2012_256"
    assert verify(keys, text, known=[keys.gost_token.certificate]).oid == "1000300001"
    with pytest.raises(EsiaAnswerWrong, match="no key for that"):
        verify(keys, text)


@pytest.mark.parametrize(
    ("subject", "level"),
    [
        (SUBJECT, AccountLevel.CONFIRMED),
        ({"urn:esia:sbj:typ": "P", "urn:esia:sbj:oid": 1000300001}, AccountLevel.UNCONFIRMED),
        ({**SUBJECT, "urn:esia:sbj:lvl": "KD"}, AccountLevel.CHILD),
    ],
)
def test_tokens_from_before_the_level(keys: Keys, subject: dict[str, Any], level: AccountLevel) -> None:
    assert verify(keys, token(keys, **{"urn:esia:sbj": subject})).level is level


def test_milliseconds_of_2017(keys: Keys) -> None:
    at = datetime(2017, 5, 1, 12, tzinfo=UTC)
    assert verify(keys, token(keys, auth_time=int(at.timestamp() * 1000))).signed_in_at == at


def test_slashes_are_written_as_esia_writes_them(keys: Keys) -> None:
    payload = token(keys).split(".")[1]
    assert b"http:\\/\\/esia.gosuslugi.ru\\/" in base64.urlsafe_b64decode(payload + "==")
