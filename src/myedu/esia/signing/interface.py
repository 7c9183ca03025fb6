"""Signer and Verifier: signatures as the rest of `myedu.esia` uses them, whatever makes them."""

from typing import Literal, Protocol

import msgspec

RSA_ALGORITHM = "RS256"
GOST_ALGORITHM = "GOST3410_2012_256"

Algorithm = Literal["RS256", "GOST3410_2012_256"]
"""The `alg` of a JWT; it also names the kind of key."""


class KeyFiles(msgspec.Struct, frozen=True):
    """Paths of a private key and of its certificate, both PEM."""

    key: str
    certificate: str


class Signer(Protocol):
    """Holds a private key. Both methods block, for some 10 ms."""

    @property
    def algorithm(self) -> Algorithm:
        """Decided by the key."""
        ...

    def sign_raw(self, message: bytes) -> bytes:
        """A bare signature: 64 bytes of GOST R 34.10-2012, or RSA PKCS #1 v1.5 over SHA-256."""
        ...

    def sign_cms(self, message: bytes) -> bytes:
        """A detached CMS SignedData in DER: `client_secret` of version 1."""
        ...


class Verifier(Protocol):
    """Holds a public key. The key decides the algorithm, never the message."""

    @property
    def algorithm(self) -> Algorithm:
        """Decided by the key."""
        ...

    def verify_raw(self, signature: bytes, message: bytes) -> bool:
        """Whether this is the bare signature of the message; False for any malformed signature."""
        ...
