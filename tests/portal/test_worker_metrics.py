"""What the worker's metrics page says beside its jobs: exports of every system, PostgreSQL, the disk."""

import re
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiohttp
import psycopg
import pytest

from myedu.esia.signing import make_rsa_keys
from myedu.kit.settings import Settings
from myedu.portal.exports.schedules import schedule
from myedu.portal.jobs.settings import WorkerSettings
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from myedu.portal.settings import DatabaseSettings
from myedu.portal.worker import opened_worker, worker_settings
from tests.conftest import as_owner
from tests.portal.conftest import COPY_KEY, free_port
from tests.portal.jobs.toy import until_async, working

APPLIED = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.fixture
async def url(fresh_database: Callable[..., str]) -> str:
    """Three systems: one is well, one failed and holds a package, one is paused."""
    url, now = fresh_database("myedu.portal"), datetime.now(UTC)
    async with await psycopg.AsyncConnection.connect(url) as conn:
        for name in ("s1", "s2", "s3"):
            base = {"base_url": "http://127.0.0.1:1", "client_id": "portal", "registered_at": now}
            await register_system(conn, System(id=name, region="14", name=name, **base))
            await schedule(conn, name, time_of_day(2, 30), ZoneInfo("Asia/Yakutsk"), now + timedelta(days=1))
        await conn.execute("UPDATE people.systems SET paused_at = now() WHERE id = 's3'")
        package = (
            "INSERT INTO exports.packages (system_id, region, export_id, mode, created_at, received_at,"
            " applied_at, state, code, reason) VALUES (%s, '14', %s, 'full', now(), now(), %s, %s, %s, %s)"
        )
        await conn.execute(package, ["s1", uuid4(), APPLIED, "applied", None, None])
        await conn.execute(package, ["s2", uuid4(), None, "held", "many-absent", "much would go"])
        await conn.execute(
            "INSERT INTO exports.runs (system_id, way, began_at, ended_at, code, sentence)"
            " VALUES ('s2', 'pull', now(), now(), 'timeout', 'no answer')"
        )
    return url


@pytest.fixture
def settings(url: str, tmp_path: Path) -> Settings:
    keys = make_rsa_keys(tmp_path, "portal")
    return Settings.of_values(
        (DatabaseSettings, *worker_settings()),
        {
            "database_url": url,
            "journal_key": keys.key,
            "base_url": "http://127.0.0.1:9",
            "esia_url": "http://127.0.0.1:9",
            "esia_client_id": "MYEDU",
            "esia_key": keys.key,
            "esia_certificate": keys.certificate,
            "esia_token_keys": (keys.certificate,),
            "worker_metrics_port": free_port(),
            "copy_keys": (COPY_KEY,),
            "spool": tmp_path / "spool",
            "sandbox": True,  # so that the worker looks each second
        },
    )


@pytest.fixture
async def samples(settings: Settings) -> AsyncIterator[Callable[[str], object]]:
    """Values of a metric by their labels."""
    page = f"http://127.0.0.1:{settings.of(WorkerSettings).worker_metrics_port}/metrics"
    async with aiohttp.ClientSession() as session, opened_worker(settings) as worker, working(worker):

        async def read(name: str) -> dict[str, float]:
            async with session.get(page) as answer:
                text = await answer.text()
            found = re.findall(rf"^{name}({{.*}})? (\S+)$", text, re.MULTILINE)
            return {labels: float(value) for labels, value in found}

        yield read


async def test_exports_are_told_by_system_and_paused_ones_are_left_out(samples, url: str) -> None:
    await until_async(
        lambda: samples("myedu_export_applied_timestamp_seconds"),
        {'{system="s1"}': APPLIED.timestamp(), '{system="s2"}': 0.0},
    )
    assert await samples("myedu_export_held") == {'{system="s1"}': 0, '{system="s2"}': 1}
    assert await samples("myedu_export_failing") == {'{code="timeout",system="s2"}': 1}
    assert (await samples("myedu_spool_free_bytes"))[""] > 0
    looked = (await samples("myedu_worker_looked_timestamp_seconds"))[""]
    assert abs(looked - time.time()) < 60
    with psycopg.connect(url) as conn:  # what is over is no series any more
        conn.execute("UPDATE exports.runs SET code = NULL, sentence = NULL")
    await until_async(lambda: samples("myedu_export_failing"), {})


async def test_a_job_that_nobody_takes_grows_old(samples, url: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute(
            "INSERT INTO jobs.pgqueuer (priority, entrypoint, status, created, updated, heartbeat,"
            " execute_after) VALUES (0, 'exports/unknown', 'queued', now() - interval '1 hour', now(), now(),"
            " now() - interval '1 hour'), (0, 'later/unknown', 'queued', now(), now(), now(),"
            " now() + interval '1 hour')"
        )

    async def oldest() -> set[tuple[str, bool]]:
        return {(labels, age > 3500) for labels, age in (await samples("myedu_jobs_oldest_seconds")).items()}

    await until_async(oldest, {('{task="exports"}', True), ('{task="later"}', False)})


async def test_a_slot_that_nobody_reads_is_told_with_what_it_keeps(samples, url: str) -> None:
    with psycopg.connect(as_owner(url), autocommit=True) as conn:
        name = f"slot_{uuid4().hex}"
        conn.execute("SELECT pg_create_physical_replication_slot(%s, true)", [name])
        try:
            key = f'{{slot="{name}"}}'

            async def told() -> bool:
                return key in await samples("myedu_database_slot_kept_bytes")

            await until_async(told, True)
            assert (await samples("myedu_database_slot_active"))[key] == 0
        finally:
            conn.execute("SELECT pg_drop_replication_slot(%s)", [name])

        async def gone() -> bool:
            return key not in await samples("myedu_database_slot_active")

        await until_async(gone, True)
    assert await samples("myedu_database_archive_failing") == {"": 0}
