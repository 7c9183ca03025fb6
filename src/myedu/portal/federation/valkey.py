"""Flights and sealed copies of several machines in Valkey. When it is ill, PostgreSQL does alone.

    myedu:flight:<sum>     the holder of the flight; ends by itself when the holder dies
    myedu:why:<holder>     why that flight failed, for the moments in which others may still wait for it
    myedu:copy:<sum>       a sealed copy (SealedCopy as MessagePack)
    myedu:renewed:<sum>    the version that was renewed last, and when

<sum> is SHA-256 of the question: Valkey sees neither ids nor answers. Every key has an end.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from myedu.kit.settings import SettingsError
from myedu.portal.federation.leases import (
    LEASE_SECONDS,
    TOLD_SECONDS,
    Ended,
    Flying,
    LeaseAttempt,
    LeaseStore,
    key_of,
)
from myedu.portal.federation.models import Question, SealedCopy, Unavailable
from myedu.portal.federation.store import Lease

T = TypeVar("T")

_log = logging.getLogger(__name__)

COPY_SECONDS = 600
"""An erased person's sealed bytes are gone from Valkey after so long; the door leads nobody there before."""
ANSWER_SECONDS = 0.1
"""Valkey on the same network answers in less than a millisecond; one that takes longer is ill."""
REST_SECONDS = 5.0
"""After a failure Valkey is left alone for so long, so that its illness costs a page nothing."""
_MOST_CONNECTIONS = 64  # of one process; above it a question goes to PostgreSQL

_IF_OURS = "if server.call('GET', KEYS[1]) == ARGV[1] then return {} else return 0 end"
_END_IF_OURS = _IF_OURS.format("server.call('DEL', KEYS[1])")
_RENEW_IF_OURS = _IF_OURS.format("server.call('PEXPIRE', KEYS[1], ARGV[2])")


class Renewed(msgspec.Struct, frozen=True, array_like=True):
    """Which version was good at what time."""

    version: UUID
    at: datetime


class ValkeyAway(Exception):
    """It is unreachable or slow, or was a moment ago; or it holds what this release can't read."""


_encode = msgspec.msgpack.Encoder().encode
_copy = msgspec.msgpack.Decoder(SealedCopy).decode
_renewed = msgspec.msgpack.Decoder(Renewed).decode
_failure = msgspec.msgpack.Decoder(Unavailable).decode


class Valkey:
    """A client that gives up within `ANSWER_SECONDS`, and rests after a failure."""

    def __init__(self, url: str) -> None:
        """SettingsError where the client isn't installed or the address isn't one."""
        try:
            import valkey.asyncio as driver  # only where a shared cache is set
            from valkey.exceptions import ValkeyError
        except ImportError:
            raise SettingsError("MYEDU_SHARED_CACHE_URL is set: install myedu[valkey]") from None
        try:
            self._client = driver.Valkey.from_url(
                url,
                socket_timeout=ANSWER_SECONDS,
                socket_connect_timeout=ANSWER_SECONDS,
                max_connections=_MOST_CONNECTIONS,
            )
        except ValueError:
            # Its text would quote the address, which may hold a password.
            raise SettingsError("MYEDU_SHARED_CACHE_URL is no valkey://host:port/0") from None
        self._errors = (ValkeyError, OSError, TimeoutError)
        self._rests_until = 0.0

    async def do(self, *commands: tuple[Any, ...]) -> list[Any]:
        """The answers to these commands, sent together and done one after the other. Raises ValkeyAway."""

        async def work() -> list[Any]:
            async with self._client.pipeline(transaction=False) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                answers: list[Any] = await pipeline.execute()
                return answers

        return await self._trying(work)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _trying(self, work: Callable[[], Awaitable[T]]) -> T:
        now = asyncio.get_running_loop().time()
        if now < self._rests_until:
            raise ValkeyAway("it rests")
        try:
            async with asyncio.timeout(2 * ANSWER_SECONDS):  # a connection and an answer
                return await work()
        except self._errors as error:
            self._rests_until = now + REST_SECONDS
            _log.warning("the shared cache is away, PostgreSQL does alone: %s", type(error).__name__)
            raise ValkeyAway(type(error).__name__) from None


