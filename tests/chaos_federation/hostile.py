"""A journal that does what it likes: one program on real sockets in the place of many systems.

The first part of a path names the system, as in `/refused-cold/v1/capabilities`. A system is well until it is
told to fall ill, and again once it is healed.
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

from myedu.contract.answers import Capabilities, Diary, SystemInfo, Token
from myedu.contract.school import DiaryLesson, Homework, Lesson, Ref

SUBJECT = "Алгебра"
JSON = "application/json"
_TOKEN = msgspec.json.encode(Token(access_token="invented", expires_in=3600))
_HEAD_BYTES = 64 * 1024


class Request(msgspec.Struct, frozen=True):
    """What a system is asked. `turn` counts its questions about days, from 0."""

    system: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    turn: int = 0


class Line:
    """A connection on which anything may be said."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @property
    def is_open(self) -> bool:
        return not self._writer.is_closing()

    async def say(self, *parts: bytes) -> None:
        for part in parts:
            self._writer.write(part)
            await self._writer.drain()

    async def answer(
        self, body: bytes, status: int = 200, media_type: str = JSON, **headers: str | None
    ) -> None:
        """An answer as it should be made; `Retry_After="1"` is that header, None leaves one out."""
        lines = {
            "Content-Type": media_type,
            "Content-Length": str(len(body)),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
        await self.say(f"HTTP/1.1 {status} x\r\n{head}\r\n".encode() + body)

    async def wait_until_left(self) -> None:
        """Say nothing more until the other side hangs up."""
        await self._reader.read()

    def close(self) -> None:
        self._writer.close()

    def reset(self) -> None:
        """End it as a machine does that has lost its power: RST instead of FIN."""
        connection = self._writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Talk = Callable[[Request, Line], Awaitable[None]]
"""What a system does with a request."""


class Manners(msgspec.Struct, frozen=True, kw_only=True):
    """How a system answers: about days, about itself, about tokens."""

    diary: Talk
    capabilities: Talk
    token: Talk

    def for_path(self, path: str) -> Talk:
        if path.endswith("/oauth2/token"):
            return self.token
        return self.capabilities if path.endswith("/v1/capabilities") else self.diary


async def good_diary(request: Request, line: Line) -> None:
    await line.answer(diary_of(request))


async def good_capabilities(request: Request, line: Line) -> None:
    await line.answer(capabilities_at(datetime.now(UTC)))


async def good_token(request: Request, line: Line) -> None:
    await line.answer(_TOKEN)


GOOD = Manners(diary=good_diary, capabilities=good_capabilities, token=good_token)


def capabilities_at(now: datetime) -> bytes:
    """What a system says of itself, by its own clock."""
    info = SystemInfo(vendor="Никто", product="Хаос", version="1")
    return msgspec.json.encode(Capabilities(system=info, capabilities=("diary",), server_time=now))


def diary_of(request: Request, **about: Any) -> bytes:
    """A week with one lesson, with other words than asked for where `about` gives them."""
    first, last = (date.fromisoformat(request.query[name]) for name in ("from", "to"))
    student = request.path.split("/")[-2]
    known = {"student_id": student, "first_day": first, "last_day": last, "lessons": (a_lesson(first),)}
    return msgspec.json.encode(Diary(time_zone="Europe/Moscow", **(known | about)))


def a_lesson(day: date, text: str = "№ 312", topic: str = "Дроби", status: str = "planned") -> DiaryLesson:
    starts, subject = datetime.combine(day, time(6), UTC), Ref(id="maths", name=SUBJECT)
    lesson = Lesson(
        id="l1", subject=subject, starts_at=starts, ends_at=starts + timedelta(minutes=45), number=1,
        topic=topic, status=status,
    )  # fmt: skip
    homework = Homework(id="h1", subject=subject, due_on=day, lesson_id="l1", text=text)
    return DiaryLesson(lesson=lesson, homework=(homework,))


class Hostile:
    """All the systems. `fall_ill` and `heal` act from the next request on."""

    def __init__(self) -> None:
        self._ill: dict[str, Manners] = {}
        self._turns: Counter[str] = Counter()
        self._talks: dict[asyncio.Task[None], Line] = {}

    def fall_ill(self, system: str, manners: Manners) -> None:
        self._ill[system] = manners
        self._turns[system] = 0

    def heal(self, system: str) -> None:
        self._ill.pop(system, None)

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
            for line in self._talks.values():
                line.close()
            await asyncio.gather(*self._talks)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        line = self._talks[task] = Line(reader, writer)
        try:
            while line.is_open:
                request = await self._request(reader)
                await self._ill.get(request.system, GOOD).for_path(request.path)(request, line)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the other side has hung up, as it should
        finally:
            del self._talks[task]
            line.close()

    async def _request(self, reader: asyncio.StreamReader) -> Request:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])}
        await reader.readexactly(int(headers.get("content-length", "0")))
        path, _, query = head[0].split(" ")[1].partition("?")
        system, path = path.removeprefix("/").partition("/")[0], unquote(path)
        turn = self._turns[system]
        self._turns[system] += "/students/" in path
        return Request(system, path, dict(parse_qsl(query)), headers, turn)
