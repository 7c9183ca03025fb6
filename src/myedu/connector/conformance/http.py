"""Calls the system over HTTP and keeps every request with its answer, byte for byte."""

import asyncio
import time
from collections.abc import Mapping
from socket import socket
from typing import IO, Any, Final
from urllib.parse import quote, urlencode

import aiohttp
import msgspec
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from myedu.connector.conformance.keys import ASSERTION_TYPE, Signer, assertion_claims
from myedu.connector.conformance.rule import Broken
from myedu.kit.clock import Clock
from myedu.kit.private_addresses import is_private

LONGEST_BODY = 64 * 1024 * 1024
"""Bytes read of one answer: far more than the contract allows, so that an oversized one can be measured."""
_LONGEST_WAIT = 10.0  # seconds of a Retry-After that the judge waits out
_RETRIES = 5  # times a paced request is sent again after 429
USER_AGENT = "myedu-conform"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One request and its answer. `body` as it was sent, still compressed if Content-Encoding says so."""

    verb: str
    url: str
    sent_headers: Mapping[str, str]
    sent_body: bytes
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    seconds: float  # from the request to the last byte of the answer

    @property
    def media_type(self) -> str:
        """Content-Type in lower case without its parameters, "" if absent."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as plain JSON, None if it isn't JSON: to look into an answer, not to judge its shape."""
        try:
            return msgspec.json.decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def code(self) -> str | None:
        """`code` of a problem, whatever the media type; None if there is none."""
        body = self.json()
        found = body.get("code") if isinstance(body, dict) else None
        return found if isinstance(found, str) else None


class _RunToken:
    """The type of RUN_TOKEN."""


RUN_TOKEN: Final = _RunToken()
"""Stands for the access token of the run."""
Bearer = str | None | _RunToken
"""What Authorization carries: the run's own token, another text, or (None) the header is absent."""
Query = str | Mapping[str, str]
"""A ready query string, or parameters to encode."""
_Request = tuple[str, str, tuple[tuple[str, str], ...], Bearer]
"""Path, query, sorted headers, token: what makes two GETs the same."""


