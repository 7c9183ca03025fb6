"""Conformance reports: asked for on a page, made by a worker, kept, and published when the region agrees."""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all, fetch_one, fetch_value
from myedu.kit.settings import Settings
from myedu.kit.sql import load_queries
from myedu.portal.audit import service as audit
from myedu.portal.jobs import service as jobs
from myedu.portal.operators.judge import Judged, NotJudged, OnProgress, Progress, judge
from myedu.portal.operators.models import (
    ConformanceFacts,
    ConformanceOf,
    ConformanceRun,
    PublishedReport,
    ReportFiles,
)
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.tasks import Due, JobRun

QUERIES = load_queries(__package__, "conformance.sql")

TASK = "conformance"
KEPT_RUNS = 10
_LOST_AFTER = timedelta(hours=1)  # three times what a run may take
_PROGRESS_SECONDS = 1.0

_log = logging.getLogger(__name__)


async def ask_for_report(conn: AsyncConnection, system: System, account: UUID | None, now: datetime) -> bool:
    """Queue a run of the judge, in the caller's transaction; False if one of the system is under way."""
    about = {"system_id": system.id, "region": system.region, "now": now, "account": account}
    await execute(conn, QUERIES.give_up_lost, {**about, "before": now - _LOST_AFTER})
    run_id: int | None = await fetch_value(conn, QUERIES.ask, about)
    if run_id is None:
        return False
    payload = str(run_id).encode()
    await jobs.enqueue(conn, TASK, Due(system.id, f"{system.id} {run_id}", payload))
    await _note(conn, "conformance.ask", system.region, system.id, account, now)
    return True


async def facts_of(conn: AsyncConnection, system_id: str) -> ConformanceFacts:
    """A system's runs, the newest first, and since when its newest report is published."""
    about = {"system_id": system_id}
    runs = await fetch_all(conn, QUERIES.runs, about, ConformanceRun)
    published: datetime | None = await fetch_value(conn, QUERIES.published_at, about)
    return ConformanceFacts(runs, published)


async def report_files(conn: AsyncConnection, system_id: str, run_id: int) -> ReportFiles | None:
    """The report of one run; None if there is none."""
    return await fetch_one(conn, QUERIES.report, {"system_id": system_id, "id": run_id}, ReportFiles)


async def published_report(conn: AsyncConnection, system_id: str) -> PublishedReport | None:
    """The newest report of a system, if the region has agreed that everyone may read it."""
    return await fetch_one(conn, QUERIES.published_report, {"system_id": system_id}, PublishedReport)


async def conformance_of(conn: AsyncConnection, region: str | None = None) -> list[ConformanceOf]:
    """The newest report of each system, and since when it is published; of a region, or of all."""
    return await fetch_all(conn, QUERIES.of_region, {"region": region}, ConformanceOf)


async def set_published(
    conn: AsyncConnection,
    system_id: str,
    *,
    published: bool,
    account: UUID | None,
    now: datetime,
    relation: str = "operator",
) -> bool:
    """Publish a system's newest report and later ones, because its region agrees, or withdraw it.

    In the caller's transaction, with a line of the audit by `relation`; False if it is so already, or there
    is no report.
    """
    query = QUERIES.publish if published else QUERIES.withdraw
    about = {"system_id": system_id, "now": now, "account": account}
    region: str | None = await fetch_value(conn, query, about)
    if region is None:
        return False
    action = "conformance.publish" if published else "conformance.withdraw"
    await _note(conn, action, region, system_id, account, now, relation)
    return True


class ConformanceTask:
    """Runs the judge, one of a system at a time (tasks.QueuedTask)."""

    name = TASK
    keeps_failed = False  # the run says why; the operator asks again
    interval: timedelta | None = None

    def __init__(self, database: Database, clock: Clock, settings: Settings) -> None:
        self._database, self._clock, self._settings = database, clock, settings

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """Every registered system."""
        return [system.id for system in await people.systems(conn)]

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """Nothing by itself: operators ask for reports."""
        return []

    async def run(self, job: JobRun) -> None:
        """One run. A worker that takes over a dead one's job begins anew."""
        run_id = int(job.payload)
        async with self._database.transaction() as conn:
            system = await people.system(conn, job.subject)
            begun = await fetch_value(conn, QUERIES.begin, {"id": run_id})
        if system is None or begun is None:
            return
        try:
            judged = await judge(self._settings, system, self._progress(run_id))
        except NotJudged as failure:
            await self._failed(run_id, system, failure.code, failure.sentence)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            _log.error("the judge of %s failed", system.id, exc_info=error)
            await self._failed(run_id, system, "broken", f"the portal failed ({type(error).__name__})")
        else:
            await self._judged(run_id, system, judged)

    def _progress(self, run_id: int) -> OnProgress:
        written = 0.0

        async def keep(progress: Progress) -> None:
            nonlocal written
            now = time.monotonic()
            if now - written < _PROGRESS_SECONDS and progress.done < progress.rules:
                return
            written = now
            async with self._database.connection() as conn:
                about = {"id": run_id, "done": progress.done, "rules": progress.rules}
                await execute(conn, QUERIES.keep_progress, about)

        return keep

    async def _judged(self, run_id: int, system: System, judged: Judged) -> None:
        row = msgspec.structs.asdict(judged)
        row |= {"id": run_id, "now": self._clock.now()}
        row["counts"] = msgspec.json.encode(judged.counts).decode()
        async with self._database.transaction() as conn:
            await execute(conn, QUERIES.judged, row)
            await execute(conn, QUERIES.drop_surplus, {"system_id": system.id, "most": KEPT_RUNS})

    async def _failed(self, run_id: int, system: System, code: str, sentence: str) -> None:
        row = {"id": run_id, "now": self._clock.now(), "code": code, "sentence": sentence}
        async with self._database.transaction() as conn:
            await execute(conn, QUERIES.failed, row)
            await execute(conn, QUERIES.drop_surplus, {"system_id": system.id, "most": KEPT_RUNS})


async def _note(
    conn: AsyncConnection,
    action: str,
    region: str,
    system_id: str,
    account: UUID | None,
    now: datetime,
    relation: str = "operator",
) -> None:
    await audit.record(
        conn,
        at=now,
        action=action,
        actor_account=account,
        actor_relation=relation,
        region=region,
        system_id=system_id,
    )
