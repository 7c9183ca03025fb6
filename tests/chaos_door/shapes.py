"""What strangers do to a server: each shape is one hostile connection, tried by many at a time."""

import asyncio
import contextlib
import itertools
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec

HOST = b"Host: portal\r\n"
_FORM = b"Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
_RESET = struct.pack("ii", 1, 0)
_PIECE = b"a" * 65_536

End = Literal["ended", "left open"]


class Target(msgspec.Struct, frozen=True):
    """The portal's port, its largest public file, and the seconds in which a connection must be ended."""

    port: int
    large: str
    patience: float


class Connection:
    """A stranger's connection, from one of their addresses."""

    def __init__(self, target: Target, address: str) -> None:
        self.target = target
        self._address = address
        self._socket = socket.socket()

    async def open(self, *, receive_buffer: int | None = None) -> None:
        """Connect. Raises OSError."""
        if receive_buffer is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self._socket.setblocking(False)
        self._socket.bind((self._address, 0))
        await asyncio.get_running_loop().sock_connect(self._socket, ("127.0.0.1", self.target.port))

    async def send(self, data: bytes) -> None:
        """Raises OSError once the server has ended the connection."""
        await asyncio.get_running_loop().sock_sendall(self._socket, data)

    async def until_ended(self) -> None:
        """Read until the server ends the connection."""
        with contextlib.suppress(ConnectionError):
            while await asyncio.get_running_loop().sock_recv(self._socket, 65_536):
                pass

    def reset(self) -> None:
        """Hang up rudely."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


Act = Callable[[Connection], Awaitable[None]]
"""Returns when the server has ended the connection, or the stranger has."""


class Shape(msgspec.Struct, frozen=True):
    """`at_once`: strangers. `cut`: how the server may count it (`why`), by commas; "": it need not.

    `addresses`: over which the strangers are spread.
    """

    name: str
    act: Act
    at_once: int
    cut: str
    addresses: int = 10
    pause: float = 0.2  # before the same stranger comes again


def says(*pieces: bytes, again: bytes = b"", every: float = 0.3) -> Act:
    """Sends the pieces; then `again` and again, or nothing more."""

    async def act(connection: Connection) -> None:
        await connection.open()
        for piece in pieces:
            await connection.send(piece)
        dripping = asyncio.create_task(_drip(connection, again, every)) if again else None
        await connection.until_ended()
        if dripping is not None:
            dripping.cancel()

    return act


async def _drip(connection: Connection, piece: bytes, every: float) -> None:
    with contextlib.suppress(OSError):
        while True:
            await asyncio.sleep(every)
            await connection.send(piece)


def floods(head: bytes, piece: bytes, pieces: int) -> Act:
    """Sends as fast as the server reads, up to a bound, and reads its answer meanwhile."""

    async def act(connection: Connection) -> None:
        await connection.open()
        reading = asyncio.create_task(connection.until_ended())
        with contextlib.suppress(OSError):
            await connection.send(head)
            for _ in range(pieces):
                if reading.done():
                    break
                await connection.send(piece)
        await reading

    return act


async def never_reads(connection: Connection) -> None:
    """Asks for a file again and again and reads nothing."""
    await connection.open(receive_buffer=4096)
    request = f"GET {connection.target.large} HTTP/1.1\r\n".encode() + HOST + b"\r\n"
    with contextlib.suppress(OSError):
        while True:
            await connection.send(request * 4)
            await asyncio.sleep(0.1)


async def leaves(connection: Connection) -> None:
    """Hangs up in the middle of a request, or before its answer."""
    await connection.open()
    whole = b"POST /view HTTP/1.1\r\n" + HOST + _FORM + b"Content-Length: 100\r\n\r\n" + b"a" * 100
    await connection.send(whole[: next(_LENGTHS) % (len(whole) + 1)])
    connection.reset()


_LENGTHS = itertools.count(7, 13)


def _get(path: bytes = b"/") -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + HOST


def _post(path: bytes, length: int) -> bytes:
    return b"POST " + path + b" HTTP/1.1\r\n" + HOST + _FORM + b"Content-Length: %d\r\n\r\n" % length


def _chunked(method: bytes, path: bytes) -> bytes:
    return method + b" " + path + b" HTTP/1.1\r\n" + HOST + _FORM + b"Transfer-Encoding: chunked\r\n\r\n"


_WHOLE = _get() + b"\r\n"
_CHUNK = b"%x\r\n" % len(_PIECE) + _PIECE + b"\r\n"
_FORM_IN_CHUNKS = _chunked(b"POST", b"/view")
_PACKAGES = b"/exchange/v1/packages"
_UPLOAD = b"/exchange/v1/packages/6f1f1e0e-0000-4000-8000-000000000001/persons.csv"
_TLS = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256))

SHAPES = (
    Shape("idle", says(), 800, ""),
    Shape("empty lines", says(again=b"\r\n"), 100, ""),
    Shape("half a head", says(b"GET / HTTP/1.1\r\nHost: por"), 400, "slow-head"),
    Shape("a header now and then", says(_get(), again=b"X: y\r\n"), 200, "slow-head"),
    Shape("half a form", says(_post(b"/view", 1000) + b"half"), 400, "slow-body"),
    Shape("a form by the byte", says(_post(b"/view", 1000), again=b"a"), 200, "slow-body"),
    Shape("half a token request", says(_post(b"/exchange/oauth2/token", 1000) + b"half"), 200, "slow-body"),
    Shape("half a manifest", says(_post(_PACKAGES, 100_000) + b"{" * 70_000), 100, "slow-body"),
    Shape("half a file", says(_chunked(b"PUT", _UPLOAD) + b"5\r\nab"), 200, ""),  # answered at once
    Shape("a header of 20 MB", floods(_get() + b"X: ", _PIECE, 320), 4, "head-too-large"),
    Shape("an address of 20 MB", floods(b"GET /", _PIECE, 320), 4, "head-too-large"),
    Shape("thousands of headers", says(_get() + b"X: y\r\n" * 5000 + b"\r\n"), 20, "head-too-large"),
    Shape("an endless form", floods(_FORM_IN_CHUNKS, _CHUNK, 1000), 4, ""),  # 413
    Shape("an endless file", floods(_chunked(b"PUT", _UPLOAD), _CHUNK, 1000), 4, ""),  # 401
    Shape(
        "endless trailers",
        floods(_FORM_IN_CHUNKS + b"0\r\nX: ", _PIECE, 320),
        4,
        "head-too-large",
    ),
    Shape("an endless chunk head", floods(_FORM_IN_CHUNKS + b"1;", _PIECE, 320), 4, "head-too-large"),
    Shape("never reads", never_reads, 40, "slow-reader,pipelined"),
    Shape("a flood of pipelined requests", says(_WHOLE * 10_000), 4, "pipelined", pause=1),
    Shape("garbage behind requests", says(_WHOLE * 3 + b"\0\1\2garbage"), 10, "bad-request", pause=1),
    Shape("TLS and other protocols", says(_TLS), 40, "bad-request"),
    Shape("hangs up anywhere", leaves, 20, ""),
    Shape("many of one address", says(), 1500, "too-many-of-address", addresses=1, pause=1),
    Shape("more than there are places", says(), 2500, "too-many", addresses=100, pause=1),
)


async def besiege(target: Target, shape: Shape, seconds: float) -> dict[End, int]:
    """Many strangers at a time, each again and again; how their connections ended."""
    loop = asyncio.get_running_loop()
    until, found = loop.time() + seconds, dict[End, int](ended=0)

    async def stranger(number: int) -> None:
        address = f"127.0.{1 + number % shape.addresses}.2"
        await asyncio.sleep(number / shape.at_once)  # they come within a second
        while loop.time() < until:
            end = await _one(target, shape.act, address)
            found[end] = found.get(end, 0) + 1
            await asyncio.sleep(shape.pause)

    await asyncio.gather(*map(stranger, range(shape.at_once)))
    return found


async def _one(target: Target, act: Act, address: str) -> End:
    connection = Connection(target, address)
    try:
        async with asyncio.timeout(target.patience):
            await act(connection)
    except TimeoutError:
        return "left open"
    except OSError:
        pass
    finally:
        connection.close()
    return "ended"
