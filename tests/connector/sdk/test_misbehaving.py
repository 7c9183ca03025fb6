"""A journal that answers wrongly: every fault has its own error, and none gets through."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from myedu.connector.sdk.client import (
    JournalAddress,
    JournalClient,
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
)
from myedu.contract.answers import Schedule
from myedu.contract.problems import PROBLEM_MEDIA_TYPE
from myedu.kit.clock import FixedClock, SystemClock
from myedu.kit.serve import serving
from tests.connector.sdk.conftest import ACT, CLIENT_ID, WEEK, KeyPair

JSON = "application/json"
Handler = Callable[[Request], Awaitable[Response]]
Clients = Callable[..., JournalClient]

GOOD = msgspec.json.encode(
    Schedule(student_id="p", first_day=WEEK.first, last_day=WEEK.last, time_zone="Asia/Yakutsk", lessons=())
)


class Program:
    """A journal whose answers a test chooses."""

    def __init__(self) -> None:
        self.answer: Handler = self.good
        self.token: Handler = self.good_token
        self.url = ""

    async def good(self, _request: Request) -> Response:
        return Response(GOOD, media_type=JSON)

    async def good_token(self, _request: Request) -> Response:
        return JSONResponse({"access_token": "t", "token_type": "Bearer", "expires_in": 3600})


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Program]:
    program = Program()

    async def token(request: Request) -> Response:
        return await program.token(request)

    async def answer(request: Request) -> Response:
        return await program.answer(request)

    app = Starlette(
        routes=[
            Route("/oauth2/token", token, methods=["POST"]),
            Mount("/", routes=[Route("/{path:path}", answer)]),
        ]
    )
    async with serving(app) as program.url:
        yield program


@pytest.fixture
def program(server: Program) -> Program:
    server.answer, server.token = server.good, server.good_token
    return server


@pytest.fixture
def client_of(
    program: Program, session: aiohttp.ClientSession, clock: FixedClock, portal_key: KeyPair
) -> Clients:
    def build(url: str | None = None, **options: Any) -> JournalClient:
        address = JournalAddress("wrong", url or program.url, CLIENT_ID)
        return JournalClient(session, address, portal_key.private, **{"clock": clock, **options})

    return build


async def error_of(client: JournalClient, **options: Any) -> JournalError:
    with pytest.raises(JournalError) as caught:
        await client.schedule("p", WEEK, act=ACT, asker="a", **options)
    return caught.value


def answering(body: bytes, status: int = 200, media_type: str = JSON, **headers: str) -> Handler:
    async def answer(_request: Request) -> Response:
        return Response(body, status, headers=headers, media_type=media_type)

    return answer


async def test_the_program_can_be_good(client_of: Clients) -> None:
    reply = await client_of().schedule("p", WEEK, act=ACT, asker="a")
    assert reply.value is not None


ANOTHER = GOOD.replace(b'"p"', b'"q"')
PROBLEM = b'{"code": "%s", "status": %d, "title": "x"}'
Case = tuple[Handler, type[JournalError], str]
HTML = "text/html; charset=utf-8"
CYRILLIC = "application/json; charset=windows-1251"
NUMBER = GOOD.replace(b'"p"', b"9007199254740993")
MISSPELT = GOOD.replace(b'"lessons"', b'"lesson"')
CASES: dict[str, Case] = {
    "500": (answering(b"oops", 500, "text/plain"), JournalSilent, "failed"),
    "502 in HTML": (answering(b"<h1>Bad gateway</h1>", 502, "text/html"), JournalSilent, "failed"),
    "503": (answering(b"", 503), JournalSilent, "overloaded"),
    "429": (answering(b"", 429), JournalSilent, "overloaded"),
    "200 in HTML": (
        answering(b"<h1>Enter</h1>", 200, HTML),
        JournalWrong,
        "wrong-type",
    ),
    "another charset": (answering(GOOD, 200, CYRILLIC), JournalWrong, "wrong-charset"),
    "no type": (answering(GOOD, 200, ""), JournalWrong, "wrong-type"),
    "half a JSON": (answering(GOOD[:-20]), JournalWrong, "not-json"),
    "no JSON": (answering(b"\xff\xfe"), JournalWrong, "not-json"),
    "an empty body": (answering(b""), JournalWrong, "not-json"),
    "deep JSON": (answering(b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"), JournalWrong, "too-deep"),
    "an array": (answering(b"[]"), JournalWrong, "wrong-shape"),
    "a number for an id": (answering(NUMBER), JournalWrong, "wrong-shape"),
    "a list by another name": (
        answering(MISSPELT),
        JournalWrong,
        "wrong-shape",
    ),
    "20 MiB": (answering(b" " * (20 * 1024 * 1024) + GOOD), JournalWrong, "too-large"),
    "a gzip bomb": (
        answering(gzip.compress(b" " * (64 * 1024 * 1024)), **{"Content-Encoding": "gzip"}),
        JournalWrong,
        "too-large",
    ),
    "broken gzip": (answering(GOOD, **{"Content-Encoding": "gzip"}), JournalWrong, "wrong-encoding"),
    "another student": (answering(ANOTHER), JournalWrong, "wrong-student"),
    "another week": (answering(GOOD.replace(b"2026-11-29", b"2026-11-30")), JournalWrong, "wrong-window"),
    "401": (answering(b"", 401), JournalRefuses, "unauthorized"),
    "403": (answering(b"", 403), JournalRefuses, "forbidden"),
    "400": (answering(PROBLEM % (b"bad-act", 400), 400, PROBLEM_MEDIA_TYPE), JournalRefuses, "refused"),
    "404 of another program": (answering(b"not found", 404, "text/html"), JournalWrong, "wrong-type"),
    "204": (answering(b"", 204), JournalWrong, "wrong-type"),
    "304 without being asked": (answering(b"", 304), JournalWrong, "wrong-type"),
}


@pytest.mark.parametrize("case", CASES)
async def test_a_wrong_answer(program: Program, client_of: Clients, case: str) -> None:
    program.answer, kind, reason = CASES[case]
    error = await error_of(client_of())
    assert (type(error), error.reason) == (kind, reason), error.sentence


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed(program: Program, client_of: Clients, status: int) -> None:
    visited: list[str] = []

    async def answer(request: Request) -> Response:
        visited.append(request.url.path)
        return RedirectResponse(f"{program.url}/elsewhere", status)

    program.answer = answer
    error = await error_of(client_of())
    assert (type(error), error.reason) == (JournalWrong, "redirect")
    assert len(visited) == 1


async def silent(request: Request) -> Response:
    """Sends nothing as long as a client waits."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def test_silence_ends_at_the_deadline(program: Program, client_of: Clients) -> None:
    program.answer = silent
    error = await error_of(client_of(timeout=0.05))
    assert (type(error), error.reason) == (JournalSilent, "timeout")
    error = await error_of(client_of(), timeout=0.05)
    assert error.reason == "timeout"


