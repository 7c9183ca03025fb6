"""A real journal on a real socket that can be made to misbehave."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.connector.sdk.signing import load_private_key
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, problem
from myedu.kit.clock import Clock
from myedu.kit.serve import serving
from tests.connector.sdk.school import School

CLIENT_ID = "portal"
Fault = Callable[[Scope, Receive, Send], Awaitable[None]]


def public_key_of(private_pem: str) -> str:
    key = load_private_key(private_pem).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


_PERSONAL = ("/v1/students/", "/v1/teachers/", "/Schedule/")


class Journal:
    """`fault` stands in for the answers about students and teachers; tokens and capabilities stay honest."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.url = ""
        self.fault: Fault | None = None
        self.file_fault: Fault | None = None  # the same for links to attachments
        self.asked: Counter[str] = Counter()  # by method: diary, marks, …; the oid of a federal Schedule
        self.statuses: list[int] = []
        self.pause = 0.0  # seconds before each answer about a student
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self._app is not None
        if scope["type"] == "http" and scope["path"].startswith("/v1/files/") and self.file_fault:
            await self.file_fault(scope, receive, send)
            return
        if scope["type"] != "http" or not scope["path"].startswith(_PERSONAL):
            await self._app(scope, receive, send)
            return
        self.asked[scope["path"].rpartition("/")[2]] += 1
        await asyncio.sleep(self.pause)
        await (self.fault or self._app)(scope, receive, self._noting(send))

    def _noting(self, send: Send) -> Send:
        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses.append(message["status"])
            await send(message)

        return noting

    def open(self, url: str, private_pem: str, clock: Clock) -> None:
        self.url = url
        client = RegisteredClient(CLIENT_ID, public_key_of(private_pem))
        self._app = connector_app(
            self.school, base_url=url, clients=[client], token_key=bytes(range(32)), clock=clock
        )


@asynccontextmanager
async def a_journal(school: School, private_pem: str, clock: Clock) -> AsyncIterator[Journal]:
    """Serve a school for the portal with this key."""
    journal = Journal(school)
    outer = Starlette()
    async with serving(outer) as url:
        outer.mount("", journal)
        journal.open(url, private_pem, clock)
        yield journal


def _answering(response: Response) -> Fault:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    return answer


async def _half(scope: Scope, receive: Receive, send: Send) -> None:
    await Response(b'{"student_id": "90071', media_type="application/json")(scope, receive, send)


async def _hang(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _wrong_student(scope: Scope, receive: Receive, send: Send) -> None:
    query = Request(scope).query_params
    answer = {
        "student_id": "somebody-else",
        "from": query["from"],
        "to": query["to"],
        "time_zone": "Asia/Vladivostok",
        "lessons": [],
        "marks": [],
    }
    await Response(msgspec.json.encode(answer), media_type="application/json")(scope, receive, send)


def _problem(code: str) -> Fault:
    fault = problem(code)
    body = msgspec.json.encode(fault)
    return _answering(Response(body, fault.status, media_type=PROBLEM_MEDIA_TYPE))


FAULTS: dict[str, tuple[Fault, str]] = {
    "500": (_answering(Response("Traceback (most recent call last)", 500)), "failed"),
    "503": (_problem("unavailable"), "overloaded"),
    "html": (_answering(Response("<html>Вход</html>", media_type="text/html")), "wrong-type"),
    "half a JSON": (_half, "not-json"),
    "20 MiB": (_answering(Response(b" " * (20 << 20), media_type="application/json")), "too-large"),
    "hang": (_hang, "timeout"),
    "redirect": (_answering(RedirectResponse("http://127.0.0.1:1/login")), "redirect"),
    "wrong student": (_wrong_student, "wrong-student"),
    "404": (_problem("not-found"), "not-found"),
}
"""What a journal may do instead of answering, and the reason that the federation gives for it."""
