"""`myedu doctor`: each thing that can be wrong is a line that says what to do; it changes nothing."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec
import psycopg
import pytest
from starlette.applications import Starlette

from myedu.connector.adapters.netschool.sample import sample_roster, write_sample
from myedu.connector.adapters.netschool.source import RecordedSource
from myedu.connector.adapters.netschool.system import NetSchoolSystem
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.clock import FixedClock, SystemClock
from myedu.kit.db import Database
from myedu.kit.encryption import Keyring, new_key, read_keys
from myedu.kit.serve import serving
from myedu.kit.settings import Settings
from myedu.portal.checks import Finding
from myedu.portal.context import CommandContext
from myedu.portal.doctor import _log_of_database
from myedu.portal.exports.checks import check_packages, check_spool
from myedu.portal.exports.settings import ExportSettings
from myedu.portal.federation.checks import check_copies, check_journals
from myedu.portal.identity.checks import check_esia, check_esia_keys
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.jobs.checks import check_worker
from myedu.portal.people.models import System
from myedu.portal.people.service import register_system
from myedu.portal.settings import EncryptionSettings, JournalAccessSettings
from tests.conftest import as_owner
from tests.portal.conftest import COPY_KEY, Keys
from tests.portal.exports.pushing import key_pair

KEYS = key_pair()
KINDS = (IdentitySettings, JournalAccessSettings, EncryptionSettings, ExportSettings)


@pytest.fixture(scope="module")
def url(fresh_database: Callable[..., str]) -> str:
    return fresh_database("myedu.portal")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await Database.open(url, max_size=3)
    async with opened.transaction() as conn:
        await conn.execute("DELETE FROM exports.packages")
        await conn.execute("DELETE FROM exports.runs")
        await conn.execute("DELETE FROM people.systems")
    yield opened
    await opened.close()


@pytest.fixture
def context(database: Database, portal_keys: Keys, tmp_path: Path) -> CommandContext:
    key = tmp_path / "journals.pem"
    key.touch(mode=0o600)
    key.write_text(KEYS[0])
    values = {
        "esia_url": "http://127.0.0.1:9",
        "esia_client_id": "MYEDU",
        "esia_key": portal_keys.portal.key,
        "esia_certificate": portal_keys.portal.certificate,
        "esia_token_keys": (portal_keys.esia.certificate,),
        "journal_key": str(key),
        "allow_private_journals": True,
        "copy_keys": (COPY_KEY,),
        "spool": tmp_path / "spool",
    }
    settings = Settings.of_values(KINDS, values)
    return CommandContext(settings=settings, clock=SystemClock(), database=database, erasers=())


async def register(database: Database, base_url: str, **more: object) -> System:
    system = System(
        id="r25-a", region="25", name="Журнал Приморья", base_url=base_url, client_id="portal",
        registered_at=datetime(2026, 9, 1, tzinfo=UTC),
    )  # fmt: skip
    async with database.transaction() as conn:
        await register_system(conn, system)
        if more:
            await conn.execute("UPDATE people.systems SET paused_at = %s", [more["paused_at"]])
    return system


def states(findings: list[Finding] | tuple[Finding, ...]) -> dict[str, str]:
    return {finding.about: finding.state for finding in findings}


async def test_certificates_are_told_before_they_end(context: CommandContext) -> None:
    assert set(states(list(await check_esia_keys(context))).values()) == {"ok"}
    (ends,) = {
        finding.sentence.split(" ends on ")[1].split(",")[0]
        for finding in await check_esia_keys(context)
        if " ends on " in finding.sentence
    }
    last_day = datetime.fromisoformat(ends).replace(tzinfo=UTC)
    for at, expected in (
        (last_day - timedelta(days=20), "warning"),
        (last_day + timedelta(days=2), "failed"),
    ):
        later = msgspec.structs.replace(context, clock=FixedClock(at))
        found = states(list(await check_esia_keys(later)))
        assert (found["ESIA certificate"], found["ESIA's own key"]) == (expected, expected)


async def test_a_key_of_another_certificate_is_told(context: CommandContext, portal_keys: Keys) -> None:
    settings = context.settings.replace(esia_certificate=portal_keys.esia.certificate)
    found = await check_esia_keys(msgspec.structs.replace(context, settings=settings))
    assert states(list(found))["ESIA key"] == "failed"


async def test_esia_that_is_away_is_told(context: CommandContext) -> None:
    (found,) = await check_esia(context)
    assert (found.state, "can't be reached" in found.sentence) == ("failed", True)
    async with serving(Starlette()) as url:
        settings = context.settings.replace(esia_url=url)
        found = await check_esia(msgspec.structs.replace(context, settings=settings))
        assert states(list(found)) == {"ESIA": "ok", "clock": "ok"}
        late = FixedClock(SystemClock().now() + timedelta(minutes=3))
        found = await check_esia(msgspec.structs.replace(context, settings=settings, clock=late))
        assert states(list(found)) == {"ESIA": "ok", "clock": "warning"}
        assert "by 180 s" in found[1].sentence or "by 181 s" in found[1].sentence


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"", {"ESIA": "failed"}),
        (b"HTTP/1.0 200 OK\r\nDate: Thursday\r\n\r\n", {"ESIA": "ok"}),
        (b"HTTP/1.0 200 OK\r\nDate: \xff\r\n\r\n", {"ESIA": "ok"}),
        (b"nonsense", {"ESIA": "ok"}),
        (b"x" * 100_000, {"ESIA": "ok"}),
    ],
)
async def test_whatever_esia_answers_is_no_traceback(
    context: CommandContext, answer: bytes, expected: dict[str, str]
) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = context.settings.replace(esia_url=url)
        found = await check_esia(msgspec.structs.replace(context, settings=settings))
    assert states(list(found)) == expected


async def test_kept_answers_with_a_key_that_is_gone_are_told(
    context: CommandContext, database: Database
) -> None:
    first, older, gone = new_key(), new_key(), new_key()

    async def told(*keys: str) -> Finding:
        settings = context.settings.replace(copy_keys=keys)
        (found,) = await check_copies(msgspec.structs.replace(context, settings=settings))
        return found

    async with database.transaction() as conn:
        await conn.execute("DELETE FROM federation.copies")
    assert (await told(first)).state == "ok"
    for number, key in enumerate((older, gone)):
        body = Keyring(read_keys([key])).encrypt(b"{}", b"name")
        async with database.transaction() as conn:
            await conn.execute(
                "INSERT INTO federation.copies (region, system_id, student_id, method, first_day, last_day,"
                " body, fetched_at, asked_on) VALUES ('25', 's', %s, 'diary', '2026-11-23', '2026-11-29', %s,"
                " now(), now())",
                [f"pupil-{number}", body],
            )
    found = await told(first, older)
    assert (found.state, found.sentence.split()[0]) == ("warning", "1")
    found = await told(first, older, gone)
    assert (found.state, "2 kept answers have an older key" in found.sentence) == ("ok", True)


async def test_a_slot_that_nobody_reads_is_told(context: CommandContext, url: str) -> None:
    (found,) = await _log_of_database(context)
    assert found.state == "ok"
    with psycopg.connect(as_owner(url), autocommit=True) as conn:
        conn.execute("SELECT pg_create_physical_replication_slot('doctors_slot', true)")
        try:
            sentences = [one.sentence for one in await _log_of_database(context) if one.state == "warning"]
        finally:
            conn.execute("SELECT pg_drop_replication_slot('doctors_slot')")
    assert any("nobody reads the slot doctors_slot" in sentence for sentence in sentences)


async def test_every_journal_is_asked(context: CommandContext, database: Database, tmp_path: Path) -> None:
    (nobody,) = await check_journals(context)
    assert (nobody.about, nobody.state) == ("journals", "warning")
    await register(database, "http://127.0.0.1:1")
    (away,) = await check_journals(context)
    assert (away.about, away.state) == ("journal r25-a", "failed")
    assert "docs/operations/region-down.md" in away.sentence
    await register(database, "http://127.0.0.1:1", paused_at=datetime(2026, 11, 1, tzinfo=UTC))
    (paused,) = await check_journals(context)
    assert (paused.state, "2026-11-01" in paused.sentence) == ("warning", True)


@pytest.mark.parametrize(("seconds", "expected"), [(0, "ok"), (70, "warning"), (-300, "failed")])
async def test_a_journal_that_answers_is_named_and_its_clock_compared(
    context: CommandContext, database: Database, tmp_path: Path, seconds: int, expected: str
) -> None:
    write_sample(tmp_path / "sample")
    now = SystemClock().now()
    clock = FixedClock(now)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    app = connector_app(
        NetSchoolSystem(
            RecordedSource(tmp_path / "sample"),
            sample_roster("25", 2026),
            clock,
        ),
        base_url=f"http://127.0.0.1:{port}",
        clients=[RegisteredClient("portal", KEYS[1])],
        token_key=b"k" * 32,
        clock=FixedClock(now + timedelta(seconds=seconds)),
    )
    async with serving(app, port=port) as base_url:
        await register(database, base_url)
        (found,) = await check_journals(msgspec.structs.replace(context, clock=clock))
    assert found.state == expected, found
    assert ("clock" in found.sentence) == (seconds != 0)


async def test_a_worker_that_is_not_there_is_told(context: CommandContext, url: str) -> None:
    (found,) = await check_worker(context)
    assert (found.state, "myedu portal work" in found.sentence) == ("failed", True)
    with psycopg.connect(url, application_name="myedu-worker"):
        (found,) = await check_worker(context)
    assert found.state == "ok"


async def test_the_spool_must_be_writable(context: CommandContext, tmp_path: Path) -> None:
    (found,) = await check_spool(context)
    assert "GiB are free" in found.sentence
    assert not (tmp_path / "spool").exists()  # it changes nothing
    (tmp_path / "file").touch()
    settings = context.settings.replace(spool=tmp_path / "file" / "spool")
    (found,) = await check_spool(msgspec.structs.replace(context, settings=settings))
    assert (found.state, "can't be written" in found.sentence) == ("failed", True)


async def test_packages_that_nobody_looks_after_are_told(context: CommandContext, database: Database) -> None:
    system, now, export_id = await register(database, "http://127.0.0.1:1"), SystemClock().now(), uuid4()
    (found,) = await check_packages(context)
    assert (found.state, "no package was ever" in found.sentence) == ("warning", True)
    async with database.transaction() as conn:
        await conn.execute(
            "INSERT INTO exports.packages"
            " (system_id, region, export_id, mode, created_at, received_at, state, code, reason, tables)"
            " VALUES (%s, '25', %s, 'full', %s, %s, 'held', 'many-absent', 'much would go', '[]')",
            [system.id, export_id, now, now],
        )
    assert any(
        finding.state == "warning" and f"approve r25-a {export_id}" in finding.sentence
        for finding in await check_packages(context)
    )
    async with database.transaction() as conn:
        await conn.execute(
            "INSERT INTO exports.runs (system_id, way, began_at, ended_at, code, sentence)"
            " VALUES (%s, 'pull', %s, %s, 'timeout', 'it gave no answer in time')",
            [system.id, now, now],
        )
    failed = [finding for finding in await check_packages(context) if finding.state == "failed"]
    assert [finding.sentence for finding in failed] == [
        "it gave no answer in time (timeout); `myedu portal retry r25-a`"
    ]


def doctor(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYEDU_")}
    named = {f"MYEDU_{name.upper()}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "myedu.cli", "doctor", *words],
        env={**inherited, "LC_ALL": "C.UTF-8", **named},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_program_lists_all_that_is_missing_and_ends_with_1() -> None:
    done = doctor()
    assert (done.returncode, done.stderr) == (1, "failed: 9\n")
    assert "failed  " in done.stdout
    assert "MYEDU_DATABASE_URL is not set" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_database_without_its_schema_ends_the_examination(
    fresh_database: Callable[..., str], portal_keys: Keys
) -> None:
    done = doctor(
        "--json",
        database_url=fresh_database(), base_url="http://127.0.0.1:8000", esia_url="http://127.0.0.1:9",
        esia_client_id="MYEDU", esia_key=portal_keys.portal.key,
        esia_certificate=portal_keys.portal.certificate,
        esia_token_keys=portal_keys.esia.certificate, journal_key=portal_keys.portal.key, copy_keys=COPY_KEY,
    )  # fmt: skip
    found = {one["about"]: one for one in msgspec.json.decode(done.stdout)}
    assert found["settings"]["state"] == "ok"
    assert (found["database"]["state"], "myedu portal migrate" in found["database"]["sentence"]) == (
        "failed",
        True,
    )
    assert set(found) == {"settings", "database"}
    assert done.returncode == 1