async def test_a_silent_token_endpoint_counts_into_the_deadline(program: Program, client_of: Clients) -> None:
    program.token = silent
    error = await error_of(client_of(timeout=0.05))
    assert (type(error), error.reason) == (JournalSilent, "timeout")


async def test_one_impatient_caller_takes_no_token_from_the_others(
    program: Program, client_of: Clients
) -> None:
    async def slow(request: Request) -> Response:
        await asyncio.sleep(0.2)
        return await program.good_token(request)

    program.token = slow
    client = client_of()
    impatient, patient = await asyncio.gather(
        client.schedule("p", WEEK, act=ACT, asker="a", timeout=0.05),
        client.schedule("p", WEEK, act=ACT, asker="b"),
        return_exceptions=True,
    )
    assert isinstance(impatient, JournalSilent)
    assert not isinstance(patient, BaseException)


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (answering(b'{"error": "invalid_client"}', 401), JournalRefuses, "unauthorized"),
        (answering(b'{"error": "invalid_request"}', 400), JournalRefuses, "unauthorized"),
        (answering(b"", 500), JournalSilent, "failed"),
        (answering(b"<html>", 200, "text/html"), JournalWrong, "wrong-type"),
        (answering(b"{}"), JournalWrong, "wrong-shape"),
        (
            answering(b'{"access_token": "a\\r\\nX: y", "expires_in": 60, "token_type": "Bearer"}'),
            JournalWrong,
            "wrong-shape",
        ),
        (
            answering(b'{"access_token": "a", "expires_in": 60, "token_type": "mac"}'),
            JournalWrong,
            "wrong-shape",
        ),
    ],
)
async def test_a_wrong_token_endpoint(
    program: Program, client_of: Clients, answer: Handler, kind: type[JournalError], reason: str
) -> None:
    program.token = answer
    # by the clock of the server, whose Date is of today: another would be the reason
    error = await error_of(client_of(clock=SystemClock()))
    assert (type(error), error.reason) == (kind, reason)


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"


async def test_a_closed_port(client_of: Clients) -> None:
    error = await error_of(client_of("http://127.0.0.1:1"))
    assert (type(error), error.reason) == (JournalSilent, "unreachable")


@pytest.mark.parametrize(
    ("reply", "kind", "reason"),
    [
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{",
            JournalSilent,
            "cut",
        ),
        (b"", JournalSilent, "cut"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", JournalWrong, "not-http"),
    ],
)
async def test_a_connection_that_breaks(
    client_of: Clients, reply: bytes, kind: type[JournalError], reason: str
) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        error = await error_of(client_of(f"http://127.0.0.1:{port}"))
    assert (type(error), error.reason) == (kind, reason), error.sentence


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("Mon, 23 Nov 2026 09:01:00 GMT", 60.0),
        ("Mon, 23 Nov 2026 08:00:00 GMT", 0.0),
        ("999999999999", 3600.0),
        ("soon", None),
        ("-5", None),
    ],
)
async def test_retry_after(program: Program, client_of: Clients, text: str, seconds: float | None) -> None:
    program.answer = answering(b"", 503, **{"Retry-After": text})
    error = await error_of(client_of())
    assert isinstance(error, JournalSilent)
    assert error.retry_after == seconds


async def test_what_a_vendor_adds_is_passed_over(program: Program, client_of: Clients) -> None:
    program.answer = answering(GOOD[:-1] + b',"new":{"in":"1.1"}}')
    assert (await client_of().schedule("p", WEEK, act=ACT, asker="a")).value is not None


async def test_no_id_of_a_child_stands_in_an_error(program: Program, client_of: Clients) -> None:
    program.answer = answering(ANOTHER.replace(b'"q"', b'"secret-id"'))
    assert "secret-id" not in str(await error_of(client_of()))
