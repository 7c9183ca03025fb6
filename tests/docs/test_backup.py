"""docs/operations/backup.md: its commands, on a server that is then destroyed without warning."""

import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres, debian_binaries, wheel_binaries

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "backup.md"
SECONDS = 60


def commands(heading: str) -> list[str]:
    """The shell blocks below a heading of the page."""
    section = PAGE.read_text(encoding="utf-8").split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(r"```sh\n(.*?)```", section, flags=re.DOTALL)


class Shell:
    """Runs commands of the page with their variables; what it started ends with it."""

    def __init__(self, binaries: Path, **variables: str) -> None:
        path = f"{binaries}:{os.environ['PATH']}"
        self._environment = {**os.environ, "PATH": path, **variables}
        self._services: list[subprocess.Popen[bytes]] = []

    def run(self, text: str) -> None:
        subprocess.run(
            ["bash", "-ceu", text], env=self._environment, check=True, timeout=SECONDS, capture_output=True
        )

    def serve(self, text: str) -> subprocess.Popen[bytes]:
        self._services.append(
            subprocess.Popen(
                ["bash", "-ceu", f"exec {text}"], env=self._environment, stderr=subprocess.DEVNULL
            )
        )
        return self._services[-1]

    def close(self) -> None:
        for service in self._services:
            service.kill()
            service.wait()


@pytest.fixture
def backup() -> Iterator[Path]:
    """A folder that the server's account can reach too: the restored server fetches the log from it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        (Path(folder) / "wal").mkdir()
        yield Path(folder)


@pytest.fixture(params=["wheel", "debian"])
def binaries(request: pytest.FixtureRequest) -> Path:
    found = wheel_binaries() if request.param == "wheel" else debian_binaries()
    if found is None:
        pytest.skip("this machine has no PostgreSQL of Debian")
    return found


@pytest.fixture
def server(binaries: Path, tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "server", binaries=binaries) as running:
        running.create_database("portal")
        migrate(running.url("portal"), "myedu.portal")
        yield running


def note(url: str, action: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute(
            "INSERT INTO audit.lines (at, actor_relation, action, region) VALUES (now(), 'system', %s, '25')",
            [action],
        )


def now(url: str) -> str:
    with psycopg.connect(url) as conn:
        (found,) = conn.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
    return str(found)


def drop_the_audit(url: str) -> None:
    """The mistake."""
    with psycopg.connect(url) as conn:
        conn.execute("DROP SCHEMA audit CASCADE")


def actions(url: str) -> list[str]:
    with psycopg.connect(url) as conn:
        return [row[0] for row in conn.execute("SELECT action FROM audit.lines ORDER BY id").fetchall()]


@pytest.mark.parametrize("to_a_moment", [False, True], ids=["to the end", "to a moment"])
def test_a_destroyed_server_is_restored_with_what_was_committed_last(
    server: EmbeddedPostgres, binaries: Path, backup: Path, tmp_path: Path, to_a_moment: bool
) -> None:
    shell = Shell(binaries, DB=server.url("postgres"), BACKUP=str(backup))
    try:
        receive, base = commands("A base backup every night, the log all the time")
        create_slot, receiver = receive.strip().splitlines()
        shell.run(create_slot)
        shell.serve(receiver.split("#")[0])
        note(server.url("portal"), "before.backup")
        shell.run(base if can_verify(binaries) else base.splitlines()[0])
        note(server.url("portal"), "after.backup")
        moment = now(server.url("portal"))
        if to_a_moment:
            time.sleep(0.1)
            drop_the_audit(server.url("portal"))
        wait_until_received(server)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)  # the disk with it: nothing of its folder is used again
        time.sleep(0.5)
    finally:
        shell.close()
    cluster = tmp_path / "restored" / "cluster"
    cluster.mkdir(parents=True, mode=0o700)
    restore, stop_at = commands("Restore")
    shell = Shell(binaries, BACKUP=str(backup), DATA=str(cluster), MOMENT=moment)
    shell.run(restore)
    if to_a_moment:
        shell.run(stop_at)
    give_to_servers_account(server, backup, cluster)
    with EmbeddedPostgres(tmp_path / "restored", binaries=binaries) as again:
        wait_until_writable(again)
        assert actions(again.url("portal")) == ["before.backup", "after.backup"]
        assert migrate(again.url("portal"), "myedu.portal") == []
        note(again.url("portal"), "after.restore")
        assert actions(again.url("portal"))[-1] == "after.restore"


def can_verify(binaries: Path) -> bool:
    """The wheel's pg_verifybackup crashes, whatever it is asked."""
    return subprocess.run([binaries / "pg_verifybackup", "--version"], capture_output=True).returncode == 0


def wait_until_received(server: EmbeddedPostgres) -> None:
    """The receiver has all that is committed: with --synchronous it says so at once."""
    deadline = time.monotonic() + SECONDS
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        (end,) = conn.execute("SELECT pg_current_wal_flush_lsn()").fetchone() or ("",)
        while time.monotonic() < deadline:
            found = conn.execute(
                "SELECT count(*) FROM pg_stat_replication"
                " WHERE application_name = 'pg_receivewal' AND flush_lsn >= %s::pg_lsn",
                [end],
            ).fetchone()
            if found and found[0]:
                return
            time.sleep(0.05)
    pytest.fail("pg_receivewal does not follow")


def wait_until_writable(server: EmbeddedPostgres) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            if conn.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                return
        time.sleep(0.1)
    pytest.fail("the restored server stays in recovery")


def give_to_servers_account(server: EmbeddedPostgres, *folders: Path) -> None:
    """Where the tests run as root, PostgreSQL runs as another account."""
    account = server._account
    if not account.is_other:
        return
    for folder in folders:
        for place in (folder, *folder.rglob("*")):
            os.chown(place, account.uid, account.gid, follow_symlinks=False)
