"""Vendors that push: their registered keys, the access tokens they get for them, and the system of a token.

The rules are those of the journals' own token endpoint (connector.sdk.oauth). Here several processes share
used assertions and tokens, so they are in the database.
"""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from psycopg import AsyncConnection

from myedu.connector.sdk.oauth import ASSERTION_SECONDS, ASSERTION_TYPE, TOKEN_SECONDS, OAuthRefusal
from myedu.connector.sdk.signing import (
    LEEWAY,
    BadToken,
    allowed_algorithms,
    load_public_key,
    unverified_claim,
    verified_claims,
)
from myedu.contract.answers import Token
from myedu.kit.db import execute, fetch_value
from myedu.kit.sql import load_queries

QUERIES = load_queries(__package__, "vendors.sql")

_LONGEST_JTI = 200
_TOKEN_BYTES = 32


async def register_key(conn: AsyncConnection, system_id: str, public_key: str, now: datetime) -> None:
    """Register a vendor's key (PEM; RSA or P-256); tokens of an earlier one end. Raises BadKey."""
    load_public_key(public_key)
    key = {"system_id": system_id, "public_key": public_key, "now": now}
    await execute(conn, QUERIES.forget_tokens, {"system_id": system_id})
    await execute(conn, QUERIES.register_key, key)


async def grant(conn: AsyncConnection, form: Mapping[str, str], token_url: str, now: datetime) -> Token:
    """A token for a form of the token endpoint, in a transaction. Raises OAuthRefusal."""
    if form.get("grant_type") != "client_credentials":
        raise OAuthRefusal("unsupported_grant_type", "grant_type must be client_credentials")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthRefusal("invalid_request", f"client_assertion_type must be {ASSERTION_TYPE}")
    try:
        system_id = await _authenticated(conn, form, token_url, now)
    except BadToken as error:
        raise OAuthRefusal("invalid_client", f"client_assertion: {error}") from None
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    await execute(conn, QUERIES.forget_assertions, {"before": now - timedelta(seconds=LEEWAY)})
    given = {"token_sha256": _sha256(token), "system_id": system_id}
    await execute(conn, QUERIES.keep_token, {**given, "expires_at": now + timedelta(seconds=TOKEN_SECONDS)})
    return Token(access_token=token, expires_in=TOKEN_SECONDS)


async def system_of(conn: AsyncConnection, authorization: str | None, now: datetime) -> str | None:
    """The system whose token is in an Authorization header; None without a valid one."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    shown = {"token_sha256": _sha256(token.strip()), "now": now}
    system_id: str | None = await fetch_value(conn, QUERIES.system_of, shown)
    return system_id


async def _authenticated(
    conn: AsyncConnection, form: Mapping[str, str], token_url: str, now: datetime
) -> str:
    assertion = form.get("client_assertion", "")
    system_id = unverified_claim(assertion, "iss")
    pem = await fetch_value(conn, QUERIES.public_key, {"system_id": system_id}) if _plain(system_id) else None
    if pem is None or form.get("client_id") not in (None, system_id):
        raise BadToken("the client is not registered")
    key = load_public_key(pem)
    claims = verified_claims(
        assertion,
        key,
        allowed_algorithms(key),
        audience=token_url,
        issuer=system_id,
        now=now,
        longest=ASSERTION_SECONDS,
    )
    if claims["sub"] != system_id:
        raise BadToken("sub must be the client_id, like iss")
    jti = claims["jti"]
    if not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI or not _plain(jti):
        raise BadToken(f"jti must be a text of 1 to {_LONGEST_JTI} characters")
    used = {"system_id": system_id, "jti": jti, "expires_at": datetime.fromtimestamp(claims["exp"], UTC)}
    if await fetch_value(conn, QUERIES.use_assertion, used) is None:
        raise BadToken("jti was used before: sign a new assertion for every token")
    return system_id


def _plain(text: str) -> bool:
    """PostgreSQL keeps no NUL."""
    return text.isprintable()


def _sha256(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
