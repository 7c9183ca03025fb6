"""How a client authenticates at a token endpoint: by a signed assertion, or by a secret."""

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
from myedu.kit.private_files import NotPrivate, check_private

_ASSERTION_SECONDS = 120
_SECRET_CHARACTERS = 1024  # read at most: a wrong file may be huge


class Proof(msgspec.Struct, frozen=True):
    """What authenticates a token request: form fields and headers to add to it."""

    form: dict[str, str]
    headers: dict[str, str] = {}


class Credentials(Protocol):
    """A way of client authentication."""

    def proof(self, now: datetime) -> Proof:
        """A new proof for each token request. Raises JournalRefuses(unauthorized)."""


class SignedAssertion(msgspec.Struct, frozen=True):
    """private_key_jwt (RFC 7523), as the contract requires: no secret leaves the portal."""

    client_id: str
    key: PrivateKey
    audience: str  # the address of the token endpoint as the system writes it

    def proof(self, now: datetime) -> Proof:
        """A new assertion, valid for two minutes."""
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

    The file is read for every token, about once an hour, so a changed secret needs no restart.
    """

    client_id: str
    path: Path

    def proof(self, now: datetime) -> Proof:
        """The secret of the file. Raises JournalRefuses(unauthorized) if it can't be read."""
        pair = f"{quote_plus(self.client_id)}:{quote_plus(read_secret(self.path))}"
        return Proof({}, {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"})


def read_secret(path: Path) -> str:
    """The first line of a secret's file. Raises JournalRefuses(unauthorized); the error never quotes it."""
    try:
        check_private(path)
        with path.open(encoding="utf-8") as file:
            secret = file.readline(_SECRET_CHARACTERS).strip()
    except NotPrivate as error:
        reason = f"the file of its client secret: {error.strerror}"
        raise JournalRefuses("unauthorized", reason) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = f"the file of its client secret can't be read ({type(error).__name__}): fix the file"
        raise JournalRefuses("unauthorized", reason) from None
    if not secret or not secret.isprintable():
        raise JournalRefuses("unauthorized", "the file of its client secret holds no text: fix the file")
    return secret
