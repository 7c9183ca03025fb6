"""Leases and encrypted copies of several machines in Valkey. While it fails, PostgreSQL alone is used.

    myedu:flight:<hash>    the holder of the lease; expires by itself when the holder dies
    myedu:why:<holder>     why that holder's fetch failed, while other processes may still wait for it
    myedu:copy:<hash>      an encrypted copy (EncryptedCopy as MessagePack)
    myedu:renewed:<hash>   the version that was refreshed last, and when

<hash> is SHA-256 of the query: Valkey sees neither ids nor answers. Every key expires.
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
    FAILURE_SECONDS,
    LEASE_SECONDS,
    Ended,
    Held,
    Lease,
    LeaseAttempt,
    LeaseStore,
)
from myedu.portal.federation.models import Answer, EncryptedCopy, JournalQuery, Unavailable
from myedu.portal.federation.query_keys import lease_key

T = TypeVar("T")

Command = tuple[str | bytes | int, ...]
"""A command of Valkey with its arguments."""

_log = logging.getLogger(__name__)

COPY_SECONDS = 600
"""After so long an erased person's encrypted bytes are gone from Valkey; no page asks for them before."""
ANSWER_SECONDS = 0.1
"""Valkey on the same network answers in less than a millisecond; one that takes longer is failing."""
PAUSE_SECONDS = 5.0
"""After a failure Valkey isn't used for so long, so that an outage costs pages nothing."""
_MAX_CONNECTIONS = 64  # of one process; above it a query goes to PostgreSQL

_IF_OURS = "if server.call('GET', KEYS[1]) == ARGV[1] then return {} else return 0 end"
_RELEASE_IF_OURS = _IF_OURS.format("server.call('DEL', KEYS[1])")
_RENEW_IF_OURS = _IF_OURS.format("server.call('PEXPIRE', KEYS[1], ARGV[2])")


class Refreshed(msgspec.Struct, frozen=True, array_like=True):
    """Which version was good at what time."""

    version: UUID
    at: datetime


class ValkeyUnavailable(Exception):
    """Valkey is unreachable or slow, or was a moment ago; or it holds what this release can't read."""


_encode = msgspec.msgpack.Encoder().encode
_decode_copy = msgspec.msgpack.Decoder(EncryptedCopy).decode
_decode_refreshed = msgspec.msgpack.Decoder(Refreshed).decode
_decode_failure = msgspec.msgpack.Decoder(Unavailable).decode


class Valkey:
    """A client that gives up within 2 × `ANSWER_SECONDS`, and pauses after a failure."""

    def __init__(self, url: str) -> None:
        """Raises SettingsError if the client isn't installed or the address isn't one."""
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
                max_connections=_MAX_CONNECTIONS,
            )
        except ValueError:
            # Its text would quote the address, which may hold a password.
            raise SettingsError("MYEDU_SHARED_CACHE_URL is no valkey://host:port/0") from None
        self._errors = (ValkeyError, OSError, TimeoutError)
        self._paused_until = 0.0

    async def run(self, *commands: Command) -> list[Any]:
        """The results of these commands, sent together and executed in order. Raises ValkeyUnavailable."""

        async def pipelined() -> list[Any]:
            async with self._client.pipeline(transaction=False) as pipeline:
                for command in commands:
                    pipeline.execute_command(*command)
                results: list[Any] = await pipeline.execute()
                return results

        return await self._guarded(pipelined)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _guarded(self, work: Callable[[], Awaitable[T]]) -> T:
        now = asyncio.get_running_loop().time()
        if now < self._paused_until:
            raise ValkeyUnavailable("paused after a failure")
        try:
            async with asyncio.timeout(2 * ANSWER_SECONDS):  # a connection and an answer
                return await work()
        except self._errors as error:
            self._paused_until = now + PAUSE_SECONDS
            _log.warning(
                "the shared cache is unavailable, PostgreSQL alone is used: %s", type(error).__name__
            )
            raise ValkeyUnavailable(type(error).__name__) from None


class ValkeyLeaseStore:
    """Leases that expire by themselves. Every method raises ValkeyUnavailable."""

    released_by_copy_write = False

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey

    async def acquire(self, query: JournalQuery[Answer], lease: Lease) -> LeaseAttempt:
        """LeaseStore.acquire."""
        mark = lease.holder.bytes
        # In this order: a process that released the lease before our SET has noted before that when it
        # refreshed the copy.
        _, holder, refreshed = await self._valkey.run(
            ("SET", _lease_name(lease.key), mark, "NX", "PX", _milliseconds(LEASE_SECONDS)),
            ("GET", _lease_name(lease.key)),
            ("GET", _refreshed_name(lease.key)),
        )
        with _readable_by_this_release():
            held = Lease(lease.key, UUID(bytes=holder or mark))
            refreshed_at = _decode_refreshed(refreshed).at if refreshed else None
            return LeaseAttempt(self, held, holder == mark, refreshed_at)

    async def check(self, lease: Lease) -> Held | Ended | Unavailable:
        """LeaseStore.check."""
        [(holder, failure)] = await self._valkey.run(("MGET", _lease_name(lease.key), _failure_name(lease)))
        if failure is not None:
            with _readable_by_this_release():
                return _decode_failure(failure)
        return Held() if holder == lease.holder.bytes else Ended()

    async def renew(self, leases: list[Lease]) -> None:
        """LeaseStore.renew, in one round trip."""
        await self._valkey.run(*map(_renew, leases))

    async def fail(self, lease: Lease, failure: Unavailable) -> None:
        """LeaseStore.fail."""
        await self._valkey.run(
            ("SET", _failure_name(lease), _encode(failure), "PX", _milliseconds(FAILURE_SECONDS)),
            _release(lease),
        )

    async def release(self, lease: Lease) -> None:
        """LeaseStore.release."""
        await self._valkey.run(_release(lease))


