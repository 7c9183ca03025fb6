"""The client's line to one system: addresses, the token, the act claim, one call with one renewal."""

import asyncio
import secrets
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import anyio
import msgspec
from yarl import URL

from myedu.connector.sdk.credentials import Credentials, SecretFile, SignedAssertion
from myedu.connector.sdk.errors import JournalSilent, JournalWrong
from myedu.connector.sdk.outgoing import Session, asking, exchange, url_of
from myedu.connector.sdk.signing import PrivateKey, load_private_key, sign
from myedu.connector.sdk.tokens import Tokens
from myedu.connector.sdk.wire import ERROR_BYTES, Heard, error_of
from myedu.contract.act import ACT_HEADER, Act
from myedu.contract.package import TableFile
from myedu.kit.clock import Clock

_ACT_SECONDS = 300
_KEPT_ACTS = 1000  # people on their pages at the same time, seen from one process


class JournalAddress(msgspec.Struct, frozen=True):
    """Where a registered system is, which words it speaks, and as whom the portal comes to it.

    `profile` None is the contract. `token_url` is given where tokens come from another place than
    `base_url`/oauth2/token, `secret_file` where the portal proves itself by a secret and not by its key.
    """

    system_id: str
    base_url: str
    client_id: str
    profile: str | None = None
    token_url: str | None = None
    secret_file: str | None = None


class Channel:
    """Asks one system and gives what was heard. Raises JournalError."""

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
        self._tokens = Tokens(session, token_url, credentials, clock=clock, seconds=seconds)
        self._acts = Acts(private_key, address.client_id, self._base_url, clock)

    async def ask(
        self,
        path: str,
        query: Mapping[str, str],
        *,
        act: tuple[Act, str] | None,
        etag: str | None,
        seconds: float | None,
        is_expired: Callable[[Heard], bool] = lambda heard: heard.status == 401,
    ) -> Heard:
        """GET with a token, within `seconds` for the token and the call together.

        `is_expired` knows the answer that a token which has ended gets: it is renewed, once.
        """
        url, longest = self._url(path, query), seconds or self._seconds
        until = asyncio.get_running_loop().time() + longest
        headers = {"Accept": "application/json, application/problem+json"}
        extra = ((ACT_HEADER, self._acts.signed(*act) if act else None), ("If-None-Match", etag))
        headers |= {name: text for name, text in extra if text is not None}

        async def once(token: str) -> Heard:
            return await exchange(
                self._session,
                "GET",
                url,
                seconds=max(until - asyncio.get_running_loop().time(), 0.001),
                longest=self._answer_bytes,
                headers={"Authorization": f"Bearer {token}", **headers},
            )

        return await self._with_token(once, is_expired, until, longest)

    async def download(self, path: str, file: TableFile, part: Path, seconds: float) -> None:
        """GET a file of a package into `part`, behind what is there already; never past its stated size."""

        until = asyncio.get_running_loop().time() + seconds

        async def once(token: str) -> Heard:
            return await self._download(self._url(path, {}), token, file, part, seconds)

        heard = await self._with_token(once, lambda heard: heard.status == 401, until, seconds)
        if heard.status not in (200, 206):
            raise error_of(heard, self._clock.now())

    async def _with_token(
        self,
        once: Callable[[str], Awaitable[Heard]],
        is_expired: Callable[[Heard], bool],
        until: float,
        longest: float,
    ) -> Heard:
        """A refused token gets one new one: the system may have forgotten the old one."""
        token = await self._token(until, longest)
        heard = await once(token)
        if is_expired(heard):
            self._tokens.forget(token)
            heard = await once(await self._token(until, longest))
        return heard

    async def _token(self, until: float, longest: float) -> str:
        try:
            async with asyncio.timeout_at(until):
                return await self._tokens.get()
        except TimeoutError:
            raise JournalSilent("timeout", f"no token within {longest:g} s") from None

    async def _download(self, url: URL, token: str, file: TableFile, part: Path, seconds: float) -> Heard:
        have = size_of(part)
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": f'"{file.sha256}"'}
        async with asking(self._session, "GET", url, seconds=seconds, headers=headers) as incoming:
            if incoming.status not in (200, 206):
                return Heard(incoming.status, incoming.headers, await incoming.beginning(ERROR_BYTES))
            continued = incoming.status == 206 and have > 0
            size = have if continued else 0
            async with await anyio.open_file(part, "ab" if continued else "wb") as target:
                async for chunk in incoming.pieces(256 * 1024):
                    size += len(chunk)
                    if size > file.bytes:
                        raise JournalWrong("too-large", f"{file.file} is longer than its manifest says")
                    await target.write(chunk)
            return Heard(incoming.status, incoming.headers, b"")

    def _url(self, path: str, query: Mapping[str, str]) -> URL:
        text = "&".join(f"{name}={quoted(value)}" for name, value in query.items())
        # encoded=True: yarl would take %2F of an id for a part of the path
        return url_of(f"{self._base_url}{path}{'?' if text else ''}{text}", encoded=True)


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
