"""The last good copies: encrypted in PostgreSQL, decrypted in this process's cache, perhaps shared in Valkey.

PostgreSQL is the source of truth. The shared cache saves the round trip for a copy of the last minutes, the
process's cache saves decrypting it. No copy is read before people.visible_students has let the viewer see the
child, so nothing erased is shown.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from psycopg import AsyncConnection

from myedu.contract.answers import Diary
from myedu.contract.windows import Window
from myedu.kit.db import Database
from myedu.kit.encryption import CannotDecrypt, Keyring
from myedu.portal.federation import store
from myedu.portal.federation.change_events import ChangeEvent
from myedu.portal.federation.copy_cache import CacheEntry, CopyCache
from myedu.portal.federation.events import EventStore
from myedu.portal.federation.leases import Lease, NoSharedCopyCache, SharedCopyCache
from myedu.portal.federation.models import Answer, Copy, EncryptedCopy, Fresh, JournalQuery
from myedu.portal.federation.query_keys import cache_key, row_name
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.people.models import Student

_log = logging.getLogger(__name__)
_ERASED_AT_ONCE = 2000  # rows of a transaction: some dozens of milliseconds, and short locks
MEBIBYTE = 1024 * 1024


class CopyStore:
    """Reads and writes the copies of one program."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        *,
        cache_bytes: int = 32 * MEBIBYTE,
        shared: SharedCopyCache | None = None,
        telemetry: JournalTelemetry | None = None,
    ) -> None:
        self._database, self._keyring = database, keyring
        self.events = EventStore(keyring)
        self._cache = CopyCache(cache_bytes)
        self._shared = shared or NoSharedCopyCache()
        self._telemetry = telemetry or JournalTelemetry.disabled()

    async def find(self, query: JournalQuery[Answer]) -> Copy | None:
        """The last good answer to this query; None when there is none that can be decrypted."""
        shared = await self._shared.get(query)
        if shared is not None:
            return await self.decrypt(query, shared)
        return await self.find_stored(query)

    async def find_stored(self, query: JournalQuery[Answer]) -> Copy | None:
        """The same from PostgreSQL, whatever the shared cache holds."""
        return await self.decrypt(query, await self._read(query, self._cache.version(cache_key(query))))

    async def diaries_of(
        self, conn: AsyncConnection, student: Student
    ) -> list[tuple[JournalQuery[Diary], Copy]]:
        """All last good diaries of a student, the newest first, each with the query that it answers."""
        found = []
        for row in await store.read_diaries(conn, student):
            query = JournalQuery(Diary, student, Window(first=row.first_day, last=row.last_day))
            body = self._decrypted(query, row.body)
            if body is not None:
                found.append((query, Copy(body, row.etag, row.fetched_at, row.version)))
        return found

    async def decrypt(self, query: JournalQuery[Answer], encrypted: EncryptedCopy | None) -> Copy | None:
        """The copy that a statement has read, from the cache if its version is there; None as in `find`."""
        if encrypted is None:
            return None
        key = cache_key(query)
        entry = self._cache.get(key, encrypted.version)
        if entry is not None:
            return Copy(entry.body, encrypted.etag, encrypted.fetched_at, encrypted.version)
        if encrypted.body is None:
            # Evicted from the cache while the statement that named it as cached was under way.
            encrypted = await self._read(query, None)
            if encrypted is None or encrypted.body is None:
                return None
        body = self._decrypted(query, encrypted.body)
        if body is None:
            return None
        old_key = not self._keyring.is_by_first_key(encrypted.body)
        self._cache.put(key, CacheEntry(encrypted.version, body, old_key=old_key))
        return Copy(body, encrypted.etag, encrypted.fetched_at, encrypted.version)

    def decode(self, query: JournalQuery[Answer], copy: Copy) -> Fresh[Answer] | None:
        """The copy with its answer as a struct, decoded once; None if this release can't read it."""
        key = cache_key(query)
        entry = self._cache.get(key, copy.version)
        if entry is not None and isinstance(entry.value, query.answer_type):
            return Fresh(entry.value, copy.body, copy.fetched_at)
        value = decode(query.answer_type, copy.body)
        if value is None:
            return None
        if entry is not None:
            cached = CacheEntry(copy.version, copy.body, value=value, old_key=entry.old_key)
            self._cache.put(key, cached)
        return Fresh(value, copy.body, copy.fetched_at)

    async def save(
        self,
        query: JournalQuery[Answer],
        answer: Fresh[Answer],
        etag: str | None,
        *,
        lease: Lease | None = None,
        changes: Sequence[ChangeEvent] = (),
        replaces: UUID | None = None,
    ) -> None:
        """Replace the last good copy and release the lease; one round trip if nothing has changed.

        `changes`: what is new since that copy, recorded with the answer or not at all. `replaces`: the portal
        refreshes this version by itself, and replaces no other.
        """
        body = self._keyring.encrypt(answer.body, row_name(query))
        copy = EncryptedCopy(uuid4(), etag, answer.fetched_at, body)
        if not await self._stored(query, copy, lease, changes, replaces):
            return
        if missing := answer.value.left_out:
            self._telemetry.record_left_out(query.student.system_id, query.method, missing)
        await self._shared.put(query, copy)
        self._cache.put(cache_key(query), CacheEntry(copy.version, answer.body, value=answer.value))

    async def confirm(
        self,
        query: JournalQuery[Answer],
        copy: Copy,
        answer: Fresh[Answer],
        *,
        lease: Lease | None = None,
        for_family: bool,
    ) -> None:
        """Note that nothing has changed since `copy`; `answer` is the same at the time of this confirmation.

        One round trip that doesn't touch the body, and releases the lease. What an older key encrypted is
        encrypted again with the first one: so keys are changed without a job over all rows. `for_family`:
        False where the portal refreshes by itself.
        """
        entry = self._cache.get(cache_key(query), copy.version)
        if entry is not None and entry.old_key:
            replaces = None if for_family else copy.version
            await self.save(query, answer, copy.etag, lease=lease, replaces=replaces)
            return
        now = answer.fetched_at
        async with self._database.connection() as conn:
            asked_on = now.date() if for_family else None
            await store.confirm_copy(conn, query, copy.version, now, lease, asked_on)
        await self._shared.confirm(query, copy.version, now)

    async def discard(self, query: JournalQuery[Answer], fetched_at: datetime) -> None:
        """Throw away the copy of this time, as no page can be made of it: the journal is asked again."""
        async with self._database.connection() as conn:
            await store.discard_copy(conn, query, fetched_at)
        await self._shared.drop(query)
        self._cache.drop(cache_key(query))

    async def _stored(
        self,
        query: JournalQuery[Answer],
        copy: EncryptedCopy,
        lease: Lease | None,
        changes: Sequence[ChangeEvent],
        replaces: UUID | None,
    ) -> bool:
        if not changes:
            async with self._database.connection() as conn:
                return await _write(conn, query, copy, lease, replaces)
        async with self._database.transaction() as conn:
            stored = await _write(conn, query, copy, lease, replaces)
            if stored:
                await self.events.record(conn, query, changes, copy.fetched_at)
        return stored

    async def _read(self, query: JournalQuery[Answer], cached: UUID | None) -> EncryptedCopy | None:
        async with self._database.connection() as conn:
            return await store.read_copy(conn, query, cached)

    def _decrypted(self, query: JournalQuery[Answer], encrypted: bytes) -> bytes | None:
        try:
            return self._keyring.decrypt(encrypted, row_name(query))
        except CannotDecrypt as problem:
            system = query.student.system_id
            self._telemetry.record_unreadable_copy(system, problem.why)
            _log.warning("a copy can't be opened: system=%s why=%s", system, problem.why)
            return None


def decode(answer_type: type[Answer], body: bytes) -> Answer | None:
    """A journal's JSON as a struct; None if it is of a contract that this release can't read."""
    try:
        return msgspec.json.decode(body, type=answer_type)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


async def erase_old(database: Database, today: date, days: int) -> int:
    """Erase copies last good more than so many days ago, and dead leases; how many copies were erased."""
    before = today - timedelta(days=days)
    erased = 0
    while True:
        async with database.connection() as conn:
            count = await store.erase_old(conn, before, _ERASED_AT_ONCE)
            erased += count
            if count == 0:
                await store.delete_dead_leases(conn)
                return erased


async def _write(
    conn: AsyncConnection,
    query: JournalQuery[Answer],
    copy: EncryptedCopy,
    lease: Lease | None,
    replaces: UUID | None,
) -> bool:
    if replaces is None:
        return await store.save_copy(conn, query, copy, lease)
    return await store.replace_copy(conn, query, copy, lease, replaces)
