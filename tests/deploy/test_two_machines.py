"""docs/operations/two-machines.md, by the commands of deploy/: the primary is lost and the portals go on."""

import contextlib
import itertools
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import yaml

from myedu.esia.signing import make_rsa_keys
from myedu.portal.database_roles import migrate_portal
from tests.clusters import BINARIES, Cluster, own_folder, run
from tests.portal.conftest import Keys, free_port
from tests.portal.test_main import environment, whole

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
PAGE = ROOT / "docs" / "operations" / "two-machines.md"
TWO = yaml.safe_load((DEPLOY / "compose" / "two.yml").read_text(encoding="utf-8"))["services"]
PROGRAM = Path(sys.executable).with_name("myedu")

if BINARIES is None:
    pytest.skip("this machine has no PostgreSQL of Debian", allow_module_level=True)


def blocks(language: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    return [re.sub(r"^ +", "", block, flags=re.MULTILINE) for block in found]


def exec_start(unit: str) -> list[str]:
    """The command of a unit, with the program of this checkout."""
    text = (DEPLOY / "systemd" / unit).read_text(encoding="utf-8")
    (line,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    program, *words = shlex.split(line)
    assert program == "/opt/myedu/bin/myedu"
    return [str(PROGRAM), *words]


def compose_command(service: str) -> list[str]:
    program, *words = TWO[service]["command"]
    assert program == "myedu"
    return [str(PROGRAM), *words]


def settings_of(service: str) -> dict[str, str]:
    """`-c name=value` of a server's command."""
    command = TWO[service]["command"]
    words = shlex.split(command[0].rsplit("exec ", 1)[1]) if len(command) == 1 else command
    assert words[0] == "postgres"
    return dict(word.split("=", 1) for flag, word in itertools.pairwise(words) if flag == "-c")


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def machines(place: Path) -> Iterator[tuple[Cluster, Cluster]]:
    """A, a primary with a portal's database, and B, which follows it: set up as the page says."""
    a, b = (Cluster(own_folder(place / name), free_port()) for name in "ab")
    a.create(**settings_of("primary"))
    a.start()
    role, synchronous = blocks("sql")
    with psycopg.connect(a.url(), autocommit=True) as conn:
        conn.execute("CREATE DATABASE portal")
        conn.execute("CREATE ROLE myedu_portal LOGIN")
        conn.execute(role.split("--")[0])
    migrate_portal(a.url("portal"), a.url("portal").replace("postgres@", "myedu_portal@"))
    follow, _ = blocks("sh")
    primary = a.url().replace("postgres@", "myedu_standby@")
    run(follow, {"PRIMARY": primary, "DATA": str(b.data)})
    assert "pg_basebackup" in TWO["standby"]["command"][0]
    b.configure(**settings_of("standby"))
    b.start()
    with psycopg.connect(a.url(), autocommit=True) as conn:
        for statement in filter(str.strip, synchronous.split(";")):
            conn.execute(statement)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            row = conn.execute("SELECT sync_state FROM pg_stat_replication").fetchone()
            if row == ("sync",):
                break
            time.sleep(0.1)
        else:
            pytest.fail("the standby does not follow")
    yield a, b
    for cluster in (a, b):
        cluster.stop()


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(*(make_rsa_keys(tmp_path, name) for name in ("portal", "esia", "foreign")))


def both(a: Cluster, b: Cluster) -> str:
    """The address that the page gives to the portals."""
    (setting,) = re.findall(r"MYEDU_DATABASE_URL=(\S+)", PAGE.read_text(encoding="utf-8"))
    in_compose = TWO["portal"]["environment"]["MYEDU_DATABASE_URL"].rpartition("/")[2]
    assert setting.rpartition("/")[2] == in_compose
    return setting.replace("@A,B/", f"@127.0.0.1:{a.port},127.0.0.1:{b.port}/")


@contextlib.contextmanager
def started(words: list[str], settings: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(words, env=environment(settings), stderr=log.open("wb"))
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def status(url: str) -> tuple[int, str]:
    """0 if nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_for(url: str, expected: int, seconds: float = 60) -> str:
    deadline, seen = time.monotonic() + seconds, (0, "")
    while time.monotonic() < deadline:
        seen = status(url)
        if seen[0] == expected:
            return seen[1]
        time.sleep(0.1)
    pytest.fail(f"{url} answers {seen}, not {expected}")


class Writer(threading.Thread):
    """Commits a row after the other, and notes which were acknowledged."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.url, self.acknowledged, self.stop = url, 0, threading.Event()
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute("CREATE TABLE public.trial (number int)")

    def run(self) -> None:
        with (
            contextlib.suppress(psycopg.OperationalError),
            psycopg.connect(self.url, autocommit=True) as conn,
        ):
            while not self.stop.is_set():
                conn.execute("INSERT INTO public.trial VALUES (%s)", [self.acknowledged + 1])
                self.acknowledged += 1


def sign_in_within_seconds(url: str) -> None:
    """After the promotion each connection of the pools to the lost server fails one request first."""
    deadline = time.monotonic() + 15
    while (seen := begin_sign_in(url)) != 303:
        assert time.monotonic() < deadline, f"still {seen}"
        time.sleep(0.2)


def begin_sign_in(url: str) -> int:
    """The status of a page that writes a row: beginning to sign in."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *arguments: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(f"{url}/enter", timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_the_primary_is_lost_and_the_portals_go_on(
    machines: tuple[Cluster, Cluster], keys: Keys, tmp_path: Path
) -> None:
    a, b = machines
    ports = [free_port(), free_port()]
    with contextlib.ExitStack() as stack:
        commands = (exec_start("myedu-portal.service"), compose_command("portal"))
        for number, (port, words) in enumerate(zip(ports, commands, strict=True)):
            settings = {**whole(keys, both(a, b), port), "workers": "1", "spool": str(tmp_path / "spool")}
            stack.enter_context(started(words, settings, tmp_path / f"portal-{number}"))
        worker_words = exec_start("myedu-worker.service")
        assert worker_words == compose_command("worker")
        worker = stack.enter_context(started(worker_words, settings, tmp_path / "worker"))
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        for url in urls:
            wait_for(f"{url}/readyz", 200)
        front = stack.enter_context(haproxy(ports, tmp_path)) if shutil.which("haproxy") else urls[0]
        wait_for(f"{front}/readyz", 200)
        assert begin_sign_in(front) == 303
        writer = Writer(a.url("portal"))
        writer.start()
        time.sleep(1)
        a.destroy()
        writer.join(timeout=30)
        assert wait_for(f"{urls[0]}/readyz", 503).startswith("database: ")
        assert status(f"{urls[0]}/healthz")[0] == 200  # nobody restarts it for that
        _, promote = blocks("sh")
        began = time.monotonic()
        run(promote, {"STANDBY": b.url()})
        for url in (*urls, front):
            wait_for(f"{url}/readyz", 200)
        print(f"ready {time.monotonic() - began:.1f} s after the promotion")
        sign_in_within_seconds(front)
        assert worker.poll() is None  # it waits for the database and goes on
        with psycopg.connect(b.url("portal")) as conn:
            (rows,) = conn.execute("SELECT count(*) FROM public.trial").fetchone() or (0,)
            attempts = conn.execute("SELECT count(*) FROM identity.sign_in_attempts").fetchone()
        assert writer.acknowledged > 10
        assert rows >= writer.acknowledged
        assert attempts == (2,)


@contextlib.contextmanager
def haproxy(ports: list[int], folder: Path) -> Iterator[str]:
    """HAProxy with the file of deploy/ before portals on these ports."""
    front = free_port()
    text = (DEPLOY / "haproxy" / "haproxy.cfg").read_text(encoding="utf-8")
    text = text.replace("bind :8080", f"bind 127.0.0.1:{front}")
    for address, port in zip(("10.0.0.1:8000", "10.0.0.2:8000"), ports, strict=True):
        assert address in text
        text = text.replace(address, f"127.0.0.1:{port}")
    file = folder / "haproxy.cfg"
    file.write_text(text)
    process = subprocess.Popen(["haproxy", "-f", file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield f"http://127.0.0.1:{front}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def test_a_standby_gets_no_visitors(machines: tuple[Cluster, Cluster], keys: Keys, tmp_path: Path) -> None:
    """A portal that names only the standby: alive, and not ready."""
    _, b = machines
    port = free_port()
    url = b.url("portal").replace("postgres@", "myedu_portal@")
    settings = {**whole(keys, url, port), "workers": "1"}
    with started(exec_start("myedu-portal.service"), settings, tmp_path / "log"):
        said = wait_for(f"http://127.0.0.1:{port}/readyz", 503)
        assert said == "database: a standby, which can't be written\n"
        assert status(f"http://127.0.0.1:{port}/healthz") == (200, "ok\n")
