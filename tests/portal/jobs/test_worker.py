"""The worker over a real queue, with tasks that only record their runs."""

import asyncio
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from pgqueuer.core.sm import SchedulerManager

from myedu.kit.clock import FixedClock
from myedu.kit.db import Database
from myedu.portal.jobs import service
from myedu.portal.jobs.worker import Pace, Worker
from myedu.portal.tasks import Due, JobRun, NightlyTask, RetryLater, Task
from tests.portal.jobs.toy import IMPATIENT, PACE, Ask, ToyTask, enqueue, until, working

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
COUNT = "SELECT count(*) FROM jobs.pgqueuer"
STATES = "SELECT status::text, attempts FROM jobs.pgqueuer ORDER BY id"
ROOT = Path(__file__).resolve().parents[3]


def worker_of(database: Database, url: str, *tasks: Task, clock: FixedClock | None = None) -> Worker:
    return Worker(database, url, clock or FixedClock(NOW), tasks, PACE)


async def test_a_job_on_demand_runs_with_what_it_was_given(database: Database, url: str, ask: Ask) -> None:
    task = ToyTask("a")
    async with working(worker_of(database, url, task)):
        assert await enqueue(database, "a", b'{"n": 1}')
        await until(lambda: task.runs, [JobRun("a", b'{"n": 1}', 1)])
        await until(lambda: ask(COUNT), [0])


