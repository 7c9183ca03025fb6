"""The client's access token: requested once for parallel calls, cached until shortly before it expires."""

import asyncio
from datetime import datetime

import msgspec

from myedu.connector.sdk.credentials import Credentials
from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.http_client import Session, exchange, url_of
from myedu.connector.sdk.responses import RawResponse, clock_hint, decode_json, error_of
from myedu.contract.answers import Token
from myedu.kit.clock import Clock

_RESERVE = 60
"""Seconds before its expiry when a token is renewed: its last call must still be answered in time."""
_LONGEST_LIFE = 24 * 3600  # seconds: an unlimited token is renewed once a day
_TOKEN_BYTES = 64 * 1024
_DECODER = msgspec.json.Decoder(Token)
_HINTS = {
    "invalid_scope": "we name no scope: let the system give client_id the scopes of reading by default",
    "invalid_client": "check client_id, key or secret, address and clock on both sides",
    "unauthorized_client": "client_id may not use client_credentials: allow it there",
    "unsupported_grant_type": "it knows no client_credentials: is the address of the token endpoint right?",
}


class _Refusal(msgspec.Struct):
    error: str


class TokenCache:
    """The access token of one client at one token endpoint. `seconds`: for a token request."""

    def __init__(
        self, session: Session, url: str, credentials: Credentials, *, clock: Clock, seconds: float
    ) -> None:
        self._session, self._url, self._credentials = session, url, credentials
        self._clock, self._seconds = clock, seconds
        self._token, self._renew_at = "", 0.0
        self._request: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that is valid for a while. Raises JournalError."""
        if self._token and self._clock.now().timestamp() < self._renew_at:
            return self._token
        if self._request is None or self._request.done():
            self._request = asyncio.create_task(self._fetch())
            # if every caller gave up, a failure must not be logged as never retrieved
            self._request.add_done_callback(lambda task: task.cancelled() or task.exception())
        # all callers share the request: cancelling one of them must not cancel it
        return await asyncio.shield(self._request)

    def forget(self, token: str) -> None:
        """Drop a token that the system refused, unless another one has replaced it already."""
        if token == self._token:
            self._token = ""

    async def _fetch(self) -> str:
        now = self._clock.now()
        proof = self._credentials.proof(now)
        response = await exchange(
            self._session,
            "POST",
            url_of(self._url),
            seconds=self._seconds,
            longest=_TOKEN_BYTES,
            data={"grant_type": "client_credentials", **proof.form},
            headers={"Accept": "application/json", **proof.headers},
        )
        token = _granted(response, now)
        life = min(max(token.expires_in, 0), _LONGEST_LIFE)
        self._token = token.access_token
        self._renew_at = now.timestamp() + life - min(_RESERVE, life / 2)
        return self._token


def _granted(response: RawResponse, now: datetime) -> Token:
    """Raises JournalError. A 400 or 401 of a token endpoint means that the client is not accepted."""
    if response.status == 200:
        token = decode_json(response, _DECODER)
        if token.token_type.lower() != "bearer" or not _fits_header(token.access_token):
            raise JournalWrong("wrong-shape", "the token endpoint returns no bearer token")
        return token
    if response.status in (400, 401):
        if clock := clock_hint(response.headers, now):
            raise JournalRefuses("clock-skew", f"no token ({response.status}): {clock}")
        raise JournalRefuses("unauthorized", f"no token ({response.status}): {_hint(response.body)}")
    raise error_of(response, now)


def _hint(body: bytes) -> str:
    """What to do about a refusal (RFC 6749 §5.2); the vendor's own words are not quoted."""
    try:
        error = msgspec.json.decode(body, type=_Refusal).error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        error = ""
    if error not in _HINTS:
        return "check client_id, key, address and clock on both sides"
    return f"{error}, {_HINTS[error]}"


def _fits_header(token: str) -> bool:
    return token.isascii() and token.isprintable() and 0 < len(token) <= 8000
