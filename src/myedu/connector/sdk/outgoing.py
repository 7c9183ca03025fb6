"""The one file that knows the HTTP library: a session, one exchange, every failure a JournalError.

Another library is put in by rewriting this file; nothing else of the portal's way to a journal imports it.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from socket import AF_UNSPEC, AddressFamily, socket
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http_exceptions import ContentEncodingError
from yarl import URL

from myedu.connector.sdk.errors import JournalError, JournalSilent, JournalWrong
from myedu.connector.sdk.wire import ERROR_BYTES, Heard

Session = aiohttp.ClientSession
"""A pool of connections; others hold it and hand it on, and call nothing of it but `close`."""

Carry = Callable[[MutableMapping[str, str]], None]
"""Puts the caller's trace (W3C traceparent) into the headers of a request."""

PACKED = "gzip"
"""What we ask for and all that we unpack: one format whose output is bounded step by step."""
_SILENCE = 30.0
"""Seconds between two pieces of a file: a long download must not wait out its whole time for a dead line."""
_KEEPALIVE = 30.0
_LOOK_SECONDS = 0.1
"""How often the packed bytes are counted: 10 Gbit/s bring 120 MB in that time, of which none is kept."""


class ForbiddenAddress(OSError):
    """The guard stopped a connection; an OSError, because that is what connecting may raise."""


def open_session(
    *,
    connections: int = 32,
    check_host: Callable[[str], None] = lambda _: None,
    check_address: Callable[[str, int], None] = lambda _, __: None,
    trust: ssl.SSLContext | None = None,
    carry: Carry | None = None,
) -> Session:
    """A session without cookies, proxies and redirects. The checks raise ForbiddenAddress.

    `check_address` sees the numbers that a socket is about to be connected to, whoever resolved them.
    """

    def checked_socket(info: tuple[Any, ...]) -> socket:
        family, kind, protocol, _, place = info
        check_address(str(place[0]), int(place[1]))
        made = socket(family, kind, protocol)
        made.setblocking(False)
        return made

    connector = aiohttp.TCPConnector(
        limit=connections,
        keepalive_timeout=_KEEPALIVE,
        resolver=_Resolver(check_host),
        socket_factory=checked_socket,
        ssl=trust or True,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        max_headers=64,
        trace_configs=[_carrying(carry)] if carry else None,
    )


def _carrying(carry: Carry) -> aiohttp.TraceConfig:
    async def add(_: Session, __: object, begun: aiohttp.TraceRequestStartParams) -> None:
        carry(begun.headers)

    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(add)
    return tracing


class _Resolver(AbstractResolver):
    """The library's own, for registered names only."""

    def __init__(self, check_host: Callable[[str], None]) -> None:
        self._check_host = check_host
        self._inner = aiohttp.DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_UNSPEC
    ) -> list[ResolveResult]:
        self._check_host(host)
        return await self._inner.resolve(host, port, family)

    async def close(self) -> None:
        await self._inner.close()