class ValkeyLeaseStore:
    """Leases that end by themselves."""

    lands_with_copy = False

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey

    async def take(self, question: Question, flight: Lease) -> LeaseAttempt:
        mark, lease = flight.holder.bytes, _milliseconds(LEASE_SECONDS)
        # In this order: who landed before our SET has said before that when it renewed the copy.
        _, holder, renewed = await self._valkey.do(
            ("SET", _flight(flight.key), mark, "NX", "PX", lease),
            ("GET", _flight(flight.key)),
            ("GET", _renewed_key(flight.key)),
        )
        with _of_this_release():
            held = Lease(flight.key, UUID(bytes=holder or mark))
            return LeaseAttempt(self, held, holder == mark, _renewed(renewed).at if renewed else None)

    async def look(self, flight: Lease) -> Flying | Ended | Unavailable:
        [(holder, why)] = await self._valkey.do(("MGET", _flight(flight.key), _why(flight)))
        if why is not None:
            with _of_this_release():
                return _failure(why)
        return Flying() if holder == flight.holder.bytes else Ended()

    async def renew(self, flights: list[Lease]) -> None:
        lease = _milliseconds(LEASE_SECONDS)
        await self._valkey.do(
            *(("EVAL", _RENEW_IF_OURS, 1, _flight(one.key), one.holder.bytes, lease) for one in flights)
        )

    async def fail(self, flight: Lease, failure: Unavailable) -> None:
        await self._valkey.do(
            ("SET", _why(flight), _encode(failure), "PX", _milliseconds(TOLD_SECONDS)), _end(flight)
        )

    async def land(self, flight: Lease) -> None:
        await self._valkey.do(_end(flight))


class ValkeyFirstLeaseStore:
    """Flights in Valkey; while it is away, in PostgreSQL. Then a journal may be asked twice, no more."""

    lands_with_copy = False

    def __init__(self, valkey: Valkey, postgres: LeaseStore) -> None:
        self._first, self._second = ValkeyLeaseStore(valkey), postgres

    async def take(self, question: Question, flight: Lease) -> LeaseAttempt:
        try:
            turn = await self._first.take(question, flight)
        except ValkeyAway:
            return await self._second.take(question, flight)
        return LeaseAttempt(self, turn.flight, turn.ours, turn.renewed_at)

    async def look(self, flight: Lease) -> Flying | Ended | Unavailable:
        try:
            return await self._first.look(flight)
        except ValkeyAway:
            return Ended()  # the next turn is PostgreSQL's

    async def renew(self, flights: list[Lease]) -> None:
        await _quietly(self._first.renew(flights))

    async def fail(self, flight: Lease, failure: Unavailable) -> None:
        await _quietly(self._first.fail(flight, failure))

    async def land(self, flight: Lease) -> None:
        await _quietly(self._first.land(flight))


class ValkeyCopies:
    """Sealed copies for some minutes. What it can't give, PostgreSQL does."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey

    async def copy_of(self, question: Question) -> SealedCopy | None:
        key = key_of(question)
        try:
            [(packed, at)] = await self._valkey.do(("MGET", _copy_key(key), _renewed_key(key)))
            if packed is None or at is None:
                return None
            with _of_this_release():
                copy, renewed = _copy(packed), _renewed(at)
        except ValkeyAway:
            return None
        # Another version was renewed since: that one is in PostgreSQL.
        return (
            msgspec.structs.replace(copy, fetched_at=renewed.at) if copy.version == renewed.version else None
        )

    async def keep(self, question: Question, copy: SealedCopy) -> None:
        key = key_of(question)
        await _quietly(
            self._valkey.do(
                ("SET", _copy_key(key), _encode(copy), "EX", COPY_SECONDS),
                _note(key, copy.version, copy.fetched_at),
            )
        )

    async def confirm(self, question: Question, version: UUID, now: datetime) -> None:
        await _quietly(self._valkey.do(_note(key_of(question), version, now)))


@contextmanager
def _of_this_release() -> Iterator[None]:
    """Another release, or somebody else, may have written what is read here: no page falls over it."""
    try:
        yield
    except (msgspec.MsgspecError, ValueError) as error:
        raise ValkeyAway(type(error).__name__) from None


async def _quietly(work: Awaitable[Any]) -> None:
    try:
        await work
    except ValkeyAway:
        return  # said once in the log; leases and copies there end by themselves


def _note(key: bytes, version: UUID, at: datetime) -> tuple[Any, ...]:
    return ("SET", _renewed_key(key), _encode(Renewed(version, at)), "EX", COPY_SECONDS)


def _end(flight: Lease) -> tuple[Any, ...]:
    return ("EVAL", _END_IF_OURS, 1, _flight(flight.key), flight.holder.bytes)


def _flight(key: bytes) -> bytes:
    return b"myedu:flight:" + key


def _why(flight: Lease) -> bytes:
    return b"myedu:why:" + flight.holder.bytes


def _copy_key(key: bytes) -> bytes:
    return b"myedu:copy:" + key


def _renewed_key(key: bytes) -> bytes:
    return b"myedu:renewed:" + key


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
