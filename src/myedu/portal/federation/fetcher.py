"""Fetching: a query goes to a journal, its answer becomes the next copy, its failure a reason."""

import asyncio
import hashlib
import logging
from datetime import timedelta
from typing import Generic

import msgspec

from myedu.connector.sdk.client import JournalError, JournalSilent, Pupil, Reply
from myedu.contract.act import Act
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.federation.audited_failures import audit_failure
from myedu.portal.federation.bulkhead import CallNotPermitted
from myedu.portal.federation.caches import Caches
from myedu.portal.federation.change_events import ChangeEvent, change_events
from myedu.portal.federation.journal import Journal, Requester
from myedu.portal.federation.leases import Lease
from myedu.portal.federation.models import (
    SLOW,
    Answer,
    Copy,
    Fresh,
    JournalQuery,
    ReadLimits,
    RefreshTarget,
    Unavailable,
)
from myedu.portal.people.models import StaffGroup, Student, Viewer

FETCH_MARGIN = 1.0
"""Seconds in which a fetch that used its time may still save its answer or record the failure."""

_log = logging.getLogger(__name__)


class FetchRequest(msgspec.Struct, Generic[Answer], frozen=True):
    """What is to be fetched, and what is there already.

    `viewer`: for whom; None: the portal refreshes a copy by itself, and saves nothing if that copy is gone.
    `copy`: the last good copy. `decoded`: the same with its value; None if this release can't read it.
    """

    query: JournalQuery[Answer]
    viewer: Viewer | None
    copy: Copy | None
    decoded: Fresh[Answer] | None


class Fetcher:
    """Calls journals and saves their answers. Never raises for what a journal does."""

    def __init__(self, database: Database, caches: Caches, clock: Clock, limits: ReadLimits) -> None:
        self._database, self._clock = database, clock
        self._copies, self._single_flight = caches.copies, caches.single_flight
        self._seconds = limits.flight_seconds
        self._events_for = timedelta(days=limits.event_days)

    async def fetch(self, journal: Journal, request: FetchRequest[Answer]) -> Fresh[Answer] | Unavailable:
        """The journal's answer, saved: fetched by this process, or by another that was asked the same.

        Goes on when its caller no longer waits for it.
        """
        query, copy = request.query, request.copy

        async def read_copy() -> Fresh[Answer] | None:
            stored = await self._copies.find_stored(query)
            return None if stored is None else self._copies.decode(query, stored)

        try:
            async with asyncio.timeout(self._seconds + FETCH_MARGIN):  # another process's may hang
                return await self._single_flight.run(
                    query,
                    copy.fetched_at if copy is not None else None,
                    lambda lease: self._fetch(journal, request, lease),
                    read_copy,
                )
        except TimeoutError:
            return Unavailable(SLOW, self._clock.now())

    def unavailable(self, error: JournalError) -> Unavailable:
        """A failure as an outcome."""
        wait = error.retry_after if isinstance(error, JournalSilent | CallNotPermitted) else None
        return Unavailable(error.reason, self._clock.now(), wait)

    async def _fetch(
        self, journal: Journal, request: FetchRequest[Answer], lease: Lease
    ) -> Fresh[Answer] | Unavailable:
        query, viewer = request.query, request.viewer
        requester = requester_for(query.student, viewer, self._seconds)
        etag = request.copy.etag if request.copy is not None and request.decoded is not None else None
        try:
            reply = await journal.read(query, requester, etag)
        except JournalError as error:
            await audit_failure(self._database, self._clock, query, viewer, error.reason)
            return self._failed(query, error)
        if reply.value is None:
            return await self._confirm(request, lease)
        return await self._save(request, reply, reply.value, lease)

    async def _save(
        self, request: FetchRequest[Answer], reply: Reply[Answer], value: Answer, lease: Lease
    ) -> Fresh[Answer]:
        answer = Fresh(value, reply.body, self._clock.now())
        copy = request.copy
        await self._copies.save(
            request.query,
            answer,
            reply.etag,
            lease=lease,
            changes=self._changes(request.decoded, answer),
            replaces=copy.version if request.viewer is None and copy is not None else None,
        )
        return answer

    async def _confirm(self, request: FetchRequest[Answer], lease: Lease) -> Fresh[Answer] | Unavailable:
        now, copy, decoded = self._clock.now(), request.copy, request.decoded
        if copy is None or decoded is None:  # 304 to a request without If-None-Match
            return Unavailable("wrong-shape", now)
        answer = Fresh(decoded.value, decoded.body, now)
        for_family = request.viewer is not None
        await self._copies.confirm(request.query, copy, answer, lease=lease, for_family=for_family)
        return answer

    def _changes(self, before: Fresh[Answer] | None, now: Fresh[Answer]) -> list[ChangeEvent]:
        """None for a first answer, nor for one after a copy as old as events are kept."""
        if before is None or before.body == now.body:
            return []
        if now.fetched_at - before.fetched_at > self._events_for:
            return []
        return change_events(before.value, now.value)

    def _failed(self, query: JournalQuery[Answer], error: JournalError) -> Unavailable:
        # A call that wasn't permitted is no failure; the pause of a journal is logged once, when it begins.
        if not isinstance(error, CallNotPermitted):
            system, method = query.student.system_id, query.method
            _log.warning("journal failed: system=%s method=%s reason=%s", system, method, error.reason)
        return self.unavailable(error)


def requester_for(student: Student | RefreshTarget, viewer: Viewer | None, seconds: float) -> Requester:
    """For whom a journal is asked, within so many seconds from now; no viewer: for the portal itself."""
    purpose = "diary" if viewer else "refresh"
    act = Act(relation=student.relation, purpose=purpose, student_id=student.person_id)
    pseudonym = _pseudonym(student.system_id, viewer)
    deadline = asyncio.get_running_loop().time() + seconds
    return Requester(act, pseudonym, Pupil(student.esia_oid, student.time_zone), deadline)


def teachers_requester(post: StaffGroup, viewer: Viewer, seconds: float) -> Requester:
    """The same for a teacher who asks about their own lessons."""
    act = Act(relation="teacher", purpose="diary")
    deadline = asyncio.get_running_loop().time() + seconds
    return Requester(act, _pseudonym(post.system_id, viewer), Pupil(None, post.time_zone), deadline)


def _pseudonym(system_id: str, viewer: Viewer | None) -> str:
    """The same for this person and system, of no use with another system's."""
    identity = viewer.account_id if viewer else "the portal"
    return hashlib.sha256(f"{system_id} {identity}".encode()).hexdigest()[:32]