class ValkeyFirstLeaseStore:
    """Leases in Valkey; while it is unavailable, in PostgreSQL: a journal may then be asked twice at most."""

    released_by_copy_write = False

    def __init__(self, valkey: Valkey, postgres: LeaseStore) -> None:
        self._first, self._second = ValkeyLeaseStore(valkey), postgres

    async def acquire(self, query: JournalQuery[Answer], lease: Lease) -> LeaseAttempt:
        """LeaseStore.acquire; the attempt's `store` is the one that answered."""
        try:
            attempt = await self._first.acquire(query, lease)
        except ValkeyUnavailable:
            return await self._second.acquire(query, lease)
        return LeaseAttempt(self, attempt.lease, attempt.acquired, attempt.copy_refreshed_at)

    async def check(self, lease: Lease) -> Held | Ended | Unavailable:
        """LeaseStore.check."""
        try:
            return await self._first.check(lease)
        except ValkeyUnavailable:
            return Ended()  # the next attempt is PostgreSQL's

    async def renew(self, leases: list[Lease]) -> None:
        """LeaseStore.renew."""
        await _ignoring_outages(self._first.renew(leases))

    async def fail(self, lease: Lease, failure: Unavailable) -> None:
        """LeaseStore.fail."""
        await _ignoring_outages(self._first.fail(lease, failure))

    async def release(self, lease: Lease) -> None:
        """LeaseStore.release."""
        await _ignoring_outages(self._first.release(lease))


class ValkeyCopyCache:
    """Encrypted copies for some minutes. What Valkey can't give, PostgreSQL does."""

    def __init__(self, valkey: Valkey) -> None:
        self._valkey = valkey

    async def get(self, query: JournalQuery[Answer]) -> EncryptedCopy | None:
        """SharedCopyCache.get."""
        key = lease_key(query)
        try:
            [(packed, at)] = await self._valkey.run(("MGET", _copy_name(key), _refreshed_name(key)))
            if packed is None or at is None:
                return None
            with _readable_by_this_release():
                copy, refreshed = _decode_copy(packed), _decode_refreshed(at)
        except ValkeyUnavailable:
            return None
        # Another version was refreshed since: that one is in PostgreSQL.
        if copy.version != refreshed.version:
            return None
        return msgspec.structs.replace(copy, fetched_at=refreshed.at)

    async def put(self, query: JournalQuery[Answer], copy: EncryptedCopy) -> None:
        """SharedCopyCache.put."""
        key = lease_key(query)
        await _ignoring_outages(
            self._valkey.run(
                ("SET", _copy_name(key), _encode(copy), "EX", COPY_SECONDS),
                _note_refreshed(key, copy.version, copy.fetched_at),
            )
        )

    async def drop(self, query: JournalQuery[Answer]) -> None:
        """SharedCopyCache.drop. What an outage keeps lives for some minutes."""
        key = lease_key(query)
        await _ignoring_outages(self._valkey.run(("DEL", _copy_name(key), _refreshed_name(key))))

    async def confirm(self, query: JournalQuery[Answer], version: UUID, now: datetime) -> None:
        """SharedCopyCache.confirm."""
        await _ignoring_outages(self._valkey.run(_note_refreshed(lease_key(query), version, now)))


@contextmanager
def _readable_by_this_release() -> Iterator[None]:
    """Another release, or another program, may have written what is read here: no page may fail by it."""
    try:
        yield
    except (msgspec.MsgspecError, ValueError) as error:
        raise ValkeyUnavailable(type(error).__name__) from None


async def _ignoring_outages(work: Awaitable[object]) -> None:
    try:
        await work
    except ValkeyUnavailable:
        return  # logged once when the outage began; leases and copies there expire by themselves


def _note_refreshed(key: bytes, version: UUID, at: datetime) -> Command:
    return ("SET", _refreshed_name(key), _encode(Refreshed(version, at)), "EX", COPY_SECONDS)


def _renew(lease: Lease) -> Command:
    name, holder = _lease_name(lease.key), lease.holder.bytes
    return ("EVAL", _RENEW_IF_OURS, 1, name, holder, _milliseconds(LEASE_SECONDS))


def _release(lease: Lease) -> Command:
    return ("EVAL", _RELEASE_IF_OURS, 1, _lease_name(lease.key), lease.holder.bytes)


def _lease_name(key: bytes) -> bytes:
    return b"myedu:flight:" + key


def _failure_name(lease: Lease) -> bytes:
    return b"myedu:why:" + lease.holder.bytes


def _copy_name(key: bytes) -> bytes:
    return b"myedu:copy:" + key


def _refreshed_name(key: bytes) -> bytes:
    return b"myedu:renewed:" + key


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
