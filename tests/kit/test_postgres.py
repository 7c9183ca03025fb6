"""The supervisor over real PostgreSQL binaries: it starts, refuses, ends with its program and comes back."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from myedu.kit.postgres import EmbeddedPostgres, PostgresError, debian_binaries, wheel_binaries

# A program that starts a server, reports it, and waits to be killed.
PROGRAM = """
import sys, time
from pathlib import Path
from myedu.kit.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
server.create_database("school")
print(server.pid, server.url("school"), flush=True)
time.sleep(600)
"""


@pytest.fixture(params=["wheel", "debian"])
def binaries(request: pytest.FixtureRequest) -> Path:
    found = wheel_binaries() if request.param == "wheel" else debian_binaries()
    if found is None:
        pytest.skip("no Debian PostgreSQL in /usr/lib/postgresql: apt install postgresql")
    return found


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "data"
    # If we are root, a cluster belongs to another account; pytest keeps old folders.
    shutil.rmtree(tmp_path / "data", ignore_errors=True)


@pytest.fixture
def program(data: Path) -> Iterator[Callable[[], tuple[subprocess.Popen[str], int, str]]]:
    started: list[subprocess.Popen[str]] = []

    def start() -> tuple[subprocess.Popen[str], int, str]:
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, data], stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        pid, url = process.stdout.readline().split()
        return process, int(pid), url

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as conn:
        return conn.execute(question).fetchone()[0]


def run_sql(url: str, statement: str) -> None:
    with psycopg.connect(url) as conn:
        conn.execute(statement)


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        time.sleep(0.03)
    pytest.fail("it did not happen within 30 s")


def gone(pid: int) -> bool:
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def test_first_and_warm_start(data: Path, binaries: Path):
    with EmbeddedPostgres(data, binaries=binaries) as server:
        server.create_database("school")
        server.create_database("school")  # the second time there is nothing to do
        url = server.url("school")
        run_sql(url, "CREATE TABLE pupil AS SELECT upper('ёж') AS name")
        assert ask(url, "SHOW server_version").split()[0] == server.version
        assert ask(url, "SHOW data_checksums") == "on"
        assert ask(url, "SHOW listen_addresses") == ""
        owner = Path(f"/proc/{server.pid}").stat().st_uid
        assert owner == (pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid())
        pid = server.pid
    assert gone(pid)
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")
    with EmbeddedPostgres(data, binaries=binaries) as server:
        assert ask(server.url("school"), "SELECT name FROM pupil") == "ЁЖ"
        socket_folder = Path(ask(server.url("school"), "SHOW unix_socket_directories"))
        assert socket_folder.stat().st_mode & 0o777 == 0o700
    assert not socket_folder.exists()


def test_a_second_start_is_refused_and_names_the_holder(data: Path):
    with EmbeddedPostgres(data) as server:
        with pytest.raises(PostgresError) as caught:
            EmbeddedPostgres(data).start()
        assert f"{data} is in use by process {os.getpid()} (" in str(caught.value)
        assert f"kill {os.getpid()}" in str(caught.value)
        server.start()  # it runs already: nothing happens
        assert ask(server.url("postgres"), "SELECT 1") == 1
    EmbeddedPostgres(data).stop()  # it was never started: nothing happens


def test_the_server_ends_with_its_program_even_after_kill_9(data: Path, program):
    process, pid, url = program()
    run_sql(url, "CREATE TABLE kept AS SELECT 5 AS mark")
    process.kill()
    process.wait()
    wait_until(lambda: gone(pid))
    left_over = Path(psycopg.conninfo.conninfo_to_dict(url)["host"])
    with EmbeddedPostgres(data) as server:
        assert ask(server.url("school"), "SELECT mark FROM kept") == 5
        assert not left_over.exists()
    assert "was not properly shut down" not in (data / "log").read_text()


def test_a_start_waits_for_the_server_of_a_killed_program(data: Path, program):
    process, pid, _ = program()
    os.kill(pid, signal.SIGSTOP)  # so that it can't end at once
    process.kill()
    process.wait()
    waker = subprocess.Popen(["/bin/sh", "-c", f"sleep 0.5; kill -CONT {pid}"])
    with EmbeddedPostgres(data) as server:
        assert gone(pid)
        assert ask(server.url("school"), "SELECT 1") == 1
    waker.wait()


def test_a_killed_postmaster_is_noticed_and_comes_back(data: Path):
    with EmbeddedPostgres(data) as server:
        server.create_database("school")
        run_sql(server.url("school"), "CREATE TABLE kept AS SELECT 5 AS mark")
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.running)
        assert (data / "cluster" / "postmaster.pid").exists()
        server.start()
        assert ask(server.url("school"), "SELECT mark FROM kept") == 5


def test_a_restart_waits_for_the_children_of_the_killed_postmaster(data: Path):
    """They hold the folder's lock, and the lock's note names this process."""
    with EmbeddedPostgres(data) as server:
        parents = {int(stat.parent.name): stat.read_text() for stat in Path("/proc").glob("[0-9]*/stat")}
        child = next(
            pid for pid, stat in parents.items() if int(stat.rpartition(")")[2].split()[1]) == server.pid
        )
        os.kill(child, signal.SIGSTOP)
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.running)
        threading.Timer(0.5, os.kill, (child, signal.SIGCONT)).start()
        server.start()
        assert ask(server.url("postgres"), "SELECT 5") == 5


def test_a_killed_server_comes_back_over_an_unlogged_table_that_was_rolled_back(data: Path):
    """The first recovery of PostgreSQL finds the table's file and ends; the second removes it."""
    with EmbeddedPostgres(data) as server:
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            # So that the end of the transaction below stays unwritten.
            conn.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
            conn.execute("SELECT pg_reload_conf()")
            conn.execute("CREATE UNLOGGED TABLE staged (mark int)")
            conn.execute("CHECKPOINT")
        with psycopg.connect(server.url("postgres")) as conn:
            conn.execute("TRUNCATE staged")
            run_sql(server.url("postgres"), "CREATE TABLE kept AS SELECT 5 AS mark")  # writes the beginning
            conn.rollback()
        os.kill(server.pid, signal.SIGKILL)
        wait_until(lambda: not server.running)
        server.start()
        assert "File exists" in (data / "log").read_text()
        assert ask(server.url("postgres"), "SELECT mark FROM kept") == 5
        assert ask(server.url("postgres"), "SELECT count(*) FROM staged") == 0


