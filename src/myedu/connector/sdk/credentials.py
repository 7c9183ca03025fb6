"""How a client proves itself at a token endpoint: a signed assertion, or a secret at worst."""

import base64
import secrets
from datetime import datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import quote_plus

import msgspec

from myedu.connector.sdk.errors import JournalRefuses
from myedu.connector.sdk.oauth import ASSERTION_TYPE
from myedu.connector.sdk.signing import PrivateKey, sign

_ASSERTION_SECONDS = 120
_SECRET_BYTES = 1024


class Proof(msgspec.Struct, frozen=True):
    """What a request of a token carries: fields of its form, headers."""

    form: dict[str, str]
    headers: dict[str, str] = {}


class Credentials(Protocol):
    """Whatever can prove who we are."""

    def proof(self, now: datetime) -> Proof:
        """Fresh for each request. Raises JournalRefuses(unauthorized)."""


class SignedAssertion(msgspec.Struct, frozen=True):
    """private_key_jwt (RFC 7523), the way of the contract: no secret leaves the portal."""

    client_id: str
    key: PrivateKey
    audience: str  # the token endpoint as the system writes it

    def proof(self, now: datetime) -> Proof:
        issued = int(now.timestamp())
        claims = {
            "iss": self.client_id,
            "sub": self.client_id,
            "aud": self.audience,
            "iat": issued,
            "exp": issued + _ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        return Proof({"client_assertion_type": ASSERTION_TYPE, "client_assertion": sign(claims, self.key)})


class SecretFile(msgspec.Struct, frozen=True):
    """client_secret_basic (RFC 6749 §2.3.1), for systems of the federal profile.

    Read anew for every token, about once an hour: a changed secret needs no restart.
    """

    client_id: str
    path: Path

    def proof(self, now: datetime) -> Proof:
        pair = f"{quote_plus(self.client_id)}:{quote_plus(read_secret(self.path))}"
        return Proof({}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})


def read_secret(path: Path) -> str:
    """The first line of a secret's file. Raises JournalRefuses(unauthorized) without a word of it."""
    try:
        with path.open(encoding="utf-8") as file:
            secret = file.readline(_SECRET_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = f"the file of its client secret can't be read ({type(error).__name__}): mend the file"
        raise JournalRefuses("unauthorized", reason) from None
    if not secret or not secret.isprintable():
        raise JournalRefuses("unauthorized", "the file of its client secret holds no text: mend the file")
    return secret
