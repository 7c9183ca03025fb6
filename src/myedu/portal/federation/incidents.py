"""What a journal must never do: it is written into the audit, for whoever has to answer for the data."""

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.federation.models import Question
from myedu.portal.people.models import Viewer

REPORTED = frozenset({"wrong-student"})
"""Reasons of answers that held another person's data. They were thrown away unseen."""


async def report(
    database: Database, clock: Clock, question: Question, viewer: Viewer | None, reason: str
) -> None:
    """A line of the audit for a reason of REPORTED; nothing for any other.

    It names who was asked about and who asked (None: the portal itself), not whose data came instead.
    """
    if reason not in REPORTED:
        return
    student = question.student
    async with database.transaction() as conn:
        await audit.record(
            conn,
            at=clock.now(),
            action=f"journal.{reason}",
            actor_account=viewer.account_id if viewer else None,
            actor_relation=student.relation,
            region=student.region,
            system_id=student.system_id,
            person_id=student.person_id,
            detail={"method": question.method},
        )
