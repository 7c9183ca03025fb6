"""Why a server ends a connection, and what it still says to the client."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Literal

import msgspec

Why = Literal[
    "bad-request",
    "body-too-large",
    "head-too-large",
    "pipelined",
    "slow-body",
    "slow-head",
    "slow-reader",
    "too-many",
    "too-many-of-address",
]
"""Codes for metrics."""


class Refusal(msgspec.Struct, frozen=True):
    """An answer after which the connection ends."""

    why: Why
    status: HTTPStatus
    sentence: str

    def response(self, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """The whole response; `headers`: those of every response of the server."""
        body = f"{self.sentence}\n".encode()
        head = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}".encode(),
            *(name + b": " + value for name, value in headers),
            b"content-type: text/plain; charset=utf-8",
            b"cache-control: no-store",
            b"content-length: %d" % len(body),
            b"connection: close",
        ]
        return b"\r\n".join([*head, b"", body])


BAD_REQUEST = Refusal("bad-request", HTTPStatus.BAD_REQUEST, "this is no valid HTTP/1.1 request")
HEAD_TOO_LARGE = Refusal(
    "head-too-large", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "the address or the headers are too long"
)
BODY_TOO_LARGE = Refusal("body-too-large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
TOO_MANY_PIPELINED = msgspec.structs.replace(BAD_REQUEST, why="pipelined")
SLOW_HEAD = Refusal("slow-head", HTTPStatus.REQUEST_TIMEOUT, "the request came too slowly")
SLOW_BODY = Refusal("slow-body", HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly")
