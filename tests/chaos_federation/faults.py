"""What a journal may do instead of answering, and the name under which that must be counted."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from typing import Literal

import msgspec

from myedu.contract.problems import PROBLEM_MEDIA_TYPE, problem
from tests.chaos_federation.hostile import (
    GOOD,
    SUBJECT,
    Line,
    Manners,
    Request,
    Talk,
    a_lesson,
    capabilities_at,
    diary_of,
    good_capabilities,
    good_diary,
    good_token,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
STRANGER = "Чужая тема"
"""Stands in answers that must never be shown."""

Kind = Literal["connection", "time", "status", "body", "meaning", "address", "token"]
Place = Literal["journal", "nobody listens", "tls", "tls of another host", "tls of nobody known", "by name"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`reason`: the name of its calls in /metrics; None where the answer is good all the same.

    `place`: where the system's address leads while it is ill; `guarded`: it is asked by a portal that isn't
    allowed into private networks. `sees` and `never_sees`: what a page of the fault must and must not say.
    `weeks`: how many are opened, more than one where it is well now and then (`flaps`). `audited`: it must
    be found in the audit.
    """

    name: str
    kind: Kind
    reason: str | None
    manners: Manners = GOOD
    place: Place = "journal"
    guarded: bool = False
    sees: str = ""
    never_sees: tuple[str, ...] = (STRANGER,)
    weeks: int = 1
    flaps: bool = False
    audited: bool = False


def of_diary(name: str, kind: Kind, reason: str | None, talk: Talk, **more: object) -> Fault:
    """A fault in the answers about days; tokens and capabilities stay honest."""
    manners = Manners(diary=talk, capabilities=good_capabilities, token=good_token)
    return Fault(name=name, kind=kind, reason=reason, manners=manners, **more)


def of_token(name: str, kind: Kind, reason: str | None, talk: Talk) -> Fault:
    """A fault of the token endpoint, met also by whoever has a token: it has just expired."""
    manners = Manners(diary=refusing("unauthorized"), capabilities=good_capabilities, token=talk)
    return Fault(name=name, kind=kind, reason=reason, manners=manners)


def answering(body: bytes, status: int = 200, media_type: str = "application/json", **headers: str) -> Talk:
    async def talk(_: Request, line: Line) -> None:
        await line.answer(body, status, media_type, **headers)

    return talk


def saying(*parts: bytes) -> Talk:
    """Raw bytes, then the end of the connection."""

    async def talk(_: Request, line: Line) -> None:
        await line.say(*parts)
        line.close()

    return talk


def spoiling(spoil: Callable[[bytes], bytes], media_type: str = "application/json", **headers: str) -> Talk:
    """A good answer with something done to its bytes or its head."""

    async def talk(request: Request, line: Line) -> None:
        await line.answer(spoil(diary_of(request)), 200, media_type, **headers)

    return talk


def refusing(code: str) -> Talk:
    fault = problem(code)
    return answering(msgspec.json.encode(fault), fault.status, PROBLEM_MEDIA_TYPE)


# -- connections ---------------------------------------------------------------------------------------


async def reset_before_the_head(_: Request, line: Line) -> None:
    line.reset()


async def reset_in_the_body(_: Request, line: Line) -> None:
    await line.say(HEAD + b'Content-Length: 5000\r\n\r\n{"student_id":')
    await asyncio.sleep(0.02)  # the head is read before the reset discards what was not
    line.reset()


async def flapping(request: Request, line: Line) -> None:
    """Well once in four times: a retry doesn't always meet the good one."""
    await (good_diary if request.turn % 4 == 3 else answering(b"", 500))(request, line)


# -- time ----------------------------------------------------------------------------------------------


async def silent(_: Request, line: Line) -> None:
    await line.wait_until_left()


async def silent_after_the_head(_: Request, line: Line) -> None:
    await line.say(HEAD + b"Content-Length: 5000\r\n\r\n{")
    await line.wait_until_left()


async def dripping(_: Request, line: Line) -> None:
    await line.say(CHUNKED + b"\r\n")
    while True:
        await line.say(b"1\r\n \r\n")
        await asyncio.sleep(0.05)


