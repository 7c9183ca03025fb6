"""Clients that hang up: in the middle of a request, before its answer, and while it is sent."""

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

_RESET = struct.pack("ii", 1, 0)
_LEAVES_AFTER = (0.0, 0.01, 0.05)  # seconds: at once, before the answer, while it is sent


async def hang_up(
    url: str,
    requests: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    body: bytes = b"a" * 500,
) -> None:
    """Each request (method, path) as by many clients, none of which waits for the whole answer."""
    for method, path in requests:
        head = [f"{method} {path} HTTP/1.1", "Host: here", *(f"{n}: {v}" for n, v in headers.items())]
        sent = "\r\n".join(head)
        with_body = f"{sent}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        whole = with_body + body if method in ("POST", "PUT", "PATCH") else f"{sent}\r\n\r\n".encode()
        pieces = [sent.encode(), with_body, with_body + body[:100], with_body + body[:-1], whole, whole]
        await asyncio.gather(
            *(
                _leave(url, piece, after, reset=reset)
                for piece in pieces
                for after in _LEAVES_AFTER
                for reset in (False, True)
            )
        )


async def _leave(url: str, piece: bytes, after: float, *, reset: bool) -> None:
    host, port = urlsplit(url).hostname, urlsplit(url).port
    with contextlib.suppress(OSError):
        _, writer = await asyncio.open_connection(host, port)
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(after)
        if reset:
            taken: socket.socket = writer.get_extra_info("socket")
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writer.transport.abort()


def errors(records: Iterable[logging.LogRecord]) -> list[str]:
    """What is in the log as an error, or with a traceback."""
    return [
        f"{record.name}: {record.getMessage()} {record.exc_info or ''}"
        for record in records
        if record.levelno >= logging.ERROR or record.exc_info
    ]
