"""Jobs over a real queue: schedules by the region's clock, retries, one of a system at a time, the killed."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec
import psycopg
import pytest

from myedu.connector.sdk.client import JournalClient
from myedu.kit.clock import FixedClock
from myedu.kit.encryption import new_key
from myedu.kit.private_files import write_private
from myedu.portal.exports import queue, schedules, store, system_commands
from myedu.portal.exports.models import LoadContext, Report
from myedu.portal.exports.receive import uploads
from myedu.portal.exports.receive.verify import read_manifest
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.tasks import ImportTask, delay_after, nightly_tasks
from myedu.portal.jobs import service as jobs
from myedu.portal.jobs.queue import queue_on
from myedu.portal.jobs.worker import Pace, Worker
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from tests.portal.exports.conftest import SYSTEM, Offering
from tests.portal.exports.packages import a_school, id_of, put
from tests.portal.exports.pushing import key_pair
from tests.portal.exports.taking import Ask, command_context
from tests.portal.jobs.toy import IMPATIENT, PACE, working
from tests.portal.silent_esia import silent_esia

ONE, TWO = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def no_jobs(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DELETE FROM jobs.pgqueuer")


async def until(ask: Ask, statement: str, wanted: list[Any]) -> None:
    """Wait until the statement gives these rows; fails with what it gives after 20 seconds."""
    for _ in range(200):
        if (found := ask(statement)) == wanted:
            return
        await asyncio.sleep(0.1)
    assert found == wanted


async def ask_for(context: LoadContext, job: queue.ImportJob, system_id: str = "r25-a") -> bool:
    async with context.database.transaction() as conn:
        return await queue.enqueue(conn, system_id, job)


def worker_of(context: LoadContext, url: str, client: JournalClient, pace: Pace = PACE) -> Worker:
    tasks = [ImportTask(context, lambda address: client), *nightly_tasks(context)]
    return Worker(context.database, url, context.clock, tasks, pace)


async def test_the_queues_tables_are_what_the_installed_release_wants(context: LoadContext) -> None:
    async with context.database.connection() as conn:
        plan = await queue_on(conn).plan_upgrade()
    assert plan.statements == ()


@pytest.mark.parametrize(
    ("now", "zone", "at"),
    [
        ("2026-11-23T12:00+00:00", "Asia/Kamchatka", "2026-11-23T14:30+00:00"),  # 24 November there
        ("2026-11-23T14:30+00:00", "Asia/Kamchatka", "2026-11-24T14:30+00:00"),  # now is not after now
        ("2026-11-23T12:00+00:00", "Europe/Kaliningrad", "2026-11-24T00:30+00:00"),
        ("2026-12-31T23:00+00:00", "Europe/Moscow", "2026-12-31T23:30+00:00"),
    ],
)
def test_the_time_is_the_regions(now: str, zone: str, at: str) -> None:
    found = schedules.next_time(datetime.fromisoformat(now), time(2, 30), ZoneInfo(zone))
    assert found == datetime.fromisoformat(at)


async def test_a_system_whose_time_has_come_is_queued_once(
    context: LoadContext, clock: FixedClock, ask: Ask
) -> None:
    zone = ZoneInfo("Asia/Vladivostok")
    async with context.database.transaction() as conn:
        first = await schedules.schedule(conn, "r25-a", time(23), zone, clock.now())
    assert first == datetime(2026, 11, 23, 13, tzinfo=UTC)
    clock.set(first - timedelta(seconds=1))
    assert await due(context) == []
    clock.set(first)
    assert await asyncio.gather(due(context), due(context)) in ([["r25-a"], []], [[], ["r25-a"]])
    assert await due(context) == []
    assert ask("SELECT next_at FROM exports.schedules") == [first + timedelta(days=1)]
    assert ask("SELECT entrypoint, status::text FROM jobs.pgqueuer") == [("exports/r25-a", "queued")]


async def due(context: LoadContext) -> list[str]:
    async with context.database.transaction() as conn:
        found = [
            queue.due(one, queue.ImportJob(way="pull"))
            for one in await schedules.due(conn, context.clock.now())
        ]
        return [one.subject for one in found if await jobs.enqueue(conn, queue.TASK, one)]


async def test_a_paused_system_is_left_alone(context: LoadContext, clock: FixedClock) -> None:
    async with context.database.transaction() as conn:
        await schedules.schedule(conn, "r25-a", time(23), ZoneInfo("Asia/Vladivostok"), clock.now())
        await conn.execute("UPDATE people.systems SET paused_at = now()")
    clock.advance(timedelta(days=1))
    assert await due(context) == []


async def test_a_scheduled_system_is_pulled_and_noted(
    context: LoadContext, url: str, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    folder = put(exports, clock, a_school(3))
    async with context.database.transaction() as conn:
        await schedules.schedule(conn, "r25-a", time(23), ZoneInfo("Asia/Vladivostok"), clock.now())
    clock.advance(timedelta(days=1))
    async with working(worker_of(context, url, client)):
        await until(ask, "SELECT way, ended_at IS NULL, code FROM exports.runs", [("pull", False, None)])
    assert ask("SELECT export_id, state FROM exports.packages") == [(id_of(folder), "applied")]
    line = ("export.pull", "system", "25", "r25-a", folder.name)
    lines = ask(
        "SELECT action, actor_relation, region, system_id, detail->>'export_id' FROM audit.lines"
        " WHERE action = 'export.pull' AND detail->>'export_id' = %s",
        folder.name,
    )
    assert lines == [line]
    assert ask("SELECT count(*) FROM jobs.pgqueuer") == [0]


async def test_a_cut_pull_is_tried_again_and_goes_on_by_range(
    context: LoadContext,
    url: str,
    client: JournalClient,
    exports: Path,
    clock: FixedClock,
    ask: Ask,
    offering: Offering,
) -> None:
    folder = put(exports, clock, a_school(300))
    offering.cut = "persons.csv.gz"
    await ask_for(context, queue.ImportJob(way="pull"))
    async with working(worker_of(context, url, client)):
        await until(ask, "SELECT code FROM exports.runs", ["cut"])
        await until(ask, "SELECT status::text, attempts FROM jobs.pgqueuer", [("queued", 1)])
        assert ask("SELECT execute_after > now() + interval '40 seconds' FROM jobs.pgqueuer") == [True]
        part = context.spool / "r25-a" / folder.name / "persons.csv.gz.part"
        have = part.stat().st_size
        ask("UPDATE jobs.pgqueuer SET execute_after = now() RETURNING id")
        await until(ask, "SELECT state FROM exports.packages", ["applied"])
    assert offering.ranges == [f"bytes={have}-"]
    assert ask("SELECT count(*) FROM people.persons") == [600]


async def test_what_another_try_cannot_help_is_told_and_not_tried(
    context: LoadContext, url: str, client: JournalClient, ask: Ask
) -> None:
    await ask_for(context, queue.ImportJob(way="pull"))  # the journal offers no package
    async with working(worker_of(context, url, client)):
        await until(ask, "SELECT code FROM exports.runs", ["not-found"])
        await until(ask, "SELECT count(*) FROM jobs.pgqueuer", [0])


@pytest.mark.parametrize("way", ["pull", "push"])
async def test_a_package_over_which_the_portal_fails_does_not_look_worked_on_for_ever(
    context: LoadContext,
    url: str,
    client: JournalClient,
    exports: Path,
    clock: FixedClock,
    ask: Ask,
    monkeypatch: pytest.MonkeyPatch,
    way: queue.Way,
) -> None:
    folder = put(exports, clock, a_school(2))
    pushed = id_of(folder) if way == "push" else None
    if pushed:
        shutil.copytree(folder, context.spool / "r25-a" / folder.name)

    async def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    await ask_for(context, queue.ImportJob(way=way, export_id=pushed))
    ask("UPDATE jobs.pgqueuer SET attempts = 5 RETURNING id")  # the night before its last try
    with monkeypatch.context() as patched:
        patched.setattr("myedu.portal.exports.pipeline.stage_files", fail)
        async with working(worker_of(context, url, client)):
            await until(ask, "SELECT state, code FROM exports.packages", [("refused", "failed")])
            await until(ask, "SELECT status::text FROM jobs.pgqueuer", ["failed"])
    (reason,) = ask("SELECT reason FROM exports.packages")
    assert "ZeroDivisionError" in reason
    assert "ask the operator" in reason
    assert "myedu portal retry r25-a" in reason
    await system_commands.retry(command_context(context), "r25-a")
    async with working(worker_of(context, url, client)):
        await until(ask, "SELECT state, code FROM exports.packages", [("applied", None)])


async def test_a_pull_gives_up_no_package_that_was_pushed(
    context: LoadContext, write: Callable[..., Path], ask: Ask
) -> None:
    folders = [write(a_school(1)), write(a_school(2))]
    async with context.database.transaction() as conn:
        for folder in folders:
            await store.receive(conn, "r25-a", read_manifest(folder), context.clock.now())
        await uploads.begin(conn, context.spool, SYSTEM, read_manifest(folders[0]), context.clock.now())
        await store.give_up(conn, "r25-a", None, code="failed", reason="why")
    assert dict(ask("SELECT export_id, state FROM exports.packages")) == {
        id_of(folders[0]): "received", id_of(folders[1]): "refused",
    }  # fmt: skip


async def test_waits_grow_within_a_night() -> None:
    waits = [delay_after(attempt) for attempt in range(1, 6)]
    assert waits == sorted(waits)
    assert timedelta(hours=1) < sum(waits, timedelta()) < timedelta(hours=6)
    assert delay_after(1000) == waits[-1]


async def test_the_same_work_is_queued_once_and_other_work_beside_it(context: LoadContext) -> None:
    first, other = (queue.ImportJob(way="agree", export_id=export_id) for export_id in (ONE, TWO))
    assert [await ask_for(context, task) for task in (first, first, other)] == [True, False, True]


async def test_a_systems_jobs_wait_for_each_other_and_other_systems_do_not(
    context: LoadContext, url: str, clock: FixedClock, client: JournalClient, ask: Ask
) -> None:
    async with context.database.transaction() as conn:
        await register_system(conn, _another(SYSTEM, "r14-b", "14"))
    for system_id in ("r25-a", "r14-b"):
        for export_id in (ONE, TWO):
            await ask_for(context, queue.ImportJob(way="push", export_id=export_id), system_id)
    task = Counting(context, lambda address: client)
    async with working(Worker(context.database, url, context.clock, [task], PACE)):
        await until(ask, "SELECT count(*) FROM jobs.pgqueuer", [0])
    assert task.most == {"r25-a": 1, "r14-b": 1}
    assert task.most_together == 2


class Counting(ImportTask):
    """Imports nothing and only counts how many run at a time."""

    def __init__(self, *things: Any) -> None:
        super().__init__(*things)
        self.now: dict[str, int] = {}
        self.most: dict[str, int] = {}
        self.most_together = 0

    async def _import(self, context: LoadContext, system_id: str, job: queue.ImportJob) -> Report:
        self.now[system_id] = self.now.get(system_id, 0) + 1
        self.most[system_id] = max(self.most.get(system_id, 0), self.now[system_id])
        self.most_together = max(self.most_together, sum(self.now.values()))
        await asyncio.sleep(0.5)
        self.now[system_id] -= 1
        assert job.export_id is not None
        return Report(system_id=system_id, export_id=job.export_id, state="unchanged")


def _another(system: System, id: str, region: str) -> System:
    return msgspec.structs.replace(system, id=id, region=region)


async def test_a_killed_workers_job_is_seen_and_done_by_another(
    context: LoadContext,
    url: str,
    client: JournalClient,
    exports: Path,
    clock: FixedClock,
    ask: Ask,
    tmp_path: Path,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:  # a journal that never answers
        async with context.database.transaction() as conn:
            base_url = f"http://127.0.0.1:{mute.getsockname()[1]}"
            await conn.execute("UPDATE people.systems SET base_url = %s", [base_url])
        await ask_for(context, queue.ImportJob(way="pull"))
        doomed = _start_worker(url, tmp_path)
        try:
            await until(ask, "SELECT way FROM exports.runs", ["pull"])
        finally:
            doomed.send_signal(signal.SIGKILL)
            doomed.wait()
    async with context.database.connection() as conn:
        line = await package_queries.system(conn, "r25-a")
    assert line is not None
    assert (line.job_status, line.way, line.ended_at) == ("picked", "pull", None)
    put(exports, clock, a_school(2))
    async with working(worker_of(context, url, client, IMPATIENT)):
        await until(ask, "SELECT state FROM exports.packages", ["applied"])
        await until(ask, "SELECT count(*) FROM jobs.pgqueuer", [0])


def _start_worker(url: str, folder: Path) -> subprocess.Popen[bytes]:
    key = folder / "portal.pem"
    write_private(key, key_pair()[0].encode())
    settings = {
        "MYEDU_DATABASE_URL": url,
        "MYEDU_JOURNAL_KEY": str(key),
        "MYEDU_SPOOL": str(folder / "spool"),
        "MYEDU_ALLOW_PRIVATE_JOURNALS": "true",
        "MYEDU_COPY_KEYS": new_key(),
        "MYEDU_CHANGES_SECONDS": "0",  # its jobs would stay for a worker that reads no feeds
        **silent_esia(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "myedu.portal", "work"],
        env={**os.environ, **settings},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


async def test_once_a_night_a_worker_erases_what_is_past_its_term(
    context: LoadContext, url: str, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    put(exports, clock, a_school(2))
    async with working(worker_of(context, url, client)):
        await ask_for(context, queue.ImportJob(way="pull"))
        await until(ask, "SELECT state FROM exports.packages", ["applied"])
        # The worker has put its plan on the queue; the night is moved here, to now.
        plan = "SELECT expression FROM jobs.pgqueuer_schedules WHERE entrypoint = 'exports/expire'"
        await until(ask, plan, ["30 22 * * *"])
    moment = clock.now() - timedelta(days=366)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("UPDATE people.persons SET archived_at = %s WHERE id = 'p1'", [moment])
        conn.execute("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute'")
    left = context.spool / "r25-a" / str(uuid4())
    left.mkdir(parents=True)
    os.utime(left, (moment.timestamp(),) * 2)
    async with working(worker_of(context, url, client)):
        await until(ask, "SELECT count(*) FROM people.persons WHERE id = 'p1'", [0])
        await until(lambda _: [left.exists()], "whether files of long ago are in the spool", [False])
    assert ask("SELECT count(*) FROM audit.lines WHERE action = 'export.expire'") != [0]


async def test_the_program_erases_copies_past_their_term_at_night(url: str, ask: Ask, tmp_path: Path) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DELETE FROM federation.copies")  # of tests before this one
        conn.execute(
            "INSERT INTO federation.copies SELECT '25', 'r25-a', 'p' || age,"
            " 'diary', '2026-11-23', '2026-11-29', '', NULL, now() - age * interval '1 day'"
            " FROM unnest(ARRAY[0, 399, 402]) age"
        )
    planned = "SELECT count(*) FROM jobs.pgqueuer_schedules WHERE entrypoint = 'federation/erase-old'"
    for moved_to_now in (False, True):
        worker = _start_worker(url, tmp_path)
        try:
            await until(ask, planned, [1])
            if moved_to_now:
                await until(ask, "SELECT student_id FROM federation.copies ORDER BY 1", ["p0", "p399"])
        finally:
            worker.terminate()
            worker.wait()
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("UPDATE jobs.pgqueuer_schedules SET next_run = now() - interval '1 minute'")


async def test_a_worker_outlives_a_lost_connection(
    context: LoadContext, url: str, client: JournalClient, exports: Path, clock: FixedClock, ask: Ask
) -> None:
    put(exports, clock, a_school(2))
    # Other tests run workers on the same server.
    sessions = (
        "FROM pg_stat_activity WHERE application_name = 'myedu-worker' AND datname = current_database()"
    )
    async with working(worker_of(context, url, client)):
        await until(ask, f"SELECT count(*) {sessions}", [1])
        assert ask(f"SELECT pg_terminate_backend(pid) {sessions}") == [True]
        await ask_for(context, queue.ImportJob(way="pull"))
        await until(ask, "SELECT state FROM exports.packages", ["applied"])
