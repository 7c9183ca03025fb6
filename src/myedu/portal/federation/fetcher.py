"""One flight: a question goes to a journal, its answer becomes the next copy, its failure a reason."""

import asyncio
import hashlib
import logging
from datetime import datetime, timedelta
from typing import Any

from myedu.connector.sdk.client import JournalError, JournalSilent, Pupil, Reply
from myedu.contract.act import Act
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.federation import incidents
from myedu.portal.federation.bulkhead import NotAsked
from myedu.portal.federation.change_events import ChangeEvent, change_events
from myedu.portal.federation.copies import Copies
from myedu.portal.federation.journal import Asker, Journal
from myedu.portal.federation.models import Copy, Fresh, Limits, Question, RefreshTarget, Unavailable
from myedu.portal.federation.store import Lease
from myedu.portal.people.models import Student, Viewer

_log = logging.getLogger(__name__)


class Fetcher:
    """Asks journals and keeps what they answer. Never raises for what a journal does."""

    def __init__(self, database: Database, copies: Copies, clock: Clock, limits: Limits) -> None:
        self._database, self._copies, self._clock = database, copies, clock
        self._flight_seconds = limits.flight_seconds
        self._news_for = timedelta(days=limits.event_days)

    async def fly(
        self,
        journal: Journal,
        question: Question,
        copy: Copy | None,
        known: Fresh[Any] | None,
        viewer: Viewer | None,
        flight: Lease,
    ) -> Fresh[Any] | Unavailable:
        """The answer, kept; `known` is the `copy` decoded. It may land with nobody left to catch it.

        Without a viewer the portal renews a copy by itself: where that copy is gone, nothing is kept.
        """
        asker = asker_of(question.student, viewer, self._flight_seconds)
        ask = getattr(journal, question.method)
        etag = copy.etag if copy is not None and known is not None else None
        try:
            reply = await ask(question.student.person_id, question.window, asker, etag)
        except JournalError as error:
            await incidents.report(self._database, self._clock, question, viewer, error.reason)
            return self._failed(question, error)
        if reply.value is None:
            return await self._confirmed(question, copy, known, viewer, flight)
        return await self._kept(question, copy, known, reply, viewer, flight)

    def refused(self, error: JournalError) -> Unavailable:
        """A failure as an outcome."""
        wait = error.retry_after if isinstance(error, JournalSilent | NotAsked) else None
        return Unavailable(error.reason, self._clock.now(), wait)

    async def _kept(
        self,
        question: Question,
        copy: Copy | None,
        known: Fresh[Any] | None,
        reply: Reply[Any],
        viewer: Viewer | None,
        flight: Lease,
    ) -> Fresh[Any]:
        now = self._clock.now()
        await self._copies.keep(
            question,
            reply.body,
            reply.etag,
            now,
            value=reply.value,
            flight=flight,
            news=self._news(known, reply, now),
            renews=copy.version if viewer is None and copy is not None else None,
        )
        return Fresh(reply.value, reply.body, now)

    async def _confirmed(
        self,
        question: Question,
        copy: Copy | None,
        known: Fresh[Any] | None,
        viewer: Viewer | None,
        flight: Lease,
    ) -> Fresh[Any] | Unavailable:
        now = self._clock.now()
        if copy is None or known is None:  # 304 to a question without If-None-Match
            return Unavailable("wrong-shape", now)
        await self._copies.confirm(question, copy, now, flight=flight, asked=viewer is not None)
        return Fresh(known.value, known.body, now)

    def _news(self, known: Fresh[Any] | None, reply: Reply[Any], now: datetime) -> list[ChangeEvent]:
        """Of a first answer nothing is new, and what an old copy lacks has been told and forgotten since."""
        if known is None or known.body == reply.body or now - known.fetched_at > self._news_for:
            return []
        return change_events(known.value, reply.value)

    def _failed(self, question: Question, error: JournalError) -> Unavailable:
        # Who wasn't asked didn't fail; that the journal is left alone was said once, when that began.
        if not isinstance(error, NotAsked):
            system, method = question.student.system_id, question.method
            _log.warning("journal failed: system=%s method=%s reason=%s", system, method, error.reason)
        return self.refused(error)


def asker_of(student: Student | RefreshTarget, viewer: Viewer | None, seconds: float) -> Asker:
    """For whom a journal is asked, within so many seconds from now; no viewer: for the portal itself."""
    purpose = "diary" if viewer else "refresh"
    act = Act(relation=student.relation, purpose=purpose, student_id=student.person_id)
    # The same for this person and system, of no use with another system's.
    who = viewer.account_id if viewer else "the portal"
    pseudonym = hashlib.sha256(f"{student.system_id} {who}".encode()).hexdigest()[:32]
    until = asyncio.get_running_loop().time() + seconds
    return Asker(act, pseudonym, Pupil(student.esia_oid, student.time_zone), until)