def test_a_cluster_of_another_version_is_refused(data: Path):
    binaries = debian_binaries()
    if binaries is None:
        pytest.skip("no Debian PostgreSQL in /usr/lib/postgresql: apt install postgresql")
    with EmbeddedPostgres(data) as server:
        made_by = server.version.split(".")[0]
    with pytest.raises(PostgresError, match=f"was made by PostgreSQL {made_by}, and .* delete {data}"):
        EmbeddedPostgres(data, binaries=binaries).start()


def test_an_incomplete_cluster_is_made_again(data: Path):
    half = data / "cluster.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(data) as server:
        assert ask(server.url("postgres"), "SELECT 1") == 1
    assert not half.exists()


def test_a_failed_start_shows_the_log_and_releases_the_folder(data: Path):
    with EmbeddedPostgres(data):
        pass
    settings = data / "cluster" / "postgresql.conf"
    right = settings.read_text()
    settings.write_text(right + "\nshared_buffers = 'much'\n")
    with pytest.raises(PostgresError, match=r"(?s)did not start; the end of .*shared_buffers"):
        EmbeddedPostgres(data).start()
    settings.write_text(right)
    with EmbeddedPostgres(data) as server:
        assert server.running


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that its server's account can't enter")
def test_root_serves_from_folders_that_only_root_may_enter(tmp_path: Path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    package = wheel_binaries().parents[1]
    for folder in (package, package.with_name(f"{package.name}.libs")):
        ignore = shutil.ignore_patterns("include", "pginstall")  # the headers and the older server
        shutil.copytree(folder, closed / folder.name, symlinks=True, ignore=ignore)
    binaries = closed / wheel_binaries().relative_to(package.parent)
    with EmbeddedPostgres(closed / "data", binaries=binaries) as server:
        assert ask(server.url("postgres"), "SELECT 1") == 1
        assert (closed / "data" / "cluster" / "PG_VERSION").exists()
    assert closed.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")
def test_another_account_can_not_connect(data: Path):
    with EmbeddedPostgres(data) as server:
        account = pwd.getpwnam("nobody")
        # The account `nobody` owns the socket's folder and is refused too: the kernel reports which account
        # connects.
        done = subprocess.run(
            [wheel_binaries() / "psql", server.url("postgres"), "-c", "SELECT 1"],
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
        )
        assert "Peer authentication failed" in done.stderr


def test_a_long_temporary_folder_is_not_used_for_the_socket(data: Path, tmp_path: Path, monkeypatch):
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with EmbeddedPostgres(data) as server:
        assert ask(server.url("postgres"), "SELECT 1") == 1
