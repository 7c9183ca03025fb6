"""Hostile journals: one program on real sockets in the place of many systems.

The first part of a path names the system, as in `/refused-cold/v1/capabilities`. A system answers well until
it is broken, and again once it is repaired.
"""

import asyncio
import socket
import ssl
import struct
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from myedu.contract.answers import Capabilities, Diary, Marks, SystemInfo, Token
from myedu.contract.school import Attachment, DiaryLesson, Homework, Lesson, Link, Mark, Ref

SUBJECT, OTHER = "Алгебра", "Черчение"
JSON = "application/json"
_TOKEN = msgspec.json.encode(Token(access_token="invented", expires_in=3600))
_HEAD_BYTES = 64 * 1024


class Request(msgspec.Struct, frozen=True):
    """A request to a system. `number`: of the system's requests about days, from 0."""

    system: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    number: int = 0


class Connection:
    """A connection on which any bytes may be sent."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @property
    def is_open(self) -> bool:
        """Whether the other side can still be answered."""
        return not self._writer.is_closing()

    async def say(self, *parts: bytes) -> None:
        """Send raw bytes, one part after the other."""
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()

    async def answer(
        self, body: bytes, status: int = 200, media_type: str = JSON, **headers: str | None
    ) -> None:
        """A correct HTTP answer; `Retry_After="1"` adds that header, None leaves one out."""
        lines = {
            "Content-Type": media_type,
            "Content-Length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
        await self.say(f"HTTP/1.1 {status} x\r\n{head}\r\n".encode() + body)

    async def wait_until_left(self) -> None:
        """Send nothing more until the other side closes the connection."""
        await self._reader.read()

    def close(self) -> None:
        """End it."""
        self._writer.close()

    def reset(self) -> None:
        """End it with RST instead of FIN, as a machine that has lost its power."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Responder = Callable[[Request, Connection], Awaitable[None]]
"""Answers a request, well or badly."""


class Behavior(msgspec.Struct, frozen=True, kw_only=True):
    """How a system answers: about days, about itself, about tokens."""

    diary: Responder
    capabilities: Responder
    token: Responder

    def for_path(self, path: str) -> Responder:
        """What answers a request for this path."""
        if path.endswith("/oauth2/token"):
            return self.token
        return self.capabilities if path.endswith("/v1/capabilities") else self.diary


async def good_diary(request: Request, connection: Connection) -> None:
    """A week with one lesson."""
    await connection.answer(diary_of(request))


async def good_capabilities(request: Request, connection: Connection) -> None:
    """The capability `diary`."""
    await connection.answer(capabilities_at(datetime.now(UTC)))


async def good_token(request: Request, connection: Connection) -> None:
    """A token for an hour."""
    await connection.answer(_TOKEN)


GOOD = Behavior(diary=good_diary, capabilities=good_capabilities, token=good_token)


def capabilities_at(now: datetime) -> bytes:
    """A system's capabilities, with its own clock."""
    info = SystemInfo(vendor="Никто", product="Хаос", version="1")
    return msgspec.json.encode(Capabilities(system=info, capabilities=("diary",), server_time=now))


def diary_of(request: Request, **about: Any) -> bytes:
    """A week with one lesson; `about` gives fields that differ from what was asked for."""
    first, last = (date.fromisoformat(request.query[name]) for name in ("from", "to"))
    student = request.path.split("/")[-2]
    known = {"student_id": student, "first_day": first, "last_day": last, "lessons": (a_lesson(first),)}
    return msgspec.json.encode(Diary(time_zone="Europe/Moscow", **(known | about)))


def a_lesson(day: date, text: str = "№ 312", topic: str = "Дроби", status: str = "planned") -> DiaryLesson:
    """A lesson with homework of this text."""
    starts, subject = datetime.combine(day, time(6), UTC), Ref(id="maths", name=SUBJECT)
    lesson = Lesson(
        id="l1", subject=subject, starts_at=starts, ends_at=starts + timedelta(minutes=45), number=1,
        topic=topic, status=status,
    )  # fmt: skip
    homework = Homework(id="h1", subject=subject, due_on=day, lesson_id="l1", text=text)
    return DiaryLesson(lesson=lesson, homework=(homework,))


NUMBER, LINK, TEXT = 312_312, "https://312.example/", "№ 312"
"""Stand in `full_answer` where a fault puts something odd."""


def full_answer(request: Request) -> bytes:
    """A good answer of the method asked for, with a number, a link and a text to be replaced.

    Two lessons: the second and the marks are of OTHER.
    """
    first, last = (date.fromisoformat(request.query[name]) for name in ("from", "to"))
    subject, day = Ref(id="art", name=OTHER), datetime.now(UTC).date()
    mark = Mark(id="m1", subject=subject, day=day, value="5", weight=NUMBER, lesson_id="l1")
    good_mark = Mark(id="m2", subject=subject, day=day, value="4")
    head = {
        "student_id": request.path.split("/")[-2],
        "first_day": first,
        "last_day": last,
        "time_zone": "Europe/Moscow",
    }
    if request.path.endswith("/marks"):
        return msgspec.json.encode(Marks(marks=(mark, good_mark), **head))
    plain = a_lesson(day)
    lesson = msgspec.structs.replace(plain.lesson, room=TEXT, online=LINK)
    task = msgspec.structs.replace(
        plain.homework[0],
        id="h2",
        minutes=NUMBER,
        due_on=day + timedelta(days=1),
        materials=(Link(name="Учебник", url=LINK),),
        attachments=(Attachment(id="f1", name="Задание", size=NUMBER, media_type=TEXT),),
    )
    entry = DiaryLesson(lesson=lesson, homework=(task,), marks=(mark,))
    other = DiaryLesson(lesson=msgspec.structs.replace(plain.lesson, id="l2", subject=subject))
    return msgspec.json.encode(Diary(lessons=(entry, other), marks=(good_mark,), **head))


class HostileJournals:
    """All the systems. `break_system` and `repair` take effect from the next request on."""

    def __init__(self) -> None:
        self._broken: dict[str, Behavior] = {}
        self._requests: Counter[str] = Counter()
        self._connections: dict[asyncio.Task[None], Connection] = {}

    def break_system(self, system: str, behavior: Behavior) -> None:
        """Make a system behave like this."""
        self._broken[system] = behavior
        self._requests[system] = 0

    def repair(self, system: str) -> None:
        """Make a system good again."""
        self._broken.pop(system, None)

    @asynccontextmanager
    async def listening(self, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
        """A port of the loopback, behind TLS where there is a context."""
        server = await asyncio.start_server(
            self._serve, "127.0.0.1", 0, limit=_HEAD_BYTES, backlog=512, ssl=context
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            for connection in self._connections.values():
                connection.close()
            await asyncio.gather(*self._connections)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connection = self._connections[task] = Connection(reader, writer)
        try:
            while connection.is_open:
                request = await self._request(reader)
                await self._broken.get(request.system, GOOD).for_path(request.path)(request, connection)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side has closed the connection, as it should
        finally:
            del self._connections[task]
            connection.close()

    async def _request(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
        await reader.readexactly(int(headers.get("content-length", "0")))
        path, _, query = head[0].split(" ")[1].partition("?")
        system, path = path.removeprefix("/").partition("/")[0], unquote(path)
        number = self._requests[system]
        self._requests[system] += "/students/" in path
        return Request(system, path, dict(parse_qsl(query)), headers, number)
