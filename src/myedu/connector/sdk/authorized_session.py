"""Authorized calls to one system: addresses, the access token with one renewal, the act claim."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import anyio
import msgspec
from yarl import URL

from myedu.connector.sdk.credentials import Credentials, SecretFile, SignedAssertion
from myedu.connector.sdk.errors import JournalSilent, JournalWrong
from myedu.connector.sdk.http_client import Session, exchange, open_response, url_of
from myedu.connector.sdk.journal_address import JournalAddress
from myedu.connector.sdk.responses import ERROR_BYTES, RawResponse, error_of
from myedu.connector.sdk.signing import PrivateKey, load_private_key, sign
from myedu.connector.sdk.token_cache import TokenCache
from myedu.contract.act import ACT_HEADER, Act
from myedu.contract.package import TableFile
from myedu.kit.clock import Clock
from myedu.kit.private_files import open_private

_ACT_SECONDS = 300  # a claim serves the calls of one page
_CACHED_ACTS = 1000  # people with a page open at the same time in one process


class AuthorizedSession:
    """Sends authorized GET requests to one system. Every method raises JournalError and nothing else.

    `key`: the portal's private key in PEM. `seconds`: for a call with its token. `answer_bytes`: the longest
    body after decompression.
    """

    def __init__(
        self,
        session: Session,
        address: JournalAddress,
        key: str,
        *,
        clock: Clock,
        seconds: float,
        answer_bytes: int,
    ) -> None:
        self._session, self._clock = session, clock
        self._base_url = address.base_url.rstrip("/")
        self._seconds, self._answer_bytes = seconds, answer_bytes
        private_key = load_private_key(key)
        token_url = address.token_url or f"{self._base_url}/oauth2/token"
        credentials: Credentials = (
            SecretFile(address.client_id, Path(address.secret_file))
            if address.secret_file
            else SignedAssertion(address.client_id, private_key, token_url)
        )
        self._tokens = TokenCache(session, token_url, credentials, clock=clock, seconds=seconds)
        self._acts = ActSigner(private_key, address.client_id, self._base_url, clock)

    async def get(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        act: tuple[Act, str] | None,
        etag: str | None,
        seconds: float | None,
        is_expired: Callable[[RawResponse], bool] = lambda response: response.status == 401,
    ) -> RawResponse:
        """GET with a token; `seconds` (or the session's own) bound the token and the call together.

        `act`: the claim and the pseudonym of the person it is signed for. `is_expired`: true for the answer
        to an expired token, which is then renewed once.
        """
        url, limit = self._url(path, query), seconds or self._seconds
        deadline = asyncio.get_running_loop().time() + limit
        headers = {"Accept": "application/json, application/problem+json"}
        extra = ((ACT_HEADER, self._acts.signed(*act) if act else None), ("If-None-Match", etag))
        headers |= {name: text for name, text in extra if text is not None}

        async def send(token: str) -> RawResponse:
            return await exchange(
                self._session,
                "GET",
                url,
                seconds=max(deadline - asyncio.get_running_loop().time(), 0.001),
                longest=self._answer_bytes,
                headers={"Authorization": f"Bearer {token}", **headers},
            )

        return await self._with_token(send, is_expired, deadline, limit)

    async def download(self, path: str, file: TableFile, part: Path, seconds: float) -> None:
        """GET a file of a package into `part`, resuming after its present bytes.

        Raises JournalWrong(too-large) past the size that the manifest states.
        """
        deadline = asyncio.get_running_loop().time() + seconds

        async def send(token: str) -> RawResponse:
            return await self._download(self._url(path, {}), token, file, part, seconds)

        response = await self._with_token(send, lambda response: response.status == 401, deadline, seconds)
        if response.status not in (200, 206):
            raise error_of(response, self._clock.now())

    async def _with_token(
        self,
        send: Callable[[str], Awaitable[RawResponse]],
        is_expired: Callable[[RawResponse], bool],
        deadline: float,
        limit: float,
    ) -> RawResponse:
        """Send again with a new token if the first is refused: the system may have forgotten it."""
        token = await self._token(deadline, limit)
        response = await send(token)
        if is_expired(response):
            self._tokens.forget(token)
            response = await send(await self._token(deadline, limit))
        return response

    async def _token(self, deadline: float, limit: float) -> str:
        try:
            async with asyncio.timeout_at(deadline):
                return await self._tokens.get()
        except TimeoutError:
            raise JournalSilent("timeout", f"no token within {limit:g} s") from None

    async def _download(
        self, url: URL, token: str, file: TableFile, part: Path, seconds: float
    ) -> RawResponse:
        received = size_of(part)
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        if received:
            headers |= {"Range": f"bytes={received}-", "If-Range": f'"{file.sha256}"'}
        async with open_response(self._session, "GET", url, seconds=seconds, headers=headers) as response:
            if response.status not in (200, 206):
                return RawResponse(response.status, response.headers, await response.read_start(ERROR_BYTES))
            is_resumed = response.status == 206 and received > 0
            size = received if is_resumed else 0
            mode: Literal["ab", "wb"] = "ab" if is_resumed else "wb"
            async with await anyio.open_file(part, mode, opener=open_private) as target:
                async for chunk in response.chunks(256 * 1024):
                    size += len(chunk)
                    if size > file.bytes:
                        raise JournalWrong("too-large", f"{file.file} is longer than its manifest says")
                    await target.write(chunk)
            return RawResponse(response.status, response.headers, b"")

    def _url(self, path: str, query: Mapping[str, str]) -> URL:
        text = "&".join(f"{name}={quote_segment(value)}" for name, value in query.items())
        # encoded=True: otherwise yarl decodes the %2F of an id
        return url_of(f"{self._base_url}{path}{'?' if text else ''}{text}", encoded=True)


class ActSigner:
    """Signs the act claim once for all calls of a page: a signature costs more than the rest of a call."""

    def __init__(self, key: PrivateKey, client_id: str, base_url: str, clock: Clock) -> None:
        self._key, self._client_id, self._base_url, self._clock = key, client_id, base_url, clock
        self._cache: OrderedDict[tuple[Act, str], tuple[datetime, str]] = OrderedDict()

    def signed(self, act: Act, asker: str) -> str:
        """The claim as a JWT with at least half of its life left. `asker`: a pseudonym of the person."""
        now = self._clock.now()
        cached = self._cache.get((act, asker))
        if cached is not None and cached[0] > now:
            return cached[1]
        issued = int(now.timestamp())
        claims = {
            "iss": self._client_id,
            "aud": self._base_url,
            "sub": asker,
            "iat": issued,
            "exp": issued + _ACT_SECONDS,
            "jti": secrets.token_urlsafe(12),
            "act": msgspec.to_builtins(act),
        }
        signed = sign(claims, self._key)
        renew_at = datetime.fromtimestamp(issued, UTC) + timedelta(seconds=_ACT_SECONDS / 2)
        self._cache[act, asker] = (renew_at, signed)
        self._cache.move_to_end((act, asker))
        while len(self._cache) > _CACHED_ACTS:
            self._cache.popitem(last=False)
        return signed


def size_of(part: Path) -> int:
    """The size of a file in bytes, 0 if it doesn't exist."""
    return part.stat().st_size if part.exists() else 0


def quote_segment(text: str) -> str:
    """An id percent-encoded as one segment of a path."""
    return quote(text, safe="")
