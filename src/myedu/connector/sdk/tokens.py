"""The client's access token: fetched once for parallel calls, kept until shortly before it expires."""

import asyncio
from datetime import datetime

import msgspec

from myedu.connector.sdk.credentials import Credentials
from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.outgoing import Session, exchange, url_of
from myedu.connector.sdk.wire import Heard, clock_hint, decode_json, error_of
from myedu.contract.answers import Token
from myedu.kit.clock import Clock

_RESERVE = 60
"""Seconds before its end at which a token is renewed: the answer to its last call must come in time."""
_LONGEST_LIFE = 24 * 3600  # a token "for ever" is asked anew once a day
_TOKEN_BYTES = 64 * 1024
_DECODER = msgspec.json.Decoder(Token)


class Tokens:
    """The token of one client for one system."""

    def __init__(
        self, session: Session, url: str, credentials: Credentials, *, clock: Clock, seconds: float
    ) -> None:
        self._session, self._url, self._credentials = session, url, credentials
        self._clock, self._seconds = clock, seconds
        self._token, self._good_until = "", 0.0
        self._flight: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that is good for some time yet. Raises JournalError."""
        if self._token and self._clock.now().timestamp() < self._good_until:
            return self._token
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch())
            # a failure that nobody waits for any more is no news
            self._flight.add_done_callback(lambda task: task.cancelled() or task.exception())
        # the flight is everybody's: a caller who gives up must not take it down
        return await asyncio.shield(self._flight)

    def forget(self, token: str) -> None:
        """The system refused this token; another one that came meanwhile stays."""
        if token == self._token:
            self._token = ""

    async def _fetch(self) -> str:
        now = self._clock.now()
        proof = self._credentials.proof(now)
        heard = await exchange(
            self._session,
            "POST",
            url_of(self._url),
            seconds=self._seconds,
            longest=_TOKEN_BYTES,
            data={"grant_type": "client_credentials", **proof.form},
            headers={"Accept": "application/json", **proof.headers},
        )
        token = _granted(heard, now)
        life = min(max(token.expires_in, 0), _LONGEST_LIFE)
        self._token = token.access_token
        self._good_until = now.timestamp() + life - min(_RESERVE, life / 2)
        return self._token


def _granted(heard: Heard, now: datetime) -> Token:
    """Raises JournalError: here every 4xx says that we are not let in."""
    if heard.status == 200:
        token: Token = decode_json(heard, _DECODER)
        if token.token_type.lower() != "bearer" or not _is_header(token.access_token):
            raise JournalWrong("wrong-shape", "the token endpoint gives no bearer token")
        return token
    if heard.status in (400, 401):
        if clock := clock_hint(heard.headers, now):
            raise JournalRefuses("clock-skew", f"no token ({heard.status}): {clock}")
        hint = "check client_id, key, address and clock on both sides"
        raise JournalRefuses("unauthorized", f"no token ({heard.status}): {hint}")
    raise error_of(heard, now)


def _is_header(token: str) -> bool:
    return token.isascii() and token.isprintable() and 0 < len(token) <= 8000
