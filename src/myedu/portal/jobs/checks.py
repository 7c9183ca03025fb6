"""What `myedu doctor` looks at of the worker: whether one runs, and what failed for good."""

from collections import Counter
from collections.abc import Sequence

from myedu.kit.db import fetch_value
from myedu.kit.terminal import tr
from myedu.portal.checks import Finding, failed, ok, warning
from myedu.portal.context import CommandContext
from myedu.portal.jobs import service


async def check_worker(context: CommandContext) -> Sequence[Finding]:
    """A worker is connected, and no job waits for an operator."""
    about = tr("worker")
    async with context.database.connection() as conn:
        workers = await fetch_value(conn, service.QUERIES.workers, None)
        states = Counter(job.state for job in await service.jobs(conn, context.clock.now()))
    findings = []
    if not workers:
        findings.append(failed(about, tr("none is connected: start `myedu portal work`")))
    if states["failed"]:
        sentence = tr("jobs that failed for good: {count}; see `myedu jobs list`", count=states["failed"])
        findings.append(warning(about, sentence))
    if states["stuck"]:
        sentence = tr("jobs whose worker gives no sign of life: {count}", count=states["stuck"])
        findings.append(warning(about, sentence))
    return findings or [ok(about, tr("is connected; jobs under way: {count}", count=states["running"]))]


CHECKS = (check_worker,)
