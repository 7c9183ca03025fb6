"""The client's line to one system: addresses, the token, the act claim, one call with one renewal."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import aiohttp
import anyio
import msgspec
from yarl import URL

from myedu.connector.sdk.errors import JournalSilent, JournalWrong
from myedu.connector.sdk.signing import PrivateKey, load_private_key, sign
from myedu.connector.sdk.tokens import Tokens
from myedu.connector.sdk.wire import ERROR_BYTES, Heard, asking, error_of, exchange
from myedu.contract.act import ACT_HEADER, Act
from myedu.contract.package import TableFile
from myedu.kit.clock import Clock

_ACT_SECONDS = 300
_KEPT_ACTS = 1000  # people on their pages at the same time, seen from one process


class JournalAddress(msgspec.Struct, frozen=True):
    """Where a registered system is and as whom the portal comes to it."""

    system_id: str
    base_url: str
    client_id: str


class Channel:
    """Asks one system and gives what was heard. Raises JournalError."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
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
        self._tokens = Tokens(
            session,
            base_url=self._base_url,
            client_id=address.client_id,
            key=private_key,
            clock=clock,
            seconds=seconds,
        )
        self._acts = Acts(private_key, address.client_id, self._base_url, clock)

    async def ask(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        act: tuple[Act, str] | None,
        etag: str | None,
        seconds: float | None,
    ) -> Heard:
        """GET with a token, within `seconds` for the token and the call together."""
        url, longest = self._url(path, query), seconds or self._seconds
        signed = self._acts.signed(*act) if act else None

        async def once(token: str) -> Heard:
            headers = {
                "Authorization": f"Bearer {token}",
                "Accept": "application/json, application/problem+json",
            }
            extra = ((ACT_HEADER, signed), ("If-None-Match", etag))
            headers |= {name: text for name, text in extra if text is not None}
            return await exchange(
                self._session, "GET", url, seconds=longest, longest=self._answer_bytes, headers=headers
            )

        try:
            async with asyncio.timeout(longest):
                return await self._with_token(once)
        except TimeoutError:
            raise JournalSilent("timeout", f"no answer within {longest:g} s") from None

    async def download(self, path: str, file: TableFile, part: Path, seconds: float) -> None:
        """GET a file of a package into `part`, behind what is there already; never past its stated size."""

        async def once(token: str) -> Heard:
            return await self._download(self._url(path, {}), token, file, part, seconds)

        heard = await self._with_token(once)
        if heard.status not in (200, 206):
            raise error_of(heard, self._clock.now())

    async def _with_token(self, once: Callable[[str], Awaitable[Heard]]) -> Heard:
        """A 401 gets one new token: the system may have forgotten the old one."""
        token = await self._tokens.get()
        heard = await once(token)
        if heard.status == 401:
            self._tokens.forget(token)
            heard = await once(await self._tokens.get())
        return heard

    async def _download(self, url: URL, token: str, file: TableFile, part: Path, seconds: float) -> Heard:
        have = size_of(part)
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": f'"{file.sha256}"'}
        async with asking(self._session, "GET", url, seconds=seconds, headers=headers) as response:
            if response.status not in (200, 206):
                return Heard(response.status, response.headers, await response.content.read(ERROR_BYTES))
            continued = response.status == 206 and have > 0
            size = have if continued else 0
            async with await anyio.open_file(part, "ab" if continued else "wb") as target:
                async for chunk in response.content.iter_chunked(256 * 1024):
                    size += len(chunk)
                    if size > file.bytes:
                        raise JournalWrong("too-large", f"{file.file} is longer than its manifest says")
                    await target.write(chunk)
            return Heard(response.status, response.headers, b"")

    def _url(self, path: str, query: Mapping[str, str]) -> URL:
        text = "&".join(f"{name}={quoted(value)}" for name, value in query.items())
        # encoded=True: yarl would take %2F of an id for a part of the path
        return URL(f"{self._base_url}{path}{'?' if text else ''}{text}", encoded=True)


class Acts:
    """Signs the act claim once for the calls of one page: a signature is dearer than all else in a call."""

    def __init__(self, key: PrivateKey, client_id: str, base_url: str, clock: Clock) -> None:
        self._key, self._client_id, self._base_url, self._clock = key, client_id, base_url, clock
        self._kept: OrderedDict[tuple[Act, str], tuple[datetime, str]] = OrderedDict()

    def signed(self, act: Act, asker: str) -> str:
        """The claim as a JWT; `asker` is a pseudonym of the person."""
        now = self._clock.now()
        kept = self._kept.get((act, asker))
        if kept is not None and kept[0] > now:
            return kept[1]
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
        self._kept[act, asker] = (renew_at, signed)
        self._kept.move_to_end((act, asker))
        while len(self._kept) > _KEPT_ACTS:
            self._kept.popitem(last=False)
        return signed


def size_of(part: Path) -> int:
    """Bytes of a file, 0 where there is none."""
    return part.stat().st_size if part.exists() else 0


def quoted(text: str) -> str:
    """One id as one segment of a path."""
    return quote(text, safe="")
