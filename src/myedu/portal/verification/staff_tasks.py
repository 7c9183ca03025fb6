"""What the worker does about the staff: it matches all regions each night, and one with new packages."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from psycopg import AsyncConnection

from myedu.portal.context import WorkerContext
from myedu.portal.tasks import Due, JobRun, NightlyTask
from myedu.portal.verification import staff_matching


class MatchTask:
    """Matches a region after a package was applied or rolled back (tasks.QueuedTask)."""

    name = "staff"
    keeps_failed = False  # the next night does the same
    interval: timedelta | None = None

    def __init__(self, context: WorkerContext) -> None:
        self._context = context

    async def subjects(self, conn: AsyncConnection) -> Sequence[str]:
        """Every region with journal systems."""
        return await staff_matching.regions(conn)

    async def due(self, conn: AsyncConnection, now: datetime) -> Sequence[Due]:
        """Regions whose packages in force are others than at the last match, which has noted those it saw."""
        return [Due(subject=region, dedupe_key=region) for region in await staff_matching.due_regions(conn)]

    async def run(self, job: JobRun) -> None:
        """One region."""
        async with self._context.database.transaction() as conn:
            await staff_matching.match_region(conn, job.subject, self._context.clock.now())


def nightly_match(context: WorkerContext) -> NightlyTask:
    """A match of all regions: what ESIA says changes without any package."""

    async def match() -> str:
        result = await staff_matching.match_regions(context.database, context.clock.now())
        return (
            f"matched {result.posts} posts of staff: {result.changed} changed, {result.withdrawn} withdrawn"
        )

    return NightlyTask(name="verification/match-staff", run=match)
