"""The judge's signatures: client assertions and act claims, correct and deliberately wrong."""

import secrets
from datetime import datetime
from typing import Literal

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 60

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Claims = dict[str, object]


class BadKeyFile(ValueError):
    """The key can't sign; the message says which key to give."""


class Signer:
    """A client's private key in PEM: P-256 signs ES256, RSA from 2048 bits RS256. Raises BadKeyFile."""

    def __init__(self, pem: str) -> None:
        self.private_pem = pem
        try:
            key = load_pem_private_key(pem.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise BadKeyFile(f"not a private key in PEM without a password: {error}") from None
        if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= 2048:
            self.algorithm = "RS256"
        elif isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
            self.algorithm = "ES256"
        else:
            raise BadKeyFile("give an RSA key of 2048 bits or more, or a P-256 key")
        self._key: PrivateKey = key

    def sign(self, claims: Claims) -> str:
        """The claims as a compact JWT."""
        return jwt.encode(claims, self._key, algorithm=self.algorithm)

    def stranger(self) -> "Signer":
        """A new key of the same kind, registered at no system."""
        return Signer(new_key("ec" if self.algorithm == "ES256" else "rsa"))

    @property
    def public_pem(self) -> str:
        """The public half in PEM."""
        return public_pem_of(self._key)


def new_key(kind: Literal["ec", "rsa"] = "ec") -> str:
    """A new private key in PEM: P-256, or RSA of 2048 bits."""
    key: PrivateKey = ec.generate_private_key(ec.SECP256R1())
    if kind == "rsa":
        key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem_of(key: PrivateKey) -> str:
    """The public half of a private key in PEM."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def assertion_claims(client_id: str, token_url: str, now: datetime, **changes: object) -> Claims:
    """The claims of a correct client assertion (RFC 7523 §3), with some replaced; None removes one."""
    issued = int(now.timestamp())
    claims: Claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": token_url,
        "iat": issued,
        "exp": issued + _ASSERTION_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


def act_claims(client_id: str, base_url: str, now: datetime, student_id: str | None) -> Claims:
    """The claims of a correct Myedu-Act header; `student_id` None: about no student in particular."""
    issued = int(now.timestamp())
    return {
        "iss": client_id,
        "aud": base_url,
        "sub": "conformance",
        "iat": issued,
        "exp": issued + _ASSERTION_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "act": {"relation": "system", "purpose": "conformance"}
        | ({"student_id": student_id} if student_id else {}),
    }