# -- bodies --------------------------------------------------------------------------------------------


async def fifty_megabytes(request: Request, line: Line) -> None:
    await line.say(HEAD + b"Content-Length: 52428800\r\n\r\n", *[b" " * 65536] * 800)


async def endless(_: Request, line: Line) -> None:
    await line.say(CHUNKED + b"\r\n")
    while True:
        await line.say(b"10000\r\n" + b" " * 65536 + b"\r\n")


@cache
def bomb() -> bytes:
    """2 GB of spaces in 2 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * 128


async def packed_bomb(_: Request, line: Line) -> None:
    await line.answer(bomb(), Content_Encoding="gzip")


# -- meaning -------------------------------------------------------------------------------------------


async def another_student(request: Request, line: Line) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    stranger = (a_lesson(first, topic=STRANGER),)
    await line.answer(diary_of(request, student_id="somebody-else", lessons=stranger))


async def another_week(request: Request, line: Line) -> None:
    first = datetime.fromisoformat(request.query["from"]).date() - timedelta(days=7)
    lessons = (a_lesson(first, topic=STRANGER),)
    await line.answer(diary_of(request, first_day=first, lessons=lessons))


async def too_many(request: Request, line: Line) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    await line.answer(diary_of(request, lessons=(a_lesson(first, topic=STRANGER),) * 3000))


async def beyond_the_calendar(request: Request, line: Line) -> None:
    lessons = (a_lesson(datetime(9999, 12, 31, tzinfo=UTC).date(), topic=STRANGER),)
    await line.answer(diary_of(request, lessons=lessons))


MARKUP = "<script>alert(312)</script>Уп\u200bражнение\u202e <b onclick='x()'>7</b>&lt;img src=x&gt;"


async def markup(request: Request, line: Line) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    await line.answer(diary_of(request, lessons=(a_lesson(first, text=MARKUP),)))


async def unknown_code(request: Request, line: Line) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    await line.answer(diary_of(request, lessons=(a_lesson(first, status="postponed-by-snow"),)))


# -- tokens and clocks ---------------------------------------------------------------------------------


async def refused_by_a_wrong_clock(_: Request, line: Line) -> None:
    theirs = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    await line.answer(b'{"error": "invalid_client"}', 401, Date=theirs)


async def wrong_clock(_: Request, line: Line) -> None:
    await line.answer(capabilities_at(datetime.now(UTC) - timedelta(hours=3)))


async def expired_once(request: Request, line: Line) -> None:
    await (refusing("unauthorized") if request.turn == 0 else good_diary)(request, line)


WRONG_CLOCK = Manners(diary=good_diary, capabilities=wrong_clock, token=good_token)
SILENT_OF_ITSELF = Manners(diary=good_diary, capabilities=silent, token=good_token)
MISSPELT = spoiling(lambda body: body.replace(b'"lessons"', b'"timetable"'))
NUMBERS = spoiling(lambda body: body.replace(b'"l1"', b"1").replace(SUBJECT.encode(), STRANGER.encode()))
DEEP = b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
LOGIN = "<!doctype html><title>Вход</title><form>".encode()
INWARD = "http://169.254.169.254/latest/meta-data/"

FAULTS = (
    Fault(name="refused", kind="connection", reason="unreachable", place="nobody listens"),
    of_diary("reset", "connection", "cut", reset_before_the_head),
    of_diary("reset-in-the-body", "connection", "cut", reset_in_the_body),
    of_diary("closed-without-a-word", "connection", "cut", saying(b"")),
    of_diary("not-http", "connection", "not-http", saying(b"SSH-2.0-OpenSSH_9.2\r\n")),
    Fault(name="tls", kind="connection", reason=None, place="tls"),
    Fault(name="tls-other-host", kind="connection", reason="certificate", place="tls of another host"),
    Fault(name="tls-unknown", kind="connection", reason="certificate", place="tls of nobody known"),
    of_diary("flapping", "connection", "failed", flapping, weeks=6, flaps=True),
    of_diary("hang", "time", "timeout", silent),
    of_diary("hang-after-head", "time", "stalled", silent_after_the_head),
    of_diary("slow-drip", "time", "stalled", dripping),
    of_token("token-hangs", "time", "timeout", silent),
    # at another address, as what it can do is remembered for the one where it was well
    Fault(name="capabilities-hang", kind="time", reason="timeout", manners=SILENT_OF_ITSELF, place="by name"),
    of_diary("status-500", "status", "failed", answering(b"Traceback (most recent call last)", 500)),
    of_diary("status-502", "status", "failed", answering(b"<h1>Bad gateway</h1>", 502, "text/html")),
    of_diary("status-503-wait", "status", "overloaded", answering(b"", 503, Retry_After="1")),
    of_diary("status-429", "status", "overloaded", answering(b"", 429)),
    of_diary("status-501", "status", "not-served", answering(b"", 501)),
    of_diary("status-403", "status", "forbidden", refusing("forbidden")),
    of_diary("status-404", "status", "not-found", refusing("not-found")),
    of_diary("redirect-inward", "status", "redirect", answering(b"", 302, Location=INWARD)),
    of_diary("not-asked-304", "status", "wrong-type", answering(b"", 304)),
    of_diary("html", "body", "wrong-type", answering(LOGIN, media_type="text/html; charset=utf-8")),
    of_diary("wrong-charset", "body", "wrong-charset", spoiling(
        lambda body: body.decode().encode("cp1251"), "application/json; charset=windows-1251"
    )),
    of_diary("half-json", "body", "not-json", spoiling(lambda body: body[: len(body) // 2])),
    of_diary("nothing", "body", "not-json", answering(b"")),
    of_diary("not-utf-8", "body", "not-json", spoiling(lambda body: body.decode().encode("cp1251"))),
    of_diary("fifty-megabytes", "body", "too-large", fifty_megabytes),
    of_diary("endless", "body", "too-large", endless),
    of_diary("gzip-bomb", "body", "too-large", packed_bomb),
    of_diary("wrong-encoding", "body", "wrong-encoding", answering(b"{}", Content_Encoding="br")),
    of_diary("no-gzip", "body", "wrong-encoding", answering(b"nope", Content_Encoding="gzip")),
    of_diary("deep-json", "body", "too-deep", answering(DEEP)),
    of_diary("endless-header", "body", "not-http", saying(HEAD + b"X: " + b"x" * 200_000 + b"\r\n\r\n")),
    of_diary("two-lengths", "body", "not-http", saying(
        HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}"
    )),
    of_diary("wrong-student", "meaning", "wrong-student", another_student, audited=True),
    of_diary("wrong-window", "meaning", "wrong-window", another_week),
    of_diary("wrong-types", "meaning", "wrong-shape", NUMBERS),
    of_diary("old-contract", "meaning", "wrong-shape", MISSPELT),
    of_diary("too-many", "meaning", "too-many", too_many),
    of_diary("beyond-the-calendar", "meaning", "wrong-shape", beyond_the_calendar),
    of_diary("markup", "meaning", None, markup, sees="Упражнение 7",
             never_sees=("alert(312)", "onclick", "\u200b", "\u202e", "img src")),
    of_diary("unknown-code", "meaning", None, unknown_code, sees=SUBJECT),
    Fault(name="inward-by-number", kind="address", reason="forbidden-address", guarded=True),
    Fault(name="inward-by-name", kind="address", reason="forbidden-address", guarded=True, place="by name"),
    of_diary("token-expired", "token", "unauthorized", refusing("unauthorized")),
    of_diary("token-expired-once", "token", None, expired_once),
    of_token("token-refused", "token", "unauthorized", answering(b'{"error": "invalid_client"}', 401)),
    of_token("token-in-html", "token", "wrong-type", answering(LOGIN, media_type="text/html")),
    of_token("clock-skew", "token", "clock-skew", refused_by_a_wrong_clock),
    Fault(name="wrong-clock", kind="token", reason=None, manners=WRONG_CLOCK),
)  # fmt: skip