class Incoming:
    """An open answer: its head is there, its body isn't read yet."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    async def body(self, longest: int) -> bytes:
        """The whole body, read no further than its bound, packed or not. Raises JournalWrong(too-large)."""
        if (self._response.content_length or 0) > longest:
            raise _too_large(longest)
        body = bytearray()
        with _Flood(self._response, longest) as flood:
            async for chunk in self._response.content.iter_any():
                body += chunk
                if len(body) > longest:
                    flood.stop()
        return bytes(body)

    async def beginning(self, longest: int) -> bytes:
        """At most so many bytes of the body; the rest is left."""
        return await self._response.content.read(longest)

    def pieces(self, size: int) -> AsyncIterator[bytes]:
        """The body in pieces of at most `size` bytes."""
        return self._response.content.iter_chunked(size)


def url_of(address: str, *, encoded: bool = False) -> URL:
    """A registered address. Raises JournalWrong(not-http) for what is none."""
    try:
        return URL(address, encoded=encoded)
    except ValueError:
        raise JournalWrong("not-http", "its registered address is not an address") from None


class _Flood:
    """Bounds what comes over the line: pieces may unpack to nothing at all, so no reader would ever wake."""

    def __init__(self, response: aiohttp.ClientResponse, longest: int) -> None:
        self._response, self._longest, self._stopped = response, longest, False

    def __enter__(self) -> "_Flood":
        self._look()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._next.cancel()
        if self._stopped and isinstance(error, aiohttp.ClientError | None):
            raise _too_large(self._longest) from None

    def stop(self) -> None:
        """Hang up: whoever reads is woken by an error."""
        self._stopped = True
        self._response.close()

    def _look(self) -> None:
        self._next = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._look)
        # an answer without a body has a reader that counts nothing
        if (getattr(self._response.content, "total_compressed_bytes", 0) or 0) > self._longest:
            self.stop()


@asynccontextmanager
async def asking(
    session: Session, verb: str, url: URL, *, seconds: float, **options: Any
) -> AsyncIterator[Incoming]:
    """An open answer; everything that the network can do becomes a JournalError."""
    timeout = aiohttp.ClientTimeout(total=seconds, sock_read=min(seconds, _SILENCE))
    headers = {"Accept-Encoding": PACKED, **options.pop("headers", {})}
    begun = False
    try:
        async with session.request(
            verb, url, allow_redirects=False, timeout=timeout, headers=headers, **options
        ) as response:
            begun = True
            _check_head(response)
            yield Incoming(response)
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        raise _network_error(error, seconds, begun=begun) from error


async def exchange(
    session: Session, verb: str, url: URL, *, seconds: float, longest: int, **options: Any
) -> Heard:
    """Ask and read the whole answer, at most `longest` bytes of it after decompression."""
    async with asking(session, verb, url, seconds=seconds, **options) as incoming:
        bound = longest if incoming.status == 200 else ERROR_BYTES
        return Heard(incoming.status, incoming.headers, await incoming.body(bound))


def _check_head(response: aiohttp.ClientResponse) -> None:
    if 300 <= response.status < 400 and response.status != 304:
        raise JournalWrong(
            "redirect", f"it answers {response.status}: register the address that it redirects to"
        )
    packed = response.headers.get("Content-Encoding", "").strip().lower()
    if packed not in ("", "identity", PACKED):
        raise JournalWrong("wrong-encoding", f"the answer is packed in another way than {PACKED}")


def _too_large(longest: int) -> JournalWrong:
    return JournalWrong("too-large", f"the answer is longer than {longest} bytes: reading was stopped")


def _network_error(error: Exception, seconds: float, *, begun: bool) -> JournalError:
    """The order matters: the library's classes are each other's children."""
    kind = type(error).__name__
    if isinstance(error, TimeoutError):
        if begun:
            return JournalSilent("stalled", f"the answer began and did not end within {seconds:g} s")
        return JournalSilent("timeout", f"no answer within {seconds:g} s")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return JournalWrong("certificate", f"its TLS can't be trusted ({kind}): renew the certificate")
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ForbiddenAddress):
        return JournalWrong("forbidden-address", f"{error.os_error}: no connection was made")
    if isinstance(error, aiohttp.ContentTypeError | aiohttp.ClientResponseError):
        return JournalWrong("not-http", f"what it sends is not HTTP ({kind})")
    if isinstance(error.__cause__, ContentEncodingError):
        return JournalWrong("wrong-encoding", "the answer is not packed as it says")
    if isinstance(error, aiohttp.ClientPayloadError):
        return JournalSilent("cut", f"the answer broke off ({kind})")
    if isinstance(error, aiohttp.ServerDisconnectedError) or type(error) is aiohttp.ClientOSError:
        return JournalSilent("cut", f"the connection was there and broke off ({kind})")
    if isinstance(error, aiohttp.InvalidURL):
        return JournalWrong("not-http", "its registered address is not an address")
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return JournalWrong("not-http", f"what it sends can't be read ({kind})")
    return JournalSilent("unreachable", f"no connection ({kind})")
