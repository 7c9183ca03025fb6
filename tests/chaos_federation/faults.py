"""What a journal may do instead of answering, and the reason under which it must be counted."""

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
    LINK,
    NUMBER,
    OTHER,
    SUBJECT,
    TEXT,
    Behavior,
    Connection,
    Request,
    Responder,
    a_lesson,
    capabilities_at,
    diary_of,
    full_answer,
    good_capabilities,
    good_diary,
    good_token,
)

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n"
FOREIGN_TOPIC = "Чужая тема"
"""Stands in answers that must never be shown."""

NOT_ALL = "Показано не всё"
"""What a page says of an answer of which entries are missing."""

Kind = Literal["connection", "time", "status", "body", "meaning", "value", "address", "token"]
Place = Literal["journal", "closed port", "tls", "tls of another host", "tls of an unknown issuer", "by name"]


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """`reason`: under which its calls are counted in /metrics; None if the answer is good all the same.

    `place`: where the system's address leads while it is broken; `guarded`: it is asked by a portal that
    isn't allowed into private networks. `sees` and `never_sees`: what a page of the fault must and must not
    say. `weeks`: how many are opened, more than one if some calls succeed (`flaps`). `audited`: it must be
    found in the audit.
    """

    name: str
    kind: Kind
    reason: str | None
    behavior: Behavior = GOOD
    place: Place = "journal"
    guarded: bool = False
    sees: str = ""
    never_sees: tuple[str, ...] = (FOREIGN_TOPIC,)
    weeks: int = 1
    flaps: bool = False
    audited: bool = False


def of_diary(name: str, kind: Kind, reason: str | None, respond: Responder, **more: object) -> Fault:
    """A fault in the answers about days; tokens and capabilities stay good."""
    behavior = Behavior(diary=respond, capabilities=good_capabilities, token=good_token)
    return Fault(name=name, kind=kind, reason=reason, behavior=behavior, **more)


def of_value(name: str, old: object, new: bytes, sees: str = OTHER, **more: object) -> Fault:
    """A good answer in which one kind of value is odd. It costs itself: `sees` is still on every page."""
    place = msgspec.json.encode(old)

    async def respond(request: Request, connection: Connection) -> None:
        await connection.answer(full_answer(request).replace(place, new))

    return of_diary(name, "value", None, respond, sees=sees, **more)


def of_token(name: str, kind: Kind, reason: str | None, respond: Responder) -> Fault:
    """A fault of the token endpoint; it concerns calls with a token too, as that has just expired."""
    behavior = Behavior(diary=refusing("unauthorized"), capabilities=good_capabilities, token=respond)
    return Fault(name=name, kind=kind, reason=reason, behavior=behavior)


def answering(
    body: bytes, status: int = 200, media_type: str = "application/json", **headers: str
) -> Responder:
    """These bytes, always."""

    async def respond(_: Request, connection: Connection) -> None:
        await connection.answer(body, status, media_type, **headers)

    return respond


def saying(*parts: bytes) -> Responder:
    """These raw bytes, then the end of the connection."""

    async def respond(_: Request, connection: Connection) -> None:
        await connection.say(*parts)
        connection.close()

    return respond


def spoiling(
    spoil: Callable[[bytes], bytes], media_type: str = "application/json", **headers: str
) -> Responder:
    """A good answer with its bytes or its head changed."""

    async def respond(request: Request, connection: Connection) -> None:
        await connection.answer(spoil(diary_of(request)), 200, media_type, **headers)

    return respond


def refusing(code: str) -> Responder:
    """The contract's problem of this code."""
    fault = problem(code)
    return answering(msgspec.json.encode(fault), fault.status, PROBLEM_MEDIA_TYPE)


# -- connections ---------------------------------------------------------------------------------------


async def reset_before_the_head(_: Request, connection: Connection) -> None:
    connection.reset()


async def reset_in_the_body(_: Request, connection: Connection) -> None:
    await connection.say(HEAD + b'Content-Length: 5000\r\n\r\n{"student_id":')
    await asyncio.sleep(0.02)  # the head is read before the reset discards what was not
    connection.reset()


