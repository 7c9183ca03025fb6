"""Failures of a journal that are written into the audit: those that concern another person's data."""

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.federation.models import Answer, JournalQuery
from myedu.portal.people.models import Viewer

AUDITED_REASONS = frozenset({"wrong-student"})
"""Reasons of answers that held another person's data. They were rejected and shown to no one."""


async def audit_failure(
    database: Database, clock: Clock, query: JournalQuery[Answer], viewer: Viewer | None, reason: str
) -> None:
    """Write a line into the audit for a reason of AUDITED_REASONS; do nothing for any other.

    The line names the pupil who was asked about and the viewer (None: the portal itself), not the person
    whose data came instead.
    """
    if reason not in AUDITED_REASONS:
        return
    student = query.student
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
            detail={"method": query.method},
        )
