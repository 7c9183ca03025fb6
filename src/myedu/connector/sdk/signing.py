"""JSON Web Tokens of the exchange: signed with RSA or P-256, verified by the clock that is passed in."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

PublicKey = RSAPublicKey | EllipticCurvePublicKey
PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey

LEEWAY = 60
"""Seconds by which two clocks may differ."""
_LEAST_RSA_BITS = 2048
_PUBLIC_KEY = re.compile(r"-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----", re.DOTALL)


class BadKey(ValueError):
    """A key that this exchange doesn't accept; the message says which key to give."""


class BadToken(Exception):
    """A token that fails verification; the message says why, without the token itself."""


def load_public_key(pem: str) -> PublicKey:
    """An RSA (from 2048 bits) or P-256 public key in PEM. Raises BadKey."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey(f"not a public key in PEM: {error}") from None
    if not isinstance(key, PublicKey):
        raise BadKey("give an RSA or a P-256 public key")
    _check_strength(key)
    return key


def load_public_keys(pem: str) -> tuple[PublicKey, ...]:
    """One or several public keys in PEM, one after the other, as a client has while it changes its key.

    Raises BadKey.
    """
    return tuple(map(load_public_key, _PUBLIC_KEY.findall(pem) or [pem]))


def load_private_key(pem: str) -> PrivateKey:
    """An RSA (from 2048 bits) or P-256 private key in PEM, without a password. Raises BadKey."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey(f"not a private key in PEM without a password: {error}") from None
    if not isinstance(key, PrivateKey):
        raise BadKey("give an RSA or a P-256 private key")
    _check_strength(key)
    return key


def _check_strength(key: PublicKey | PrivateKey) -> None:
    if isinstance(key, RSAPublicKey | RSAPrivateKey):
        if key.key_size < _LEAST_RSA_BITS:
            raise BadKey(f"an RSA key of {key.key_size} bits: give at least {_LEAST_RSA_BITS}")
    elif not isinstance(key.curve, SECP256R1):
        raise BadKey(f"a key on the curve {key.curve.name}: give one on P-256")


def allowed_algorithms(key: PublicKey) -> tuple[str, ...]:
    """The algorithms accepted for a key: the key decides, never the token."""
    return ("RS256", "PS256") if isinstance(key, RSAPublicKey) else ("ES256",)


def sign(claims: Mapping[str, object], key: PrivateKey) -> str:
    """The claims as a compact JWT, by RS256 or ES256."""
    algorithm = "RS256" if isinstance(key, RSAPrivateKey) else "ES256"
    return jwt.encode(dict(claims), key, algorithm=algorithm)


def unverified_claim(token: str, name: str) -> str:
    """A string claim of an unverified token, only to find the key that must verify it. Raises BadToken."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        raise BadToken("not a JWT") from None
    value = claims.get(name)
    if not isinstance(value, str):
        raise BadToken(f"{name} is missing")
    return value


def verified_claims(
    token: str,
    key: PublicKey | bytes,
    algorithms: Sequence[str],
    *,
    audience: str,
    issuer: str,
    now: datetime,
    longest: int,
) -> dict[str, Any]:
    """The claims of a token with a valid signature, issuer, audience and times. Raises BadToken.

    `now`: aware. `longest`: seconds from now at which the token may expire at the latest. LEEWAY applies.
    """
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=list(algorithms),
            audience=audience,
            issuer=issuer,
            options={
                "require": ["iss", "sub", "aud", "exp", "iat", "jti"],
                # times are compared with `now` below, not with the machine's clock
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except jwt.PyJWTError as error:
        raise BadToken(str(error) or type(error).__name__) from None
    _check_times(claims, now.timestamp(), longest)
    return claims


def claims_verified_by_any(
    token: str, keys: Sequence[PublicKey], *, audience: str, issuer: str, now: datetime, longest: int
) -> dict[str, Any]:
    """As `verified_claims`, with one of a client's keys; the error is that of the last."""
    error = BadToken("there is no key")
    for key in keys:
        try:
            return verified_claims(
                token,
                key,
                allowed_algorithms(key),
                audience=audience,
                issuer=issuer,
                now=now,
                longest=longest,
            )
        except BadToken as one:
            error = one
    raise error


def _check_times(claims: Mapping[str, Any], now: float, longest: int) -> None:
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name, 0)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise BadToken(f"{name} is not a number of seconds")
    if claims["exp"] <= now - LEEWAY:
        raise BadToken("expired")
    if claims["exp"] > now + longest + LEEWAY:
        raise BadToken(f"lives too long: at most {longest} s are allowed")
    if max(claims["iat"], claims.get("nbf", 0)) > now + LEEWAY:
        raise BadToken("issued in the future: compare the clocks of the two systems")
