"""Every night a region's readiness is counted and kept, for the trend."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from myedu.portal.context import WorkerContext
from myedu.portal.pilot import service
from myedu.portal.tasks import NightlyTask, Task


@asynccontextmanager
async def tasks(context: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    """The room's tasks."""

    async def count() -> str:
        regions = await service.count_day(context.database, context.clock.now())
        return f"readiness counted: {regions} regions"

    yield [NightlyTask(name="pilot/count", run=count)]
