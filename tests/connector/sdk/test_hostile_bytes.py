"""For any bytes that a journal sends, the clients return an answer or raise JournalError."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from myedu.connector.sdk.answer_parser import parse_body
from myedu.connector.sdk.client import JournalAddress, JournalClient, JournalError, Pupil
from myedu.connector.sdk.clients import JournalClients
from myedu.connector.sdk.federal_client import FederalClient
from myedu.connector.sdk.responses import RawResponse, error_of
from myedu.contract.answers import Capabilities, Changes, Diary, FileLink, FinalMarks, Marks
from myedu.contract.examples import EXAMPLES
from myedu.contract.package import Manifest
from myedu.kit.clock import FixedClock
from tests.connector.sdk.conftest import ACT, CLIENT_ID, NOW, WEEK, KeyPair
from tests.connector.sdk.test_federal_client import LESSON, schedule
from tests.connector.sdk.test_http_client import HEAD, TOKEN

KINDS = (Diary, Marks, FinalMarks, Capabilities, Changes, FileLink, Manifest)
QUIET = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
ON_A_SOCKET = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(
        ["0001-01-01", "9999-12-31T23:59:59-23:59", "2026-11-23T09:00:00Z", "javascript:1", "<b>", ""]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a JSON value."""
    found = [path]
    if isinstance(value, dict):
        found += [place for name in value for place in places(value[name], (*path, name))]
    elif isinstance(value, list):
        found += [place for number, item in enumerate(value) for place in places(item, (*path, number))]
    return found


def put(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """The value with another one at a place."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {**value, head: put(value[head], tuple(rest), new)}
    return [put(item, tuple(rest), new) if number == head else item for number, item in enumerate(value)]


def encoded(value: Any) -> bytes:
    try:
        return msgspec.json.encode(value)
    except (UnicodeEncodeError, OverflowError):  # what JSON can't say, a journal can't either
        return b'"?"'


@st.composite
def spoiled(draw: st.DrawFn, bodies: list[bytes]) -> bytes:
    """A good answer in which one place, or some bytes, are anything."""
    body = draw(st.sampled_from(bodies))
    if draw(st.booleans()):
        raw = msgspec.json.decode(body)
        return encoded(put(raw, draw(st.sampled_from(places(raw))), draw(JSON)))
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 20)))
    return body[:start] + draw(st.binary(max_size=20)) + body[end:]


GOOD = [msgspec.json.encode(kind) for kind in EXAMPLES]
SCHEDULE = encoded(
    schedule(
        LESSON
        | {
            "homework": "x",
            "attendance": {"code": "н"},
            "score": [{"code": "a", "score": "5", "scoreSystem": "5"}],
        }
    )
)


@QUIET
@given(body=st.binary(max_size=200) | JSON.map(encoded) | spoiled(GOOD), kind=st.sampled_from(KINDS))
@example(body=b'{"server_time": "2026-11-23T09:00:00Z"}', kind=Capabilities)
def test_any_answer(body: bytes, kind: Any) -> None:
    try:
        read = parse_body(body, kind)
    except JournalError:
        return
    # what was read can be read again, and is as clean as it will ever be
    again = parse_body(read.body, kind)
    assert (again.value, again.body, again.odd) == (read.value, read.body, {})


HEADERS = st.dictionaries(
    st.sampled_from(["Content-Type", "Retry-After", "Date", "ETag"]),
    st.text(max_size=40)
    | st.sampled_from(["application/json", "application/problem+json", "1e9", "-1", "٣"]),
)


@QUIET
@given(status=st.integers(100, 999), headers=HEADERS, body=st.binary(max_size=100) | JSON.map(encoded))
def test_any_error(status: int, headers: dict[str, str], body: bytes) -> None:
    assert isinstance(error_of(RawResponse(status, headers, body), NOW), JournalError)


# -- both clients on a socket ------------------------------------------------------------------------------


class Line:
    """Answers correctly for tokens, and with the bytes `raw` for everything else."""

    def __init__(self) -> None:
        self.raw = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if not head.startswith(b"POST"):
                    writer.write(self.raw)
                    break
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(HEAD + b"Content-Length: %d\r\n\r\n" % len(TOKEN) + TOKEN)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@pytest.fixture(scope="module")
async def line() -> AsyncIterator[tuple[Line, str]]:
    line = Line()
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    async with server:
        yield line, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
async def clients(
    line: tuple[Line, str], portal_key: KeyPair
) -> AsyncIterator[tuple[JournalClient, JournalClient]]:
    made = JournalClients(portal_key.private, clock=FixedClock(NOW), allow_private=True, timeout=2)
    ours = made.client_for(JournalAddress("a", line[1], CLIENT_ID))
    federal = made.client_for(JournalAddress("b", line[1], CLIENT_ID, "fgis-2021"))
    assert isinstance(federal, FederalClient)
    yield ours, federal
    await made.aclose()


STATUSES = st.sampled_from([200, 200, 200, 204, 206, 301, 304, 400, 401, 403, 404, 429, 500, 501, 503, 599])
TYPES = st.sampled_from(
    [b"application/json", b"application/problem+json", b"text/html; charset=windows-1251", b"\xff"]
)


@st.composite
def whole_answers(draw: st.DrawFn) -> bytes:
    body = draw(spoiled([*GOOD, SCHEDULE]) | st.binary(max_size=100))
    head = b"HTTP/1.1 %d x\r\nContent-Type: %s\r\n" % (draw(STATUSES), draw(TYPES))
    length = len(body) if draw(st.booleans()) else draw(st.integers(0, 1000))
    extra = draw(
        st.sampled_from(
            [b"", b"Content-Encoding: gzip\r\n", b"Retry-After: x\r\n", b"Date: 1\r\n", b"ETag: x\r\n"]
        )
    )
    return head + extra + b"Content-Length: %d\r\n\r\n" % length + body


@ON_A_SOCKET
@given(raw=whole_answers() | st.binary(max_size=300) | st.binary(max_size=100).map(lambda tail: HEAD + tail))
async def test_any_bytes_on_the_line(
    line: tuple[Line, str], clients: tuple[JournalClient, JournalClient], raw: bytes
) -> None:
    line[0].raw = raw
    pupil = Pupil("1563978", "Asia/Vladivostok")
    for client in clients:
        for call in (client.diary, client.marks):
            try:
                reply = await call("p-1", WEEK, act=ACT, asker="a", pupil=pupil, etag='"x"')
            except JournalError:
                continue
            assert reply.value is None or reply.value.student_id == "p-1"
