"""A stranger's bytes on a real socket: too many, too slow, none at all. What costs too much is ended."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from myedu.kit.asgi import Receive, Scope, Send
from myedu.kit.connections import STATE_KEY, ConnectionLimits, Connections, check_limits
from myedu.kit.serve import serving
from myedu.kit.settings import SettingsError

QUICK = ConnectionLimits(head_seconds=0.4, stalled_seconds=0.4, idle_seconds=1, trusted_proxies=())
GET = b"GET / HTTP/1.1\r\nHost: portal\r\n"
POST = b"POST / HTTP/1.1\r\nHost: portal\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
MUCH = 20_000_000  # bytes: more than the kernel buffers


class Sample:
    """Answers with as many bytes as the query says and with the length of the body."""

    def __init__(self) -> None:
        self.cut: Counter[str] = Counter()
        self.answered = self.gone = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            scope["state"][STATE_KEY] = lambda why: self.cut.update([why])
            for kind in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{kind}.complete"})
            return
        length, more = 0, True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.gone += 1
                return
            length, more = length + len(message["body"]), message["more_body"]
        await answer(send, str(length).encode() + b"x" * int(scope["query_string"] or 0))
        self.answered += 1


async def answer(send: Send, body: bytes) -> None:
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Served:
    """The sample on a port."""

    def __init__(self, sample: Sample, url: str) -> None:
        self.sample, self.url = sample, url
        self.port = int(url.rpartition(":")[2])

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, *pieces: bytes, pause: float = 0.0) -> bytes:
        """Everything that the server sends until it ends the connection."""
        reader, writer = await self.connect()
        reading = asyncio.create_task(rest_of(reader))
        with contextlib.suppress(OSError):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(pause)
        async with asyncio.timeout(30):
            found = await reading
        writer.close()
        return found


async def rest_of(reader: asyncio.StreamReader) -> bytes:
    found = b""
    with contextlib.suppress(OSError):  # the connection may be reset
        while piece := await reader.read(65536):
            found += piece
    return found


@contextlib.asynccontextmanager
async def served(limits: ConnectionLimits = QUICK, body_bytes: int | None = None) -> AsyncIterator[Served]:
    sample = Sample()
    async with serving(sample, limits=limits, body_bytes=body_bytes) as url:
        yield Served(sample, url)


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Served]:
    async with served() as opened:
        yield opened


@pytest.fixture(autouse=True)
def _forget(request: pytest.FixtureRequest) -> None:
    if "server" in request.fixturenames:
        request.getfixturevalue("server").sample.cut.clear()


LONG_HEADS = {
    "a header of megabytes": [GET + b"X: " + b"a" * MUCH + b"\r\n\r\n"],
    "a header in pieces": [GET + b"X: ", *[b"a" * 10_000] * 10],
    "a long name": [GET + b"X" * 40_000],
    "thousands of headers": [GET + b"X: y\r\n" * 3000 + b"\r\n"],
    "a long address": [b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n"],
    "a trailer": [CHUNKED, b"0\r\nT: ", *[b"a" * 10_000] * 10],
    "trailers": [CHUNKED, b"0\r\n" + b"T: a\r\n" * 3000],
    "an extension of a chunk": [CHUNKED, b"1;", *[b"a" * 10_000] * 10],
}


@pytest.mark.parametrize("shape", LONG_HEADS)
async def test_too_many_bytes_or_headers_are_a_431(server: Served, shape: str) -> None:
    found = await server.send(*LONG_HEADS[shape])
    assert found.startswith(b"HTTP/1.1 431 ") or found == b""  # the kernel may reset what is still being sent
    assert server.sample.cut == {"head-too-large": 1}


SLOW_HEADS = {
    "half a line": [b"GET / HT"],
    "half a head": [GET],
    "a header now and then": [GET, *[b"X: y\r\n"] * 30],
    "the second request": [GET + b"\r\n" + GET],
}


@pytest.mark.parametrize("shape", SLOW_HEADS)
async def test_a_head_must_be_whole_in_time(server: Served, shape: str) -> None:
    found = await server.send(*SLOW_HEADS[shape], pause=0.05)
    assert b"HTTP/1.1 408 " in found or found == b""
    assert server.sample.cut == {"slow-head": 1}


@pytest.mark.parametrize("pieces", [[], [b"\r\n"] * 30], ids=["nothing", "empty lines"])
async def test_a_connection_without_a_request_ends_without_an_answer(
    server: Served, pieces: list[bytes]
) -> None:
    assert await server.send(*pieces, pause=0.05) == b""
    assert server.sample.cut == {}  # browsers connect in advance


@pytest.mark.parametrize("pieces", [[], [b"\r\n"] * 60], ids=["nothing", "empty lines"])
async def test_a_kept_connection_ends_if_no_request_follows(server: Served, pieces: list[bytes]) -> None:
    found = await server.send(GET + b"\r\n", *pieces, pause=0.05)
    assert found.startswith(b"HTTP/1.1 200 ")
    assert server.sample.cut == {}


SLOW_BODIES = {
    "half a body": [POST + b"Content-Length: 10\r\n\r\nabc"],
    "a few bytes now and then": [POST + b"Content-Length: 1000\r\n\r\n", *[b"abc"] * 30],
    "half a chunk": [CHUNKED + b"3\r\nab"],
    "empty extensions": [CHUNKED, *[b"1;a\r\nb\r\n"] * 30],
}


@pytest.mark.parametrize("shape", SLOW_BODIES)
async def test_a_body_must_move_on(server: Served, shape: str) -> None:
    gone = server.sample.gone
    found = await server.send(*SLOW_BODIES[shape], pause=0.05)
    assert found.startswith(b"HTTP/1.1 408 ") or found == b""
    assert server.sample.cut == {"slow-body": 1}
    assert server.sample.gone == gone + 1  # the application knows


async def test_a_body_that_moves_on_may_take_its_time(server: Served) -> None:
    pieces = [b"a" * 100] * 30  # 2 000 bytes a second
    found = await server.send(
        POST + b"Content-Length: 3000\r\nConnection: close\r\n\r\n", *pieces, pause=0.05
    )
    assert found.endswith(b"3000")
    assert server.sample.cut == {}


async def test_a_program_may_bound_all_bodies() -> None:
    async with served(body_bytes=1000) as server:
        post = POST + b"Connection: close\r\n"
        found = await server.send(post + b"Content-Length: 1000\r\n\r\n" + b"a" * 1000)
        assert found.endswith(b"1000")
        assert server.sample.cut == {}
        found = await server.send(CHUNKED, *[b"64\r\n" + b"a" * 100 + b"\r\n"] * 20)
        assert found.startswith(b"HTTP/1.1 413 ")
        assert server.sample.cut == {"body-too-large": 1}


async def test_an_answered_request_whose_body_goes_on_ends_soon() -> None:
    async def early(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await Sample()(scope, receive, send)
        else:
            await answer(send, b"no")

    # The body goes on for longer than the pause between requests, or for more bytes than are thrown away.
    async with serving(early, limits=QUICK) as url:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.write(CHUNKED)
        with contextlib.suppress(OSError):
            async with asyncio.timeout(30):
                while not reader.at_eof():
                    writer.write(
                        b"400\r\n" + b"a" * 1024 + b"\r\n"
                    )  # quick enough for a body, but for nobody
                    await writer.drain()
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(reader.read(65536), 0.05)
        writer.close()


GARBAGE = {
    "TLS": [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256))],
    "no HTTP": [b"SSH-2.0-OpenSSH_9.2\r\n"],
    "a proxy's request": [b"CONNECT portal:443 HTTP/1.1\r\nHost: portal\r\n\r\n"],
    "two lengths": [POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    "a length and chunks": [POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    "no number": [POST + b"Content-Length: many\r\n\r\n"],
    "a chunk of no size": [CHUNKED + b"zz\r\n"],
    "letters that are no ASCII": ["GET /привет HTTP/1.1\r\n\r\n".encode()],
}


@pytest.mark.parametrize("shape", GARBAGE)
async def test_what_is_no_http_is_a_400_and_no_line_of_the_log(
    server: Served, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert (await server.send(*GARBAGE[shape])).startswith(b"HTTP/1.1 400 ")
    assert server.sample.cut == {"bad-request": 1}
    assert caplog.records == []


async def test_pipelined_requests_are_answered_in_order(server: Served) -> None:
    found = await server.send(GET + b"\r\n" + GET + b"\r\n" + GET + b"Connection: close\r\n\r\n")
    assert found.count(b"HTTP/1.1 200 OK") == 3
    assert server.sample.cut == {}


async def test_a_flood_of_pipelined_requests_is_cut(server: Served) -> None:
    answered = server.sample.answered
    found = await server.send((GET + b"\r\n") * 10_000)
    assert found.count(b"HTTP/1.1 200 OK") <= 20
    assert server.sample.answered <= answered + 20
    assert server.sample.cut == {"pipelined": 1}


async def test_garbage_behind_a_request_ends_the_connection(server: Served) -> None:
    assert b"HTTP/1.1 400" not in await server.send(GET + b"\r\n" + b"\0\1garbage")
    assert server.sample.cut == {"bad-request": 1}


@pytest.mark.parametrize("protocol", ["websocket", "h2c", "nonsense"])
async def test_an_upgrade_is_answered_as_plain_http(server: Served, protocol: str) -> None:
    upgrade = f"Connection: Upgrade\r\nUpgrade: {protocol}\r\nSec-WebSocket-Key: eA==\r\n\r\n".encode()
    found = await server.send(GET + upgrade + b"what follows is of no request")
    assert found.startswith(b"HTTP/1.1 200 ")
    assert b"\r\nconnection: close\r\n" in found


async def test_a_client_that_asks_before_it_sends_is_told_to_go_on(server: Served) -> None:
    head = POST + b"Expect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
    found = await server.send(head, b"abc", pause=0.1)
    assert found.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_head_has_the_headers_and_no_body(server: Served) -> None:
    found = await server.send(GET.replace(b"GET", b"HEAD") + b"Connection: close\r\n\r\n")
    assert found.endswith(b"\r\n\r\n")
    assert b"content-length: 1\r\n" in found


async def test_an_answer_that_nobody_reads_is_cut(server: Served) -> None:
    reader, writer = await server.connect()
    writer.write(GET.replace(b"/ ", f"/?{MUCH} ".encode(), 1) + b"\r\n")
    async with asyncio.timeout(30):
        while not server.sample.cut:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.05)
    assert server.sample.cut == {"slow-reader": 1}
    assert len(await rest_of(reader)) < MUCH
    writer.close()


async def test_a_closing_connection_whose_answer_nobody_reads_is_cut_too(server: Served) -> None:
    _, writer = await server.connect()
    writer.write(GET.replace(b"/ ", f"/?{MUCH} ".encode(), 1) + b"Connection: close\r\n\r\n")
    async with asyncio.timeout(30):
        while not server.sample.cut:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert server.sample.cut == {"slow-reader": 1}
    writer.close()


async def test_a_reader_who_goes_on_gets_everything(server: Served) -> None:
    async with aiohttp.ClientSession() as session, session.get(f"{server.url}/?{MUCH}") as found:
        length = 0
        async for piece in found.content.iter_chunked(MUCH // 20):
            length += len(piece)
            await asyncio.sleep(0.05)
    assert length == MUCH + 1


async def test_one_address_has_only_so_many_connections() -> None:
    limits = ConnectionLimits(connections_per_address=5, trusted_proxies=("10.0.0.0/8",))
    async with served(limits) as server:
        kept = [await server.connect() for _ in range(5)]
        assert await server.send(GET + b"\r\n") == b""
        assert server.sample.cut == {"too-many-of-address": 1}
        for _, writer in kept:
            writer.close()
            await writer.wait_closed()
        assert b"200 OK" in await server.send(GET + b"Connection: close\r\n\r\n")


async def test_a_trusted_proxy_has_as_many_as_it_needs() -> None:
    limits = ConnectionLimits(connections_per_address=5, trusted_proxies=("127.0.0.0/8",))
    async with served(limits) as server:
        kept = [await server.connect() for _ in range(20)]
        assert b"200 OK" in await server.send(GET + b"Connection: close\r\n\r\n")
        for _, writer in kept:
            writer.close()


async def test_when_all_places_are_taken_the_one_that_has_waited_longest_makes_room() -> None:
    async with served(ConnectionLimits(connections_at_once=10)) as server:
        kept = [await server.connect() for _ in range(10)]
        kept[0][1].write(GET)  # half a head waits like nothing at all
        assert b"200 OK" in await server.send(GET + b"Connection: close\r\n\r\n")
        assert await rest_of(kept[0][0]) == b""
        assert server.sample.cut == {"too-many": 1}
        kept[1][1].write(GET + b"Connection: close\r\n\r\n")  # the next one is still there
        assert b"200 OK" in await rest_of(kept[1][0])
        for _, writer in kept:
            writer.close()


def owner_of(address: str, *trusted: str) -> str | None:
    return Connections(ConnectionLimits(trusted_proxies=trusted)).owner_of(address)


def test_connections_are_counted_by_customer() -> None:
    assert owner_of("203.0.113.7") == owner_of("::ffff:203.0.113.7") == "203.0.113.7"
    assert owner_of("2001:db8:0:1::7") == owner_of("2001:db8:0:1:ffff::1")
    assert owner_of("2001:db8:0:1::7") != owner_of("2001:db8:0:2::7")
    assert owner_of("fe80::1%eth0") == "fe80::/64"
    assert owner_of("a unix socket") is None
    assert owner_of("10.1.2.3", "10.0.0.0/8") is None
    assert owner_of("::ffff:10.1.2.3", "10.0.0.0/8") is None
    assert owner_of("2001:db8::5", "2001:db8::/32", "10.0.0.1") is None
    assert owner_of("10.1.2.3", "10.1.2.4") == "10.1.2.3"


def test_a_proxy_that_is_no_address_is_named() -> None:
    with pytest.raises(SettingsError, match=r"MYEDU_TRUSTED_PROXIES: 'nginx' .* write addresses"):
        check_limits(ConnectionLimits(trusted_proxies=("127.0.0.1", "nginx")))


def test_nothing_is_left_of_a_closed_connection() -> None:
    class Waits:
        def evict(self) -> None:
            raise AssertionError("there is room")

    connections, kept = Connections(ConnectionLimits()), [Waits() for _ in range(3)]
    for one in kept:
        assert connections.enter(one, "203.0.113.7") is None
    connections.is_served(kept[0])
    connections.waits(kept[0])
    for one in kept:
        connections.leave(one, "203.0.113.7")
    remembered: dict[str, Any] = vars(connections)
    assert (connections.open, remembered["_by_owner"], remembered["_waiting"]) == (0, {}, {})