async def test_a_job_is_queued_with_the_rest_of_its_transaction_or_not_at_all(
    database: Database, ask: Ask
) -> None:
    async def fail_after_enqueuing() -> None:
        async with database.transaction() as conn:
            assert await service.enqueue(conn, "toy", Due("a", "key"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_after_enqueuing()
    assert ask(COUNT) == [0]


async def test_a_job_whose_time_has_come_runs_once(database: Database, url: str, ask: Ask) -> None:
    task, clock = ToyTask("a", "b"), FixedClock(NOW)
    task.times = {"a": NOW + timedelta(hours=1), "b": NOW + timedelta(days=1)}
    async with working(worker_of(database, url, task, clock=clock)):
        await asyncio.sleep(0.5)
        assert task.runs == []
        clock.advance(timedelta(hours=1))
        await until(lambda: task.runs, [JobRun("a", b"scheduled", 1)])
        await asyncio.sleep(0.5)
    assert len(task.runs) == 1
    assert ask(COUNT) == [0]


async def test_jobs_of_an_interval_become_due_again(database: Database, url: str, ask: Ask) -> None:
    task, clock = ToyTask("a", interval=timedelta(minutes=5)), FixedClock(NOW)
    task.times = {"a": NOW}
    async with working(worker_of(database, url, task, clock=clock)):
        for runs in (1, 2, 3):
            await until(lambda: len(task.runs), runs)
            await until(lambda: ask(COUNT), [0])  # while a job runs, the same isn't queued
            await asyncio.sleep(0.3)
            assert len(task.runs) == runs
            clock.advance(timedelta(minutes=5))


async def test_two_workers_run_a_due_job_once(database: Database, url: str, ask: Ask) -> None:
    runs: list[JobRun] = []

    async def record(job: JobRun) -> None:
        runs.append(job)
        await asyncio.sleep(0.5)

    tasks = [ToyTask("a", action=record) for _ in range(2)]
    for task in tasks:
        task.times = {"a": NOW}
    first, second = (worker_of(database, url, task) for task in tasks)
    async with working(first), working(second):
        await until(lambda: len(runs), 1)
        await until(lambda: ask(COUNT), [0])
    assert len(runs) == 1


async def test_subjects_that_appear_later_are_served_too(database: Database, url: str) -> None:
    task = ToyTask()
    async with working(worker_of(database, url, task)):
        await enqueue(database, "new")
        await asyncio.sleep(0.3)
        assert task.runs == []
        task.subjects_now = ["new"]
        await until(lambda: [run.subject for run in task.runs], ["new"])


async def test_a_nightly_task_runs_at_its_time_in_one_of_the_workers(
    database: Database, url: str, ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    runs = []

    async def sweep() -> str:
        runs.append(1)
        return "swept 3 shelves"

    nightly = NightlyTask(name="toy/sweep", run=sweep)
    planned = "SELECT expression FROM jobs.pgqueuer_schedules WHERE entrypoint = 'toy/sweep'"
    async with working(worker_of(database, url, nightly)):
        await until(lambda: ask(planned), ["30 22 * * *"])
        assert runs == []
    ask("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute' RETURNING id")
    with caplog.at_level("INFO", logger="myedu.portal.jobs.worker"):
        async with working(worker_of(database, url, nightly)), working(worker_of(database, url, nightly)):
            await until(lambda: len(runs), 1)
            await asyncio.sleep(0.5)
    assert len(runs) == 1
    assert "toy/sweep: swept 3 shelves" in caplog.messages
    assert ask(f"{planned} AND next_run > now()") == ["30 22 * * *"]


async def test_a_nightly_task_that_fails_runs_again_the_next_night_and_stops_no_other(
    database: Database, url: str, ask: Ask
) -> None:
    runs: Counter[str] = Counter()

    async def fail() -> str:
        runs["fail"] += 1
        raise ZeroDivisionError

    async def succeed() -> str:
        runs["succeed"] += 1
        return "done"

    nightly = (NightlyTask(name="toy/fail", run=fail), NightlyTask(name="toy/succeed", run=succeed))
    for night in range(3):
        async with working(worker_of(database, url, *nightly)):
            await until(lambda: ask("SELECT count(*) FROM jobs.pgqueuer_schedules"), [3])
            await until(lambda: dict(runs), {"fail": night, "succeed": night} if night else {})
        ask("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute' RETURNING id")


async def test_the_worker_deletes_the_queues_old_log_each_night(
    database: Database, url: str, ask: Ask
) -> None:
    old = NOW - timedelta(days=7, minutes=1)
    for at, job_id in ((old, 1), (NOW - timedelta(days=6), 2)):
        ask(
            "INSERT INTO jobs.pgqueuer_log (created, job_id, status, priority, entrypoint)"
            " VALUES (%s, %s, 'successful', 0, 'toy/a') RETURNING id",
            at,
            job_id,
        )
    async with working(worker_of(database, url)):
        await until(lambda: ask("SELECT entrypoint FROM jobs.pgqueuer_schedules"), ["jobs/sweep-log"])
    ask("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute' RETURNING id")
    async with working(worker_of(database, url)):
        await until(lambda: ask("SELECT job_id FROM jobs.pgqueuer_log"), [2])


async def test_a_job_is_tried_again_after_its_delay(database: Database, url: str, ask: Ask) -> None:
    async def busy_twice(job: JobRun) -> None:
        if job.attempt < 3:
            raise RetryLater(timedelta(hours=1) if job.attempt == 1 else timedelta(0), "busy")

    task = ToyTask("a", action=busy_twice)
    async with working(worker_of(database, url, task)):
        await enqueue(database, "a", b"x")
        await until(lambda: ask(STATES), [("queued", 1)])
        waits = "SELECT execute_after - now() BETWEEN '50 minutes' AND '1 hour' FROM jobs.pgqueuer"
        assert ask(waits) == [True]
        assert len(task.runs) == 1
        ask("UPDATE jobs.pgqueuer SET execute_after = now() RETURNING id")
        await until(lambda: ask(COUNT), [0])
    assert task.runs == [JobRun("a", b"x", attempt) for attempt in (1, 2, 3)]


@pytest.mark.parametrize("keeps_failed", [True, False])
async def test_a_job_that_fails_for_good_is_kept_if_its_task_says_so(
    database: Database, url: str, ask: Ask, keeps_failed: bool
) -> None:
    async def fail_first(job: JobRun) -> None:
        if job.payload == b"first":
            raise ZeroDivisionError

    task = ToyTask("a", action=fail_first, keeps_failed=keeps_failed)
    async with working(worker_of(database, url, task)):
        await enqueue(database, "a", b"first")
        await until(lambda: ask(STATES), [("failed", 0)] if keeps_failed else [])
        await enqueue(database, "a", b"second")  # a failed job doesn't hold up the next one
        await until(lambda: [run.payload for run in task.runs], [b"first", b"second"])
        await until(lambda: ask(COUNT), [int(keeps_failed)])
    log = "SELECT traceback ->> 'exception_type' FROM jobs.pgqueuer_log WHERE traceback IS NOT NULL"
    assert ask(log) == ["ZeroDivisionError"]


async def test_jobs_of_a_subject_run_one_at_a_time_and_subjects_together(
    database: Database, url: str, ask: Ask
) -> None:
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def count(job: JobRun) -> None:
        running[job.subject] += 1
        most[job.subject] = max(most[job.subject], running[job.subject])
        most["all"] = max(most["all"], running.total())
        await asyncio.sleep(0.5)
        running[job.subject] -= 1

    tasks = [ToyTask("a", "b", action=count) for _ in range(2)]
    for subject in ("a", "b"):
        for payload in (b"1", b"2", b"3"):
            await enqueue(database, subject, payload)
    first, second = (worker_of(database, url, task) for task in tasks)
    async with working(first), working(second):
        await until(lambda: ask(COUNT), [0])
    assert most == {"a": 1, "b": 1, "all": 2}
    assert sorted((run.subject, run.payload) for task in tasks for run in task.runs) == [
        (subject, payload) for subject in ("a", "b") for payload in (b"1", b"2", b"3")
    ]


async def test_a_stopped_worker_finishes_its_job(database: Database, url: str, ask: Ask) -> None:
    finished = []

    async def slow(job: JobRun) -> None:
        await asyncio.sleep(1)
        finished.append(job)

    task = ToyTask("a", action=slow)
    async with working(worker_of(database, url, task)):
        await enqueue(database, "a")
        await until(lambda: len(task.runs), 1)
    assert len(finished) == 1
    assert ask(COUNT) == [0]


def start_doomed(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "tests.portal.jobs.toy", url], cwd=ROOT)


async def test_a_stopped_worker_finishes_its_nightly_task(database: Database, url: str, ask: Ask) -> None:
    runs = []

    async def slow() -> str:
        runs.append("began")
        await asyncio.sleep(3)  # longer than the queue's own end takes
        runs.append("ended")
        return "done"

    nightly = NightlyTask(name="toy/slow", run=slow)
    async with working(worker_of(database, url, nightly)):
        await until(lambda: ask("SELECT count(*) FROM jobs.pgqueuer_schedules"), [2])
    ask("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute' RETURNING id")
    async with working(worker_of(database, url, nightly)):
        await until(lambda: runs, ["began"])
    assert runs == ["began", "ended"]
    assert set(ask("SELECT status::text FROM jobs.pgqueuer_schedules")) == {"queued"}


async def test_another_worker_takes_over_the_job_of_a_killed_one(
    database: Database, url: str, ask: Ask
) -> None:
    await enqueue(database, "a", b"x")
    doomed = start_doomed(url)
    try:
        await until(lambda: ask(STATES), [("picked", 0)])
    finally:
        doomed.kill()
        doomed.wait()
    task = ToyTask("a")
    async with working(Worker(database, url, FixedClock(NOW), [task], IMPATIENT)):
        await until(lambda: [run.payload for run in task.runs], [b"x"])
        await until(lambda: ask(COUNT), [0])


async def test_a_live_job_is_not_taken_over(database: Database, url: str, ask: Ask) -> None:
    async def slow(_: JobRun) -> None:
        await asyncio.sleep(7)  # longer than twice the heartbeat

    tasks = [ToyTask("a", action=slow) for _ in range(2)]
    # Heartbeats may be two seconds late here: the queue's connection listens for a second at a time.
    pace = Pace(heartbeat=timedelta(seconds=3), tick=timedelta(milliseconds=100))
    first, second = (Worker(database, url, FixedClock(NOW), [task], pace) for task in tasks)
    async with working(first), working(second):
        await enqueue(database, "a")
        await until(lambda: sum(len(task.runs) for task in tasks), 1)
        await until(lambda: ask(COUNT), [0])
    assert sum(len(task.runs) for task in tasks) == 1


async def test_a_task_that_cannot_say_what_is_due_stops_no_other(
    database: Database, url: str, ask: Ask
) -> None:
    class Broken(ToyTask):
        is_broken = True

        async def due(self, conn: psycopg.AsyncConnection, now: datetime) -> list[Due]:
            if self.is_broken:
                await conn.execute("SELECT 1/0")
            return list(await super().due(conn, now))

    broken, sound = Broken("a", name="broken"), ToyTask("b")
    broken.times, sound.times = {"a": NOW}, {"b": NOW}
    async with working(worker_of(database, url, broken, sound)):
        await until(lambda: len(sound.runs), 1)
        await until(lambda: ask(COUNT), [0])
        sound.times = {"b": NOW}
        await until(lambda: len(sound.runs), 2)
        broken.is_broken = False
        await until(lambda: [run.subject for run in broken.runs], ["a"])


async def test_a_worker_outlives_a_lost_connection(database: Database, url: str, ask: Ask) -> None:
    task = ToyTask("a")
    sessions = (
        "FROM pg_stat_activity WHERE application_name = 'myedu-worker' AND datname = current_database()"
    )
    async with working(worker_of(database, url, task)):
        await until(lambda: ask(f"SELECT count(*) {sessions}"), [1])
        assert ask(f"SELECT pg_terminate_backend(pid) {sessions}") == [True]
        await enqueue(database, "a")
        await until(lambda: len(task.runs), 1)


async def test_a_worker_ends_if_its_scheduler_fails(
    database: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: SchedulerManager) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(SchedulerManager, "run", fail)
    with pytest.raises(ZeroDivisionError):
        await asyncio.wait_for(worker_of(database, url, ToyTask("a")).run(asyncio.Event()), timeout=20)
