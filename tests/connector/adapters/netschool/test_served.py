"""The adapter on a real socket, read as the portal reads every journal."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from myedu.connector.adapters.netschool.__main__ import main
from myedu.connector.adapters.netschool.app import NetSchoolSettings, netschool_app
from myedu.connector.adapters.netschool.live import LiveSource
from myedu.connector.adapters.netschool.roster import Roster
from myedu.connector.adapters.netschool.sample import write_sample
from myedu.connector.adapters.netschool.system import LONGEST_WINDOW, NetSchoolSystem
from myedu.connector.sdk.client import (
    JournalAddress,
    JournalClient,
    JournalError,
    JournalSilent,
    StudentUnknown,
)
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.contract.act import Act
from myedu.contract.tables import TABLES
from myedu.contract.windows import Window, week_of
from myedu.kit.clock import FixedClock
from myedu.kit.serve import serving

RECORDED = week_of(date(2022, 1, 24))
NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
WHO = {"act": Act(relation="guardian", purpose="diary"), "asker": "someone"}


@pytest.fixture(scope="session")
def private_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def public_pem(private_key: ec.EllipticCurvePrivateKey) -> str:
    return private_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


@pytest.fixture
def serve(
    private_key: ec.EllipticCurvePrivateKey, roster: Roster, public_pem: str, tmp_path: Path
) -> Callable[[Path], AbstractAsyncContextManager[JournalClient]]:
    """The adapter as its own program composes it, over a folder; and a client of it."""

    @asynccontextmanager
    async def served(folder: Path) -> AsyncIterator[JournalClient]:
        (tmp_path / "roster.json").write_bytes(msgspec.json.encode(roster))
        (tmp_path / "portal.pem").write_text(public_pem)
        port = free_port()
        settings = NetSchoolSettings(
            roster=tmp_path / "roster.json",
            public_url=f"http://127.0.0.1:{port}",
            clients=(f"portal={tmp_path / 'portal.pem'}",),
            folder=folder,
            replay=True,
            exports=tmp_path / "exports",
        )
        async with (
            serving(netschool_app(settings, FixedClock(NOW)), port=port) as url,
            a_client(url, private_key) as client,
        ):
            yield client

    return served


def free_port() -> int:
    """A token is bound to the base URL, so the adapter has to know its port before it listens."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@asynccontextmanager
async def a_client(url: str, key: ec.EllipticCurvePrivateKey) -> AsyncIterator[JournalClient]:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    async with aiohttp.ClientSession() as http:
        address = JournalAddress(system_id="netschool", base_url=url, client_id="portal")
        yield JournalClient(http, address, pem, clock=FixedClock(NOW))


async def test_the_recorded_week_arrives_whole(
    serve: Any, recordings: Path, recorded_lessons: list[dict[str, Any]]
) -> None:
    async with serve(recordings) as client:
        diary = (await client.diary("1", RECORDED, **WHO)).value
    of_the_week = [lesson for lesson in recorded_lessons if lesson["day"] >= "2022-01-24"]
    assert {entry.lesson.id for entry in diary.lessons} == {
        str(lesson["classmeetingId"]) for lesson in of_the_week
    }
    assert sum(len(entry.marks) for entry in diary.lessons) == 12
    assert diary.time_zone == "Asia/Vladivostok"
    assert diary.lessons[0].lesson.starts_at.isoformat() == "2022-01-24T10:25:00+10:00"


async def test_the_parts_agree_with_the_diary(serve: Any, recordings: Path) -> None:
    async with serve(recordings) as client:
        diary = (await client.diary("1", RECORDED, **WHO)).value
        lessons = (await client.schedule("1", RECORDED, **WHO)).value.lessons
        tasks = (await client.homework("1", RECORDED, **WHO)).value.homework
        marks = (await client.marks("1", RECORDED, **WHO)).value.marks
        absences = (await client.attendance("1", RECORDED, **WHO)).value.attendance
    assert lessons == tuple(entry.lesson for entry in diary.lessons)
    assert tasks == tuple(task for entry in diary.lessons for task in entry.homework)
    assert marks == tuple(mark for entry in diary.lessons for mark in entry.marks)
    assert absences == ()