async def flapping(request: Request, connection: Connection) -> None:
    """A good answer once in four times: a retry doesn't always meet it."""
    await (good_diary if request.number % 4 == 3 else answering(b"", 500))(request, connection)


# -- time ----------------------------------------------------------------------------------------------


async def silent(_: Request, connection: Connection) -> None:
    await connection.wait_until_left()


async def silent_after_the_head(_: Request, connection: Connection) -> None:
    await connection.say(HEAD + b"Content-Length: 5000\r\n\r\n{")
    await connection.wait_until_left()


async def dripping(_: Request, connection: Connection) -> None:
    await connection.say(CHUNKED + b"\r\n")
    while True:
        await connection.say(b"1\r\n \r\n")
        await asyncio.sleep(0.05)


# -- bodies --------------------------------------------------------------------------------------------


async def fifty_megabytes(request: Request, connection: Connection) -> None:
    await connection.say(HEAD + b"Content-Length: 52428800\r\n\r\n", *[b" " * 65536] * 800)


async def endless(_: Request, connection: Connection) -> None:
    await connection.say(CHUNKED + b"\r\n")
    while True:
        await connection.say(b"10000\r\n" + b" " * 65536 + b"\r\n")


@cache
def bomb() -> bytes:
    """2 GB of spaces in 2 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(b" " * (16 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * 128


async def packed_bomb(_: Request, connection: Connection) -> None:
    await connection.answer(bomb(), Content_Encoding="gzip")


# -- meaning -------------------------------------------------------------------------------------------


async def another_student(request: Request, connection: Connection) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    lessons = (a_lesson(first, topic=FOREIGN_TOPIC),)
    await connection.answer(diary_of(request, student_id="another-student", lessons=lessons))


async def another_week(request: Request, connection: Connection) -> None:
    first = datetime.fromisoformat(request.query["from"]).date() - timedelta(days=7)
    lessons = (a_lesson(first, topic=FOREIGN_TOPIC),)
    await connection.answer(diary_of(request, first_day=first, lessons=lessons))


async def too_many(request: Request, connection: Connection) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    await connection.answer(diary_of(request, lessons=(a_lesson(first, topic=FOREIGN_TOPIC),) * 3000))


async def beyond_the_calendar(request: Request, connection: Connection) -> None:
    lessons = (a_lesson(datetime(9999, 12, 31, tzinfo=UTC).date(), topic=FOREIGN_TOPIC),)
    await connection.answer(diary_of(request, lessons=lessons))


MARKUP = "<script>alert(312)</script>Уп\u200bражнение\u202e <b onclick='x()'>7</b>&lt;img src=x&gt;"


async def markup(request: Request, connection: Connection) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    await connection.answer(diary_of(request, lessons=(a_lesson(first, text=MARKUP),)))


async def unknown_code(request: Request, connection: Connection) -> None:
    first = datetime.fromisoformat(request.query["from"]).date()
    await connection.answer(diary_of(request, lessons=(a_lesson(first, status="postponed-by-snow"),)))


# -- tokens and clocks ---------------------------------------------------------------------------------


async def refused_by_a_wrong_clock(_: Request, connection: Connection) -> None:
    its_time = format_datetime(datetime.now(UTC) + timedelta(hours=2), usegmt=True)
    await connection.answer(b'{"error": "invalid_client"}', 401, Date=its_time)


async def wrong_clock(_: Request, connection: Connection) -> None:
    await connection.answer(capabilities_at(datetime.now(UTC) - timedelta(hours=3)))


async def expired_once(request: Request, connection: Connection) -> None:
    await (refusing("unauthorized") if request.number == 0 else good_diary)(request, connection)


WRONG_CLOCK = Behavior(diary=good_diary, capabilities=wrong_clock, token=good_token)
SILENT_CAPABILITIES = Behavior(diary=good_diary, capabilities=silent, token=good_token)
MISSPELT = spoiling(lambda body: body.replace(b'"lessons"', b'"timetable"'))
NUMBERS = spoiling(lambda body: body.replace(b'"l1"', b"1").replace(SUBJECT.encode(), FOREIGN_TOPIC.encode()))
DEEP = b'{"x":' + b"[" * 200_000 + b"]" * 200_000 + b"}"
LOGIN = "<!doctype html><title>Вход</title><form>".encode()
INWARD = "http://169.254.169.254/latest/meta-data/"

FAULTS = (
    Fault(name="refused", kind="connection", reason="unreachable", place="closed port"),
    of_diary("reset", "connection", "cut", reset_before_the_head),
    of_diary("reset-in-the-body", "connection", "cut", reset_in_the_body),
    of_diary("closed-without-a-byte", "connection", "cut", saying(b"")),
    of_diary("not-http", "connection", "not-http", saying(b"SSH-2.0-OpenSSH_9.2\r\n")),
    Fault(name="tls", kind="connection", reason=None, place="tls"),
    Fault(name="tls-other-host", kind="connection", reason="certificate", place="tls of another host"),
    Fault(name="tls-unknown", kind="connection", reason="certificate", place="tls of an unknown issuer"),
    of_diary("flapping", "connection", "failed", flapping, weeks=6, flaps=True),
    of_diary("hang", "time", "timeout", silent),
    of_diary("hang-after-head", "time", "stalled", silent_after_the_head),
    of_diary("slow-drip", "time", "stalled", dripping),
    of_token("token-hangs", "time", "timeout", silent),
    # at another address, as its capabilities are cached for the one where it was good
    Fault(
        name="capabilities-hang", kind="time", reason="timeout", behavior=SILENT_CAPABILITIES, place="by name"
    ),
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
    of_diary("too-many", "meaning", None, too_many, sees=NOT_ALL),
    of_diary("beyond-the-calendar", "meaning", "wrong-shape", beyond_the_calendar),
    of_diary("markup", "meaning", None, markup, sees="Упражнение 7",
             never_sees=("alert(312)", "onclick", "\u200b", "\u202e", "img src")),
    of_diary("unknown-code", "meaning", None, unknown_code, sees=SUBJECT),
    of_value("weight-1e28", NUMBER, b"1e28"),
    of_value("number-1e36", NUMBER, b"1e36"),
    of_value("number-1e999", NUMBER, b"1e999"),
    of_value("number-of-40-digits", NUMBER, b"1" * 40),
    of_value("number-of-4000-digits", NUMBER, b"9" * 4_000),
    of_value("number-of-9000-digits", NUMBER, b"9" * 9_000),
    of_value("number-below-zero", NUMBER, b"-1"),
    of_value("number-as-text", NUMBER, b'"2"'),
    of_value("number-null", NUMBER, b"null"),
    of_value("link-in-cyrillic", LINK, '"https://школа.рф/Домашняя работа.pdf"'.encode()),
    of_value("link-with-line-feed", LINK, rb'"https://312.example/\r\nSet-Cookie: a=b"'),
    of_value("link-of-9000", LINK, b'"https://312.example/' + b"x" * 9_000 + b'"'),
    of_value("link-javascript", LINK, b'"javascript:alert(312)"', never_sees=("alert(312)",)),
    of_value("link-null", LINK, b"null"),
    of_value("text-of-9000", TEXT, ('"' + "ы" * 9_000 + '"').encode()),
    of_value("text-number", TEXT, b"204"),
    of_value("text-of-spaces", TEXT, b'" \xc2\xa0 "'),
    of_value("lesson-without-subject", {"id": "maths", "name": SUBJECT}, b"null", sees=OTHER),
    of_value("lesson-number-as-id", "l1", b"1", sees=NOT_ALL),
    Fault(name="inward-by-number", kind="address", reason="forbidden-address", guarded=True),
    Fault(name="inward-by-name", kind="address", reason="forbidden-address", guarded=True, place="by name"),
    of_diary("token-expired", "token", "unauthorized", refusing("unauthorized")),
    of_diary("token-expired-once", "token", None, expired_once),
    of_token("token-refused", "token", "unauthorized", answering(b'{"error": "invalid_client"}', 401)),
    of_token("token-in-html", "token", "wrong-type", answering(LOGIN, media_type="text/html")),
    of_token("clock-skew", "token", "clock-skew", refused_by_a_wrong_clock),
    Fault(name="wrong-clock", kind="token", reason=None, behavior=WRONG_CLOCK),
)  # fmt: skip