class HttpClient:
    """A client of one system. Answers to plain GETs are cached, because many rules look at the same one."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        *,
        client_id: str,
        signer: Signer,
        clock: Clock,
        seconds: float = 30.0,
    ) -> None:
        self.base_url, self.client_id, self.signer, self.clock = base_url, client_id, signer, clock
        self.requests = 0
        self._session, self._seconds = session, seconds
        self._token = ""
        self._cached: dict[_Request, asyncio.Task[Answer]] = {}
        self._interval, self._next = 0.0, 0.0

    @property
    def token_url(self) -> str:
        """The address of the system's token endpoint."""
        return f"{self.base_url}/oauth2/token"

    def use_token(self, token: str) -> None:
        """Send this access token from now on."""
        self._token = token

    @property
    def token(self) -> str:
        """The run's own access token; reports never show it."""
        return self._token

    def pace(self, per_second: float | None) -> None:
        """Send at most this many requests a second from now on; None lifts the limit."""
        self._interval = 1 / per_second if per_second else 0.0

    async def get(
        self,
        path: str,
        query: Query = "",
        *,
        headers: Mapping[str, str] | None = None,
        bearer: Bearer = RUN_TOKEN,
        again: bool = False,
    ) -> Answer:
        """A GET, sent once in a run and then cached unless `again`. Raises Broken if no answer comes."""
        if again:
            return await self.send("GET", path, query, headers=headers, bearer=bearer)
        key = (path, _encoded(query), tuple(sorted((headers or {}).items())), bearer)
        if key not in self._cached:
            self._cached[key] = asyncio.ensure_future(
                self.send("GET", path, query, headers=headers, bearer=bearer)
            )
        # several rules wait for one request: cancelling one rule must not cancel it
        return await asyncio.shield(self._cached[key])

    async def send(
        self,
        verb: str,
        path: str,
        query: Query = "",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        bearer: Bearer = RUN_TOKEN,
        paced: bool = True,
    ) -> Answer:
        """Any request; Broken if no answer comes. `paced=False`: no rate limit, no retry after 429."""
        text = _encoded(query)
        url = f"{self.base_url}{path}{'?' if text else ''}{text}"
        return await self.send_to(verb, url, headers=headers, body=body, bearer=bearer, paced=paced)

    async def send_to(
        self,
        verb: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        bearer: Bearer = RUN_TOKEN,
        paced: bool = True,
    ) -> Answer:
        """`send` to an absolute address, e.g. of a file link."""
        sent = self._headers(bearer, headers)
        for _ in range(_RETRIES if paced else 0):
            await self._wait_for_slot()
            answer = await self._exchange(verb, url, sent, body)
            if answer.status != 429 or (wait := _retry_after(answer)) is None:
                return answer
            await asyncio.sleep(wait)
        return await self._exchange(verb, url, sent, body)

    async def grant(self, assertion: str | None = None, query: Query = "", **form: str | None) -> Answer:
        """A POST to the token endpoint with a correct form; `form` replaces fields, None removes one."""
        fields: dict[str, str | None] = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion if assertion is not None else self.assertion(),
        }
        sent = {name: text for name, text in (fields | form).items() if text is not None}
        return await self.send(
            "POST",
            "/oauth2/token",
            query,
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=urlencode(sent).encode(),
            bearer=None,
        )

    def assertion(self, signer: Signer | None = None, **changes: object) -> str:
        """A correct client assertion, with claims replaced (None removes one) or signed by another key."""
        claims = assertion_claims(self.client_id, self.token_url, self.clock.now(), **changes)
        return (signer or self.signer).sign(claims)

    async def download(self, path: str, target: IO[bytes], longest: int) -> Answer:
        """A GET whose body goes into `target`; reading stops soon after `longest` bytes. Raises Broken."""
        await self._wait_for_slot()
        sent = self._headers(RUN_TOKEN, None)
        return await self._exchange("GET", f"{self.base_url}{path}", sent, b"", target, longest)

    def _headers(self, bearer: Bearer, headers: Mapping[str, str] | None) -> CIMultiDict[str]:
        sent = CIMultiDict({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        if bearer is not None:
            sent["Authorization"] = f"Bearer {self._token if isinstance(bearer, _RunToken) else bearer}"
        sent.update(headers or {})
        return sent

    async def _wait_for_slot(self) -> None:
        """Keep the declared rate."""
        if not self._interval:
            return
        now = time.monotonic()
        slot = max(now, self._next)
        self._next = slot + self._interval
        if slot > now:
            await asyncio.sleep(slot - now)

    async def _exchange(
        self,
        verb: str,
        url: str,
        headers: CIMultiDict[str],
        body: bytes,
        target: IO[bytes] | None = None,
        longest: int = LONGEST_BODY,
    ) -> Answer:
        self.requests += 1
        started = time.perf_counter()
        # a file of a package may take minutes: then only silence counts
        timeout = aiohttp.ClientTimeout(total=self._seconds if target is None else None, sock_read=60)
        try:
            async with self._session.request(
                verb,
                URL(url, encoded=True),
                headers=headers,
                data=body or None,
                allow_redirects=False,
                timeout=timeout,
            ) as response:
                content = bytearray()
                received = 0
                async for chunk in response.content.iter_chunked(256 * 1024):
                    received += len(chunk)
                    if target is None:
                        content += chunk
                    else:
                        target.write(chunk)
                    if received > longest:
                        break
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._no_answer(verb, url, error) from None
        return Answer(
            verb=verb,
            url=url,
            sent_headers=dict(headers),
            sent_body=body,
            status=response.status,
            headers=response.headers,
            body=bytes(content),
            seconds=time.perf_counter() - started,
        )

    def _no_answer(self, verb: str, url: str, error: Exception) -> Broken:
        path = url.removeprefix(self.base_url)
        if isinstance(error, TimeoutError):
            return Broken(
                f"нет ответа за {self._seconds:g} с: {verb} {path}",
                f"no answer within {self._seconds:g} s: {verb} {path}",
            )
        kind = type(error).__name__
        return Broken(f"ответ не получен ({kind}): {verb} {path}", f"no answer ({kind}): {verb} {path}")


def public_socket(info: aiohttp.AddrInfoType) -> socket:
    """A socket for an address of the Internet. Raises OSError for one of a private network."""
    family, kind, protocol, _, address = info
    if is_private(str(address[0])):
        raise OSError("the address is in a private network")
    created = socket(family, kind, protocol)
    created.setblocking(False)
    return created


def in_path(text: str) -> str:
    """An id percent-encoded as one segment of a path."""
    return quote(text, safe="")


def _encoded(query: Query) -> str:
    return query if isinstance(query, str) else urlencode(query)


def _retry_after(answer: Answer) -> float | None:
    """Seconds of Retry-After; None if it is absent, not whole seconds, or too long to wait."""
    text = answer.headers.get("Retry-After", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return None
    return float(text) if float(text) <= _LONGEST_WAIT else None
