"""The client's access token: fetched once for parallel calls, kept until shortly before it expires."""

import asyncio
import secrets
from datetime import datetime

import aiohttp
import msgspec
from yarl import URL

from myedu.connector.sdk.errors import JournalRefuses, JournalWrong
from myedu.connector.sdk.oauth import ASSERTION_TYPE
from myedu.connector.sdk.signing import PrivateKey, sign
from myedu.connector.sdk.wire import Heard, decode_json, error_of, exchange
from myedu.contract.answers import Token
from myedu.kit.clock import Clock

_RESERVE = 60
"""Seconds before its end at which a token is renewed: the answer to its last call must come in time."""
_ASSERTION_SECONDS = 120
_TOKEN_BYTES = 64 * 1024
_DECODER = msgspec.json.Decoder(Token)


class Tokens:
    """The token of one client for one system."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        base_url: str,
        client_id: str,
        key: PrivateKey,
        clock: Clock,
        seconds: float,
    ) -> None:
        self._session, self._base_url, self._client_id = session, base_url, client_id
        self._key, self._clock, self._seconds = key, clock, seconds
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
        heard = await exchange(
            self._session,
            "POST",
            URL(f"{self._base_url}/oauth2/token"),
            seconds=self._seconds,
            longest=_TOKEN_BYTES,
            data={
                "grant_type": "client_credentials",
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": self._assertion(now),
            },
        )
        token = _granted(heard, now)
        life = max(token.expires_in, 0)
        self._token = token.access_token
        self._good_until = now.timestamp() + life - min(_RESERVE, life / 2)
        return self._token

    def _assertion(self, now: datetime) -> str:
        issued = int(now.timestamp())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": f"{self._base_url}/oauth2/token",
            "iat": issued,
            "exp": issued + _ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(16),
        }
        return sign(claims, self._key)


def _granted(heard: Heard, now: datetime) -> Token:
    """Raises JournalError: here every 4xx says that we are not let in."""
    if heard.status == 200:
        token: Token = decode_json(heard, _DECODER)
        if token.token_type.lower() != "bearer" or not token.access_token.isprintable():
            raise JournalWrong("wrong-shape", "the token endpoint gives no bearer token")
        return token
    if heard.status in (400, 401):
        raise JournalRefuses(
            "unauthorized",
            f"no token ({heard.status}): check client_id, key, address and clock on both sides",
        )
    raise error_of(heard, now)
