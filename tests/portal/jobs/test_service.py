"""Queuing, reading and retrying jobs, without a worker."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from myedu.kit.db import Database
from myedu.portal.jobs import service
from tests.portal.jobs.toy import Ask, enqueue

STATES = "SELECT convert_from(payload, 'UTF8'), status::text, attempts FROM jobs.pgqueuer ORDER BY id"


def fail(ask: Ask, payload: str, *, attempts: int = 0) -> int:
    """Mark a waiting job as failed for good, as the worker does; its id."""
    (job_id,) = ask(
        "UPDATE jobs.pgqueuer SET status = 'failed', attempts = %s, queue_manager_id = NULL"
        " WHERE status = 'queued' AND payload = %s RETURNING id",
        attempts,
        payload.encode(),
    )
    return int(job_id)


async def retry(database: Database, job_id: int) -> str:
    async with database.transaction() as conn:
        return await service.retry_job(conn, job_id)


async def retry_failed(database: Database, subject: str) -> int:
    async with database.transaction() as conn:
        return await service.retry_failed(conn, task="toy", subject=subject)


async def test_the_same_work_is_queued_once(database: Database) -> None:
    assert await enqueue(database, "a", b"x")
    assert not await enqueue(database, "a", b"x")
    assert await enqueue(database, "a", b"y")
    assert await enqueue(database, "b", b"x")


async def test_a_failed_job_is_queued_again_from_its_first_attempt(database: Database, ask: Ask) -> None:
    await enqueue(database, "a", b"x")
    job_id = fail(ask, "x", attempts=5)
    assert await retry(database, job_id) == "queued"
    assert ask(STATES) == [("x", "queued", 0)]
    assert await retry(database, job_id) == "not-failed"
    assert await retry(database, job_id + 1) == "not-failed"


async def test_a_failed_job_stays_while_the_same_work_is_queued(database: Database, ask: Ask) -> None:
    await enqueue(database, "a", b"x")
    job_id = fail(ask, "x")
    await enqueue(database, "a", b"x")  # the next night's
    assert await retry(database, job_id) == "already-queued"
    assert await retry_failed(database, "a") == 0
    assert ask(STATES) == [("x", "failed", 0), ("x", "queued", 0)]


async def test_older_failures_of_the_same_work_are_deleted(database: Database, ask: Ask) -> None:
    for _ in range(3):
        await enqueue(database, "a", b"x")
        newest = fail(ask, "x")
    await enqueue(database, "a", b"y")
    fail(ask, "y")
    await enqueue(database, "b", b"z")
    fail(ask, "z")
    assert await retry_failed(database, "a") == 2
    assert ask(STATES) == [("x", "queued", 0), ("y", "queued", 0), ("z", "failed", 0)]
    assert newest in ask("SELECT id FROM jobs.pgqueuer")


async def test_any_of_several_failures_can_be_retried_by_its_id(database: Database, ask: Ask) -> None:
    ids = []
    for _ in range(2):
        await enqueue(database, "a", b"x")
        ids.append(fail(ask, "x"))
    assert await retry(database, ids[0]) == "queued"
    assert ask("SELECT id FROM jobs.pgqueuer") == [ids[0]]


async def test_jobs_are_listed_with_failed_ones_first(database: Database, ask: Ask) -> None:
    now = datetime.now(UTC)
    for payload in ("waits", "runs", "hangs", "fails"):
        await enqueue(database, "a/b", payload.encode())
    fail(ask, "fails")
    for payload, age in (("runs", 30), ("hangs", 90)):
        ask(
            "UPDATE jobs.pgqueuer SET status = 'picked', heartbeat = %s WHERE payload = %s RETURNING id",
            now - timedelta(seconds=age),
            payload.encode(),
        )
    async with database.connection() as conn:
        lines = await service.jobs(conn, now)
        depth = await service.depth(conn)
    assert [line.state for line in lines] == ["failed", "running", "stuck", "waiting"]
    assert {(line.task, line.subject) for line in lines} == {("toy", "a/b")}
    assert sorted((one.task, one.state, one.jobs) for one in depth) == [
        ("toy", "failed", 1),
        ("toy", "picked", 2),
        ("toy", "queued", 1),
    ]
    assert all(one.since <= datetime.now(UTC) for one in depth)


@pytest.mark.parametrize(
    ("payload", "text"), [(b"", ""), ("{«»}".encode(), "{«»}"), (b"\x00\xff", "\x00\\xff")]
)
async def test_a_job_is_shown_with_any_payload(
    database: Database, ask: Ask, payload: bytes, text: str
) -> None:
    await enqueue(database, "a", payload, key="x")
    (job_id,) = ask("SELECT id FROM jobs.pgqueuer")
    async with database.connection() as conn:
        detail = await service.job(conn, job_id, datetime.now(UTC))
        assert await service.job(conn, job_id + 1, datetime.now(UTC)) is None
    assert detail is not None
    assert detail.payload == text
    assert [event.status for event in detail.events] == ["queued"]


async def test_other_rooms_read_the_current_job_of_each_subject(database: Database, ask: Ask) -> None:
    for subject, payload in (("a", b"1"), ("a", b"2"), ("b", b"3")):
        await enqueue(database, subject, payload)
    fail(ask, "2")
    current = "SELECT task, subject, status, attempts FROM jobs.current ORDER BY subject"
    assert ask(current) == [("toy", "a", "failed", 0), ("toy", "b", "queued", 0)]
    ask("UPDATE jobs.pgqueuer SET status = 'picked' WHERE payload = %s RETURNING id", b"1")
    assert ask(current) == [("toy", "a", "picked", 0), ("toy", "b", "queued", 0)]


async def test_a_running_job_bars_its_key_in_the_database(database: Database, url: str, ask: Ask) -> None:
    await enqueue(database, "a", b"x")
    fail(ask, "x")
    await enqueue(database, "a", b"x")
    with psycopg.connect(url, autocommit=True) as conn, pytest.raises(psycopg.errors.UniqueViolation):
        conn.execute("UPDATE jobs.pgqueuer SET status = 'queued'")
