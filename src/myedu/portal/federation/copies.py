"""The last good copies: sealed in PostgreSQL, opened in this process's cache, perhaps shared in Valkey.

PostgreSQL is the truth. The shared cache saves the trip for a copy of the last minutes, the process's cache
saves opening it. Neither is asked before the door has let the viewer see the child: nothing erased is shown.
"""

import logging
from collections.abc import Hashable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from psycopg import AsyncConnection

from myedu.contract.answers import Diary, Marks
from myedu.contract.windows import Window
from myedu.kit.db import Database
from myedu.portal.federation import store
from myedu.portal.federation.cache import Entry, OpenedCopies
from myedu.portal.federation.change_events import ChangeEvent
from myedu.portal.federation.events import Events
from myedu.portal.federation.leases import NoSharedCopies, SharedCopies, name_of
from myedu.portal.federation.models import Copy, Method, Question, SealedCopy
from myedu.portal.federation.sealing import CannotOpen, Keyring
from myedu.portal.federation.store import Lease, row_key
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.people.models import Student

_log = logging.getLogger(__name__)
_ANSWERS: dict[Method, Any] = {"diary": Diary, "marks": Marks}
_DECODERS = {method: msgspec.json.Decoder(answer) for method, answer in _ANSWERS.items()}
_ERASED_AT_ONCE = 2000  # rows of a transaction: some dozens of milliseconds, and short locks
MEBIBYTE = 1024 * 1024


class Copies:
    """What a program remembers of journals' answers."""

    def __init__(
        self,
        database: Database,
        keyring: Keyring,
        *,
        cache_bytes: int = 32 * MEBIBYTE,
        shared: SharedCopies | None = None,
        telemetry: JournalTelemetry | None = None,
    ) -> None:
        self._database, self._keyring = database, keyring
        self.events = Events(keyring)
        self._cache = OpenedCopies(cache_bytes)
        self._shared = shared or NoSharedCopies()
        self._telemetry = telemetry or JournalTelemetry.disabled()

    async def copy_of(self, question: Question) -> Copy | None:
        """The last good answer to this question; None when there is none that can be opened."""
        shared = await self._shared.copy_of(question)
        if shared is not None:
            return await self.opened(question, shared)
        return await self.kept_copy_of(question)

    async def kept_copy_of(self, question: Question) -> Copy | None:
        """The same from PostgreSQL, whatever the shared cache holds."""
        return await self.opened(question, await self._read(question, self._known(question)))

    async def copies_of(self, conn: AsyncConnection, student: Student) -> list[tuple[Question, Copy]]:
        """All last good diaries of a student, the newest first, each with what it answers."""
        found = []
        for row in await store.copies_of(conn, student):
            question = Question("diary", student, Window(first=row.first_day, last=row.last_day))
            body = self._body(question, row.body)
            if body is not None:
                found.append((question, Copy(body, row.etag, row.fetched_at, row.version)))
        return found

    async def opened(self, question: Question, sealed: SealedCopy | None) -> Copy | None:
        """The copy that a statement has brought, from the cache where its version is there."""
        if sealed is None:
            return None
        key = _cache_key(question)
        entry = self._cache.find(key, sealed.version)
        if entry is None and sealed.body is None:
            # Pushed out of the cache while the statement that named it as known was under way.
            sealed = await self._read(question, None)
        if entry is None:
            if sealed is None or sealed.body is None:
                return None
            body = self._body(question, sealed.body)
            if body is None:
                return None
            entry = Entry(sealed.version, body, old_key=not self._keyring.is_first(sealed.body))
            self._cache.keep(key, entry)
        return Copy(entry.body, sealed.etag, sealed.fetched_at, sealed.version)

    def value_of(self, question: Question, copy: Copy) -> Any | None:
        """The answer as a struct, decoded once; None for one of a contract that this release can't read."""
        key = _cache_key(question)
        entry = self._cache.find(key, copy.version)
        if entry is not None and entry.value is not None:
            return entry.value
        value = decode(question.method, copy.body)
        if entry is not None and value is not None:
            kept = Entry(copy.version, copy.body, value=value, old_key=entry.old_key)
            self._cache.keep(key, kept)
        return value

    async def keep(
        self,
        question: Question,
        body: bytes,
        etag: str | None,
        now: datetime,
        *,
        value: Any = None,
        flight: Lease | None = None,
        news: Sequence[ChangeEvent] = (),
        renews: UUID | None = None,
    ) -> None:
        """Put a good answer in the place of the one before, and land its flight: one trip if nothing is new.

        `news`: what it tells, noted with it or not at all. `renews`: only in the place of this version.
        """
        sealed = SealedCopy(uuid4(), etag, now, self._keyring.seal(body, name_of(question)))
        if not await self._stored(question, sealed, flight, news, renews):
            return
        await self._shared.keep(question, sealed)
        self._cache.keep(_cache_key(question), Entry(sealed.version, body, value=value))

    async def _stored(
        self,
        question: Question,
        sealed: SealedCopy,
        flight: Lease | None,
        news: Sequence[ChangeEvent],
        renews: UUID | None,
    ) -> bool:
        if not news:
            async with self._database.connection() as conn:
                return await store.keep_copy(conn, question, sealed, flight, renews)
        async with self._database.transaction() as conn:
            kept = await store.keep_copy(conn, question, sealed, flight, renews)
            if kept:
                await self.events.note(conn, question, news, sealed.fetched_at)
        return kept

    async def confirm(
        self,
        question: Question,
        copy: Copy,
        now: datetime,
        *,
        flight: Lease | None = None,
        asked: bool = True,
    ) -> None:
        """Nothing has changed since this copy: one trip that doesn't touch its body, and lands the flight.

        What an older key sealed is sealed anew: so keys are changed without a job over all rows.
        `asked`: by a family, not by the portal itself.
        """
        entry = self._cache.find(_cache_key(question), copy.version)
        if entry is not None and entry.old_key:
            renews = None if asked else copy.version
            await self.keep(
                question, copy.body, copy.etag, now, value=entry.value, flight=flight, renews=renews
            )
            return
        async with self._database.connection() as conn:
            await store.confirm_copy(conn, question, copy.version, now, flight, asked=asked)
        await self._shared.confirm(question, copy.version, now)

    def _known(self, question: Question) -> UUID | None:
        return self._cache.version(_cache_key(question))

    async def _read(self, question: Question, known: UUID | None) -> SealedCopy | None:
        async with self._database.connection() as conn:
            return await store.copy_of(conn, question, known)

    def _body(self, question: Question, sealed: bytes) -> bytes | None:
        try:
            return self._keyring.open(sealed, name_of(question))
        except CannotOpen as problem:
            system = question.student.system_id
            self._telemetry.copy_unreadable(system, problem.why)
            _log.warning("a copy can't be opened: system=%s why=%s", system, problem.why)
            return None


def decode(method: Method, body: bytes) -> Any | None:
    """The answer as a struct; None for one of a contract that this release can't read."""
    try:
        return _DECODERS[method].decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


async def erase_old(database: Database, today: date, days: int) -> int:
    """Erase copies whose last good answer is more than so many days old; how many. Dead flights go too."""
    before = today - timedelta(days=days)
    erased = 0
    while True:
        async with database.connection() as conn:
            some = await store.erase_old(conn, before, _ERASED_AT_ONCE)
            erased += some
            if some == 0:
                await store.sweep_flights(conn)
                return erased


def _cache_key(question: Question) -> Hashable:
    return tuple(row_key(question).values())