async def test_an_unchanged_week_is_304(serve: Any, recordings: Path) -> None:
    async with serve(recordings) as client:
        first = await client.diary("1", RECORDED, **WHO)
        again = await client.diary("1", RECORDED, etag=first.etag, **WHO)
    assert first.value is not None
    assert (again.value, again.etag) == (None, first.etag)


async def test_a_week_of_another_year_is_replayed(serve: Any, recordings: Path) -> None:
    async with serve(recordings) as client:
        diary = (await client.diary("2", week_of(date(2026, 11, 18)), **WHO)).value
    assert len(diary.lessons) == 35
    assert diary.student_id == "2"


@pytest.mark.parametrize("student", ["3", "g1", "%2e%2e", "1 OR 1=1"])
async def test_an_unknown_student_is_404(serve: Any, tmp_path: Path, student: str) -> None:
    write_sample(tmp_path / "sample")
    async with serve(tmp_path / "sample") as client:
        with pytest.raises(JournalError) as caught:
            await client.diary(student, RECORDED, **WHO)
    if " " not in student:
        assert isinstance(caught.value, StudentUnknown)


async def test_a_window_longer_than_declared_is_refused(serve: Any, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample")
    async with serve(tmp_path / "sample") as client:
        capabilities = (await client.capabilities()).value
        assert capabilities.limits.window_days == LONGEST_WINDOW
        assert set(capabilities.capabilities) == {"diary", "attendance", "exports"}
        longest = Window(first=NOW.date(), last=NOW.date() + timedelta(days=LONGEST_WINDOW - 1))
        assert (await client.diary("1", longest, **WHO)).value.lessons
        longer = Window(first=longest.first, last=longest.last + timedelta(days=1))
        with pytest.raises(JournalError, match="window-too-long"):
            await client.diary("1", longer, **WHO)


async def test_the_export_is_served(serve: Any, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample")
    async with serve(tmp_path / "sample") as client:
        manifest = (await client.latest_export()).value
        rows = {file.table: file.rows for file in manifest.tables}
        persons = next(file for file in manifest.tables if file.table == "persons")
        await client.export_file(manifest.export_id, persons, tmp_path / persons.file)
    assert manifest.region == "25"
    assert list(rows) == list(TABLES)
    assert (rows["persons"], rows["guardianships"], rows["subjects"]) == (3, 2, 16)
    assert (tmp_path / persons.file).stat().st_size == persons.bytes


async def test_a_dead_journal_is_silent_not_broken(
    roster: Roster, public_pem: str, private_key: ec.EllipticCurvePrivateKey
) -> None:
    students = tuple(msgspec.structs.replace(student, login="kovaleva") for student in roster.students)
    source = LiveSource("http://127.0.0.1:9", {"kovaleva": "secret"})
    system = NetSchoolSystem(source, msgspec.structs.replace(roster, students=students), FixedClock(NOW))
    port = free_port()
    app = connector_app(
        system,
        base_url=f"http://127.0.0.1:{port}",
        clients=[RegisteredClient("portal", public_pem)],
        token_key=b"k" * 32,
        clock=FixedClock(NOW),
    )
    async with serving(app, port=port) as url, a_client(url, private_key) as client:
        with pytest.raises(JournalSilent) as caught:
            await client.diary("1", RECORDED, **WHO)
    await source.close()
    assert (caught.value.reason, caught.value.retry_after) == ("overloaded", 30)


def test_the_program_writes_a_sample_and_reports_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYEDU_NETSCHOOL_CLIENTS", "portal=nowhere.pem")
    assert main(["--sample", str(tmp_path), "--region", "14"]) == 0
    roster = ["--roster", str(tmp_path / "roster.json"), "--public-url", "http://a.example"]
    assert main(roster) == 2
    assert "MYEDU_NETSCHOOL_FOLDER or MYEDU_NETSCHOOL_JOURNAL_URL" in capsys.readouterr().err
    assert main([*roster, "--folder", str(tmp_path)]) == 2
    assert "public key of 'portal'" in capsys.readouterr().err
    assert main([*roster, "--folder", str(tmp_path / "empty")]) == 2
    assert "--sample" in capsys.readouterr().err
    assert main(["--folder", str(tmp_path)]) == 2
    assert "MYEDU_NETSCHOOL_ROSTER is not set" in capsys.readouterr().err
