"""The only file that knows the HTTP library: sessions and exchanges; every failure becomes a JournalError.

To change the library, rewrite this file: nothing else on the portal's way to a journal imports it.
"""

import asyncio
import ssl
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from socket import AF_UNSPEC, AddressFamily, socket
from typing import TypedDict, Unpack

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.http_exceptions import ContentEncodingError
from yarl import URL

from myedu.connector.sdk.errors import JournalError, JournalSilent, JournalWrong
from myedu.connector.sdk.exchange_trace import current_trace
from myedu.connector.sdk.responses import ERROR_BYTES, RawResponse

Session = aiohttp.ClientSession
"""A pool of connections. Other modules only pass it on and `close` it."""

TraceInjector = Callable[[MutableMapping[str, str]], None]
"""Adds the caller's trace (W3C traceparent) to the headers of a request."""

FormOrBody = Mapping[str, str] | bytes | AsyncIterable[bytes]
"""Fields of a form, or a whole or streamed body."""

COMPRESSION = "gzip"
"""The only encoding requested and decompressed: its output can be bounded step by step."""
_SILENCE = 30.0
"""Seconds between two chunks of a file: a long download must not wait its whole time on a dead connection."""
_KEEPALIVE = 30.0  # seconds
_COUNT_SECONDS = 0.1
"""How often compressed bytes are counted: 10 Gbit/s deliver 120 MB in that time, of which none is kept."""


class ForbiddenAddress(OSError):
    """A check refused the connection. An OSError, because that is what connecting may raise."""


def open_session(
    *,
    connections: int = 32,
    check_host: Callable[[str], None] = lambda _: None,
    check_address: Callable[[str, int], None] = lambda _, __: None,
    trust: ssl.SSLContext | None = None,
    carry: TraceInjector | None = None,
) -> Session:
    """A session without cookies and proxies. The checks raise ForbiddenAddress.

    `connections`: at most, to all hosts. `check_host` gets each name before it is resolved, `check_address`
    the numeric address and the port to which a socket is about to connect. `trust`: the trusted
    certificates, by default the machine's. `carry` adds the trace to each request.
    """

    def checked_socket(info: aiohttp.AddrInfoType) -> socket:
        family, kind, protocol, _, address = info
        check_address(str(address[0]), int(address[1]))
        created = socket(family, kind, protocol)
        created.setblocking(False)
        return created

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
        trace_configs=[_tracing(carry)] if carry else None,
    )


def _tracing(inject: TraceInjector) -> aiohttp.TraceConfig:
    async def add(_: Session, __: object, started: aiohttp.TraceRequestStartParams) -> None:
        inject(started.headers)

    tracing = aiohttp.TraceConfig()
    tracing.on_request_start.append(add)
    return tracing


class _Resolver(AbstractResolver):
    """The library's own resolver, for registered names only."""

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


class StreamedResponse:
    """An answer whose head has arrived and whose body is not read yet."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status
        self.headers: Mapping[str, str] = response.headers

    async def body(self, longest: int) -> bytes:
        """The whole body. Raises JournalWrong(too-large) past `longest` bytes, compressed or decompressed."""
        if (self._response.content_length or 0) > longest:
            raise _too_large(longest)
        body = bytearray()
        with _ByteLimit(self._response, longest) as limit:
            async for chunk in self._response.content.iter_any():
                body += chunk
                if len(body) > longest:
                    limit.stop()
        return bytes(body)

    async def read_start(self, longest: int) -> bytes:
        """The first bytes of the body, at most `longest`; the rest stays unread."""
        return await self._response.content.read(longest)

    def chunks(self, size: int) -> AsyncIterator[bytes]:
        """The body in chunks of at most `size` bytes."""
        return self._response.content.iter_chunked(size)


def url_of(address: str, *, encoded: bool = False) -> URL:
    """A registered address as a URL. Raises JournalWrong(not-http) if it isn't one."""
    try:
        return URL(address, encoded=encoded)
    except ValueError:
        raise JournalWrong("not-http", "its registered address is not an address") from None


