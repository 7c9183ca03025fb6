"""What the worker's metrics page says of jobs: the worker as it is started, with a room of toy tasks."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from myedu.esia.signing import make_rsa_keys
from myedu.kit.db import Database
from myedu.kit.settings import Settings
from myedu.portal.context import WorkerContext
from myedu.portal.jobs.room import ROOM as JOBS
from myedu.portal.jobs.settings import WorkerSettings
from myedu.portal.room import Room
from myedu.portal.settings import DatabaseSettings
from myedu.portal.tasks import JobRun, NightlyTask, RetryLater, Task
from myedu.portal.worker import opened_worker, worker_settings
from tests.portal.conftest import COPY_KEY, free_port
from tests.portal.jobs.toy import Ask, ToyTask, enqueue, until, until_async, working

Samples = dict[str, float]


async def act(job: JobRun) -> None:
    """Do what the job's payload says."""
    if job.payload == b"fail":
        raise ZeroDivisionError
    if job.payload == b"retry":
        raise RetryLater(timedelta(hours=1), "busy")


async def succeed() -> str:
    return "done"


async def fail() -> str:
    raise ZeroDivisionError


@asynccontextmanager
async def _tasks(_: WorkerContext) -> AsyncIterator[Sequence[Task]]:
    # An interval this short makes the worker look for jobs each second.
    toy = ToyTask("a", "b", action=act, keeps_failed=True, interval=timedelta(seconds=1))
    yield [toy, NightlyTask(name="toy/good", run=succeed), NightlyTask(name="toy/bad", run=fail)]


ROOMS = (JOBS, Room(name="toy", tasks=_tasks))


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    return Settings.of_values(
        (DatabaseSettings, *worker_settings(ROOMS)),
        {
            "database_url": url,
            "journal_key": make_rsa_keys(tmp_path, "portal").key,
            "worker_metrics_port": free_port(),
            "copy_keys": (COPY_KEY,),
        },
    )


class MetricsPage:
    """The worker's metrics page."""

    def __init__(self, session: aiohttp.ClientSession, settings: Settings) -> None:
        self._session = session
        self._url = f"http://127.0.0.1:{settings.of(WorkerSettings).worker_metrics_port}/metrics"

    async def samples(self, name: str) -> Samples:
        """Values of the series of this name, by their labels as they are written there."""
        async with self._session.get(self._url) as answer:
            text = await answer.text()
        found = re.findall(rf"^{name}({{.*}}) (\S+)$", text, re.MULTILINE)
        return {labels: float(value) for labels, value in found}


@pytest.fixture
async def page(settings: Settings) -> AsyncIterator[MetricsPage]:
    async with aiohttp.ClientSession() as session:
        yield MetricsPage(session, settings)


async def test_jobs_are_counted(database: Database, settings: Settings, page: MetricsPage) -> None:
    for subject, payload in (("a", b""), ("a", b"fail"), ("b", b"retry"), ("unknown", b"")):
        await enqueue(database, subject, payload)
    async with opened_worker(settings, ROOMS) as worker, working(worker):

        async def waiting_and_failed() -> Samples:
            depth = await page.samples("myedu_jobs_in_queue")
            depth.pop('{state="picked",task="toy"}', None)  # there only if the worker looked at that moment
            return depth

        await until_async(
            waiting_and_failed, {'{state="failed",task="toy"}': 1, '{state="queued",task="toy"}': 2}
        )
        assert await page.samples("myedu_jobs_total") == {
            '{result="done",task="toy"}': 1,
            '{result="failed",task="toy"}': 1,
            '{result="retried",task="toy"}': 1,
        }
        assert await page.samples("myedu_job_seconds_count") == {'{task="toy"}': 3}


async def test_a_state_that_empties_goes_to_zero(
    database: Database, ask: Ask, settings: Settings, page: MetricsPage
) -> None:
    await enqueue(database, "unknown")
    async with opened_worker(settings, ROOMS) as worker, working(worker):
        await until_async(lambda: page.samples("myedu_jobs_in_queue"), {'{state="queued",task="toy"}': 1})
        ask("DELETE FROM jobs.pgqueuer RETURNING id")
        await until_async(lambda: page.samples("myedu_jobs_in_queue"), {'{state="queued",task="toy"}': 0})


async def test_nightly_runs_are_counted(
    database: Database, ask: Ask, settings: Settings, page: MetricsPage
) -> None:
    async with opened_worker(settings, ROOMS) as worker, working(worker):
        await until(lambda: ask("SELECT count(*) FROM jobs.pgqueuer_schedules"), [3])
    ask("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute' RETURNING id")
    async with opened_worker(settings, ROOMS) as worker, working(worker):
        await until_async(
            lambda: page.samples("myedu_nightly_runs_total"),
            {
                '{result="done",task="jobs/sweep-log"}': 1,
                '{result="done",task="toy/good"}': 1,
                '{result="failed",task="toy/bad"}': 1,
            },
        )
