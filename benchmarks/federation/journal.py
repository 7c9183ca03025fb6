"""A journal that answers 5 KB in a known time: `python -m benchmarks.federation.journal PORT MILLISECONDS`.

The first part of a path names the system; one whose name begins with `dead` never answers about a pupil, one
with `slow` only after two seconds, one with `heavy` answers about marks with 3 MB. `/count/SYSTEM`: how often
it was asked about pupils.
"""

import asyncio
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import msgspec
import uvloop

from benchmarks.families import diary
from myedu.contract.answers import Capabilities, Diary, Marks, SystemInfo, Token
from myedu.contract.school import Mark, Ref
from myedu.contract.windows import Window

LESSONS = 10
"""As many as make 5 KB."""
SLOW_SECONDS = 2.0
HEAVY_MARKS = 22_000
_FIRST = _LAST = datetime(2001, 1, 1, tzinfo=UTC).date()


def template() -> bytes:
    """An answer about days; the pupil and the days are put in for each request."""
    whole = diary("@student", Window(first=_FIRST, last=_LAST))
    week: Diary = msgspec.structs.replace(whole, lessons=whole.lessons[:LESSONS])
    return msgspec.json.encode(week)


def marks_of(count: int) -> bytes:
    """So many marks of one subject, some of them with markup."""
    subject = Ref(id="s0", name="Алгебра")
    marks = tuple(
        Mark(
            id=f"m{number}",
            subject=subject,
            day=_FIRST + timedelta(days=number % 90),
            value="5",
            comment="<b>да</b>" if number % 2 else None,
        )
        for number in range(count)
    )
    head = {"first_day": _FIRST, "last_day": _LAST, "time_zone": "Europe/Moscow"}
    return msgspec.json.encode(Marks(student_id="@student", marks=marks, **head))


class Journal(asyncio.Protocol):
    """One connection: a request at a time, as clients without pipelining send them."""

    asked: ClassVar[Counter[str]] = Counter()  # about pupils, by system
    seconds = 0.02
    body, marks, many_marks = template(), marks_of(LESSONS), marks_of(HEAVY_MARKS)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport  # uvloop's own class
        self._head = b""

    def data_received(self, data: bytes) -> None:
        self._head += data
        head, end, rest = self._head.partition(b"\r\n\r\n")
        if not end:
            return
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        if len(rest) >= int(length or 0):
            self._head = b""
            self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, target: str) -> None:
        path, _, query = target.partition("?")
        system = path.split("/")[1]
        if "/students/" in path:
            self._about_days(system, path, dict(parse_qsl(query)))
        elif system == "count":
            self._send(str(self.asked[path.split("/")[2]]).encode())
        elif path.endswith("/oauth2/token"):
            self._send(msgspec.json.encode(Token(access_token="invented", expires_in=3600)))
        else:
            info = SystemInfo(vendor="—", product="bench", version="1")
            now = datetime.now(UTC)
            self._send(
                msgspec.json.encode(Capabilities(system=info, capabilities=("diary",), server_time=now))
            )

    def _about_days(self, system: str, path: str, query: dict[str, str]) -> None:
        self.asked[system] += 1
        if system.startswith("dead"):
            return
        first = f'"from":"{_FIRST}"', f'"from":"{query["from"]}"'
        last = f'"to":"{_LAST}"', f'"to":"{query["to"]}"'
        whole = self.body
        if path.endswith("/marks"):
            whole = self.many_marks if system.startswith("heavy") else self.marks
        body = whole.replace(b"@student", path.split("/")[-2].encode(), 1)
        for old, new in (first, last):
            body = body.replace(old.encode(), new.encode(), 1)
        wait = SLOW_SECONDS if system.startswith("slow") else self.seconds
        asyncio.get_running_loop().call_later(wait, self._send, body)

    def _send(self, body: bytes) -> None:
        if not self._transport.is_closing():
            head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
            self._transport.write(head % len(body) + body)


async def _main(port: int, milliseconds: float) -> None:
    Journal.seconds = milliseconds / 1000
    server = await asyncio.get_running_loop().create_server(Journal, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_main(int(sys.argv[1]), float(sys.argv[2])))