class _ByteLimit:
    """Bounds the bytes received: chunks may decompress to nothing at all, so no reader would ever wake."""

    def __init__(self, response: aiohttp.ClientResponse, longest: int) -> None:
        self._response, self._longest, self._stopped = response, longest, False

    def __enter__(self) -> "_ByteLimit":
        self._count()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        self._next.cancel()
        if self._stopped and isinstance(error, aiohttp.ClientError | None):
            raise _too_large(self._longest) from None

    def stop(self) -> None:
        """Close the connection: the reader is woken by an error."""
        self._stopped = True
        self._response.close()

    def _count(self) -> None:
        self._next = asyncio.get_running_loop().call_later(_COUNT_SECONDS, self._count)
        content = self._response.content
        # the reader of an answer without a body counts nothing
        if content is not aiohttp.EMPTY_PAYLOAD and (content.total_compressed_bytes or 0) > self._longest:
            self.stop()


class RequestOptions(TypedDict, total=False):
    """Headers and body of a request."""

    headers: Mapping[str, str]
    data: FormOrBody | None


@asynccontextmanager
async def open_response(
    session: Session, verb: str, url: URL, *, seconds: float, **options: Unpack[RequestOptions]
) -> AsyncIterator[StreamedResponse]:
    """Send a request and give its answer unread. Every failure of the network becomes a JournalError."""
    timeout = aiohttp.ClientTimeout(total=seconds, sock_read=min(seconds, _SILENCE))
    headers = {"Accept-Encoding": COMPRESSION, **options.get("headers", {})}
    started, trace = False, current_trace()
    if trace is not None:
        trace.begin(verb, url.raw_path_qs)
    try:
        async with session.request(
            verb, url, allow_redirects=False, timeout=timeout, headers=headers, data=options.get("data")
        ) as response:
            started = True
            if trace is not None:
                trace.status, trace.headers = response.status, response.headers
            _check_head(response)
            yield StreamedResponse(response)
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        raise _network_error(error, seconds, started=started) from error


async def exchange(
    session: Session, verb: str, url: URL, *, seconds: float, longest: int, **options: Unpack[RequestOptions]
) -> RawResponse:
    """Send a request and read the whole answer. Raises JournalError.

    `seconds`: for the whole exchange. `longest`: bytes of a 200 after decompression; any other answer may
    have ERROR_BYTES.
    """
    async with open_response(session, verb, url, seconds=seconds, **options) as response:
        limit = longest if response.status == 200 else ERROR_BYTES
        body = await response.body(limit)
        if (trace := current_trace()) is not None:
            trace.end(body)
        return RawResponse(response.status, response.headers, body)


def _check_head(response: aiohttp.ClientResponse) -> None:
    if 300 <= response.status < 400 and response.status != 304:
        raise JournalWrong(
            "redirect", f"it answers {response.status}: register the address that it redirects to"
        )
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in ("", "identity", COMPRESSION):
        raise JournalWrong("wrong-encoding", f"the answer is compressed, but not by {COMPRESSION}")


def _too_large(longest: int) -> JournalWrong:
    return JournalWrong("too-large", f"the answer is longer than {longest} bytes: reading was stopped")


def _network_error(error: Exception, seconds: float, *, started: bool) -> JournalError:
    """The order matters: some of the library's classes inherit from others."""
    kind = type(error).__name__
    if isinstance(error, TimeoutError):
        if started:
            return JournalSilent("stalled", f"the answer started but did not end within {seconds:g} s")
        return JournalSilent("timeout", f"no answer within {seconds:g} s")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return JournalWrong("certificate", f"its TLS can't be trusted ({kind}): renew the certificate")
    if isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, ForbiddenAddress):
        return JournalWrong("forbidden-address", f"{error.os_error}: no connection was made")
    if isinstance(error, aiohttp.ContentTypeError | aiohttp.ClientResponseError):
        return JournalWrong("not-http", f"what it sends is not HTTP ({kind})")
    if isinstance(error.__cause__, ContentEncodingError):
        return JournalWrong("wrong-encoding", "the answer is not compressed as its Content-Encoding says")
    if isinstance(error, aiohttp.ClientPayloadError):
        return JournalSilent("cut", f"the answer broke off ({kind})")
    if isinstance(error, aiohttp.ServerDisconnectedError) or type(error) is aiohttp.ClientOSError:
        return JournalSilent("cut", f"the connection broke off ({kind})")
    if isinstance(error, aiohttp.InvalidURL):
        return JournalWrong("not-http", "its registered address is not an address")
    if isinstance(error, ValueError) and not isinstance(error, aiohttp.ClientError):
        return JournalWrong("not-http", f"what it sends can't be read ({kind})")
    return JournalSilent("unreachable", f"no connection ({kind})")
