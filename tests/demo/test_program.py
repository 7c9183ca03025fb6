"""`python -m myedu.demo` as a person starts it: what it prints, and that nothing of it stays behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from myedu.kit.postgres import EmbeddedPostgres
from tests.conftest import Server
from tests.demo.conftest import PATIENCE
from tests.processes import Process, family_of, still_run

READY = "Ctrl-C stops everything."
START_SECONDS = 120
STOPPED_IN_A_FORK = """
import os, signal, sys
from myedu.demo.__main__ import main
forks = 0
def hook():
    global forks
    forks += 1
    if forks == {fork}:
        os.kill(os.getpid(), signal.SIGTERM)
os.register_at_fork(after_in_parent=hook)
sys.exit(main())
"""


class Demo:
    """The program, its leader of a process group as in a terminal; `folder` keeps its data."""

    def __init__(
        self, folder: Path, *arguments: str, program: Sequence[str] = ("-m", "myedu.demo"), **settings: str
    ) -> None:
        self.output = folder.with_name(f"{folder.name}.txt")
        self._file = self.output.open("wb")
        inherited = {name: value for name, value in os.environ.items() if name != "MYEDU_DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, *program, "--folder", str(folder), "--port", "0", *arguments],
            env={**inherited, "PYTHONUNBUFFERED": "1", **settings},
            stdin=subprocess.DEVNULL,
            stdout=self._file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    @property
    def printed(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str) -> None:
        """Until it has printed the words."""
        deadline = monotonic() + START_SECONDS
        while words not in self.printed:
            assert self.process.poll() is None, self.printed
            assert monotonic() < deadline, self.printed
            sleep(0.05)

    def family(self) -> set[Process]:
        return family_of(self.process.pid)

    def ports(self) -> list[int]:
        """Of the addresses that it has printed."""
        return [int(port) for port in re.findall(r"http://127\.0\.0\.1:(\d+)", self.printed)]

    def end(self) -> int:
        status = self.process.wait(START_SECONDS)
        self._file.close()
        return status


@contextmanager
def started(
    folder: Path, *arguments: str, program: Sequence[str] = ("-m", "myedu.demo"), **settings: str
) -> Iterator[Demo]:
    """A running demo, which is stopped after the block in any case."""
    demo = Demo(folder, *arguments, program=program, **settings)
    try:
        yield demo
    finally:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.end()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keeps the generated regions from case to case, as the demo does from start to start."""
    return tmp_path_factory.mktemp("demo") / "data"


def test_ctrl_c_stops_everything(folder: Path):
    with started(folder) as demo:
        demo.wait_for(READY)
        family, ports = demo.family(), demo.ports()
        assert len(family) > 6, "PostgreSQL, the sandbox, three journals, the portal, and the demo itself"
        assert len(set(ports)) == 5
        assert "Синицына Ольга Викторовна" in demo.printed
        assert "мать троих детей" in demo.printed
        os.killpg(demo.process.pid, signal.SIGINT)  # what a terminal does
        assert demo.end() == 0
        assert "Stopped" in demo.printed
        _nothing_is_left(family, ports)


def test_it_can_be_stopped_while_it_starts(folder: Path):
    with started(folder) as demo:
        _until(lambda: len(demo.family()) > 4)  # PostgreSQL is up, and a program or two
        family = demo.family()
        demo.process.terminate()
        assert demo.end() == 0
        _nothing_is_left(family, [])


@pytest.mark.parametrize("fork", [1, 4])
def test_a_signal_where_python_drops_what_it_raises_stops_it(folder: Path, fork: int):
    """It falls into a hook of the process' first fork, PostgreSQL's, or of a program's."""
    with started(folder, program=("-c", STOPPED_IN_A_FORK.format(fork=fork))) as demo:
        assert demo.end() == 0
        assert "Exception ignored" in demo.printed, "else the case proves nothing"
        assert "Stopped" in demo.printed
        assert READY not in demo.printed


def test_killed_it_leaves_nothing_and_starts_again(folder: Path):
    with started(folder) as demo:
        demo.wait_for(READY)
        family, ports = demo.family(), demo.ports()
        demo.process.kill()
        demo.end()
        _nothing_is_left(family, ports)
    # Nothing has cleaned up: no lock and no half-written folder may prevent the next start.
    with started(folder, "--check") as again:
        assert again.end() == 0, again.printed


def test_a_program_that_dies_ends_the_demo_in_words(folder: Path):
    with started(folder) as demo:
        demo.wait_for(READY)
        family = demo.family()
        journal = next(
            member
            for member in family
            if b"myedu.journal" in Path(f"/proc/{member.pid}/cmdline").read_bytes().split(b"\0")
        )
        os.kill(journal.pid, signal.SIGKILL)
        assert demo.end() == 1
        assert re.search(r"journal-\d\d ended by itself", demo.printed)
        assert "Traceback" not in demo.printed
        _nothing_is_left(family, demo.ports())


def test_check_prints_what_the_mother_sees(postgres: Server, tmp_path: Path):
    """On a server of one's own, and without real data: «Сетевой город» gets generated answers."""
    if not isinstance(postgres, EmbeddedPostgres):
        pytest.skip("a demo may own the databases myedu_… of this server")
    settings = {"MYEDU_DATABASE_URL": postgres.url("postgres"), "MYEDU_REAL_DATA": str(tmp_path / "nowhere")}
    with started(tmp_path / "data", "--check", **settings) as demo:
        assert demo.end() == 0, demo.printed
        for child in ("Мария", "Павел", "Вера"):
            assert re.search(rf"^{child}, \d+ «А», .*\(\w+/\w+\)$", demo.printed, re.MULTILINE)
        assert len(re.findall(r"^  (?:Пн|Вт|Ср|Чт|Пт|Сб|  ) \d\d:\d\d  \S", demo.printed, re.MULTILINE)) > 60
        assert "All there: 3 children on 3 journals." in demo.printed
        assert not (tmp_path / "data" / "postgres").exists(), "no server of its own"
        assert (tmp_path / "data" / "netschool-sample").is_dir()


def test_a_server_that_is_not_there_is_said_in_words(tmp_path: Path):
    with started(tmp_path / "data", MYEDU_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing") as demo:
        assert demo.end() == 1
        assert "Traceback" not in demo.printed
        assert "MYEDU_DATABASE_URL" in demo.printed


def _nothing_is_left(family: set[Process], ports: list[int]) -> None:
    _until(lambda: not still_run(family), lambda: still_run(family))
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0, f"a program still answers on {port}"


def _until(true: Callable[[], bool], explain: Callable[[], object] = lambda: None) -> None:
    deadline = monotonic() + PATIENCE
    while not true():
        assert monotonic() < deadline, explain()
        sleep(0.05)
