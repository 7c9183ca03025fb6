"""`myedu connector serve`, `export` and `key` as a vendor types them."""

import logging
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from myedu.connector.__main__ import main
from myedu.connector.commands import serve
from myedu.connector.commands.serve import serve_app
from myedu.connector.commands.settings import ConnectorSettings
from myedu.connector.new.project import write_project
from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.contract.windows import week_of
from myedu.kit.clock import SystemClock
from myedu.kit.serve import serving
from myedu.kit.settings import SettingsError

HERE = {name: value for name, value in os.environ.items() if not name.startswith("MYEDU")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = write_project("selo", tmp_path)
    subprocess.run([sys.executable, "sample.py"], cwd=folder, check=True, capture_output=True)
    assert main(["key", str(folder / "keys" / "try")]) == 0
    return folder


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "myedu.connector", *arguments]


@pytest.fixture
def address(project: Path, free_port: int) -> Iterator[str]:
    url = f"http://127.0.0.1:{free_port}"
    line = command("serve", "--clients", "try=keys/try.public.pem", "--port", str(free_port))
    with (project / "serve.log").open("wb") as log:
        program = subprocess.Popen(line, cwd=project, env=HERE, stdout=log, stderr=log)
    try:
        yield url
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(20) in (0, -signal.SIGTERM)


@pytest.fixture
def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_a_new_project_is_served(project: Path, address: str) -> None:
    key = (project / "keys" / "try.pem").read_text()
    async with aiohttp.ClientSession() as session:
        await _until_it_listens(session, f"{address}/v1/docs", project)
        client = JournalClient(session, JournalAddress("x", address, "try"), key, clock=SystemClock())
        declared = (await client.capabilities()).value
        assert declared is not None
        assert {"diary", "attendance", "teachers", "exports"} <= set(declared.capabilities)
        manifest = (await client.latest_export()).value  # written at the first start
        assert manifest is not None
        assert manifest.mode == "full"
        async with session.get(f"{address}/v1/students/1/marks") as response:
            assert response.status == 401
        marks = (await client.marks("1", week_of(SystemClock().now().date()))).value
        assert marks is not None
    log = (project / "state" / "asked.log").read_text()
    assert (project / "state" / "token.key").stat().st_mode & 0o077 == 0
    assert "method=marks client=try whom=1" in log
    assert "whom=" not in (project / "serve.log").read_text()  # ids of pupils stay in the book


async def _until_it_listens(session: aiohttp.ClientSession, url: str, project: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            async with session.get(url) as response:
                assert response.status == 200
            if list((project / "exports").glob("*/manifest.json")):
                return
        except aiohttp.ClientConnectionError:
            pass
        time.sleep(0.05)  # noqa: ASYNC251 - nothing else runs here
    pytest.fail((project / "serve.log").read_text())


@pytest.fixture
def own_book() -> Iterator[None]:
    """The logger of the book as it was: a program has one, a test session many programs."""
    log = logging.getLogger("myedu.connector.act")
    before = log.handlers[:], log.propagate
    yield
    log.handlers[:], log.propagate = before


@pytest.mark.usefixtures("own_book")
async def test_a_system_of_ones_own_is_served_too(project: Path, tmp_path: Path) -> None:
    """Not a SimpleJournal: the whole object of connector.sdk.system, which writes its own packages."""
    settings = ConnectorSettings(
        journal="tests.connector.sdk.school:School",
        clients=(f"try={project / 'keys' / 'try.public.pem'}",),
        state=tmp_path / "state",
        exports=tmp_path / "none",
    )
    async with (
        serving(serve_app(settings)) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/v1/docs") as response,
    ):
        assert "Школа в памяти" in await response.text()
    again = serve.token_key(tmp_path / "state" / "token.key")
    assert len(again) == 32  # kept: tokens outlive a restart
    (tmp_path / "state" / "token.key").chmod(0o644)
    with pytest.raises(SettingsError, match="chmod 600"):
        serve_app(settings)
    (tmp_path / "state" / "token.key").chmod(0o600)
    (tmp_path / "state" / "token.key").write_bytes(b"short")
    with pytest.raises(SettingsError, match="delete it"):
        serve_app(settings)


def test_export_prints_the_package_s_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    assert main(["export"]) == 0
    first = capsys.readouterr()
    assert (project / first.out.strip() / "manifest.json").is_file()
    assert re.search(r"persons +7 rows", first.err)
    assert main(["export"]) == 0
    assert re.search(r"persons +0 rows", capsys.readouterr().err)  # a delta


def test_a_syntax_error_is_reported_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "slip.py").write_text("ok = 1\nthis is no line\n")
    assert main(["export", "--journal", str(tmp_path / "slip.py")]) == 2
    assert "slip.py:2)" in capsys.readouterr().err


def test_wrong_rows_are_reported_and_nothing_is_written(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    journal = project / "journal.py"
    journal.write_text(
        journal.read_text().replace("SELECT id, last_name, first_name,", "SELECT id, last_name,")
    )
    assert main(["export"]) == 1
    printed = capsys.readouterr().err
    assert "persons: row 1 (id 1): first_name: is required" in printed
    assert list((project / "exports").glob("*/manifest.json")) == []


def test_an_error_of_the_vendors_database_is_reported_with_its_place(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    (project / "journal.sqlite").write_bytes(b"not a database, but long enough to be taken for one" * 100)
    assert main(["export"]) == 1
    printed = capsys.readouterr().err
    assert "DatabaseError" in printed
    assert "journal.py:" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve"], "myedu connector key"),
        (["serve", "--clients", "try=keys/none.pem"], "can't be read"),
        (["serve", "--clients", "try=journal.py"], "PEM"),
        (["serve", "--clients", "try=keys/try.public.pem", "--export-at", "полночь"], "02:30"),
        (["serve", "--clients", "try=keys/try.public.pem", "--port", "x"], "PORT"),
        (["serve", "--journal", "nowhere.py"], "doesn't exist"),
        (["serve", "--journal", "sample.py"], "it has none"),
        (["serve", "--journal", "journal.py:Nobody"], "has no Nobody"),
        (["serve", "--journal", "no.such.module:Journal"], "ModuleNotFoundError"),
        (["export", "--journal", "broken.py"], "broken.py:1"),
        (["export", "--journal", "journal.py:sqlite3"], "neither a SimpleJournal nor a JournalSystem"),
    ],
)
def test_wrong_arguments_are_reported(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(project)
    (project / "broken.py").write_text("1 / 0\n")
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_a_key_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = str(tmp_path / "keys" / "try")
    assert main(["key", name]) == 0
    private = (tmp_path / "keys" / "try.pem").read_bytes()
    assert (tmp_path / "keys" / "try.pem").stat().st_mode & 0o077 == 0
    assert main(["key", name]) == 1
    assert "give another name" in capsys.readouterr().err
    assert (tmp_path / "keys" / "try.pem").read_bytes() == private


def test_a_taken_port_is_told(project: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        line = command("serve", "--clients", "try=keys/try.public.pem", "--port", port)
        done = subprocess.run(line, cwd=project, env=HERE, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert f"port {port}: another program listens there: stop it, or choose another port\n" in done.stderr
    assert "Traceback" not in done.stderr
