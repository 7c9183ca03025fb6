"""docs/exchange/{ru,en}/connect.md: every command on the page is run, in the order in which it stands.

A block `sh` runs to its end, a block `sh server` goes on; a second server of a program replaces the first.
"""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import psycopg
import pytest

from tests.conftest import Server
from tests.portal.conftest import free_port

EXCHANGE = Path(__file__).resolve().parents[2] / "docs" / "exchange"
_BLOCK = re.compile(r"^```(sh|sh server)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FENCE = re.compile(r"^```(\S.*)$", re.MULTILINE)
PATIENCE = 60


def blocks(language: str) -> list[tuple[str, str]]:
    """(kind, commands) of every fenced block."""
    text = (EXCHANGE / language / "connect.md").read_text(encoding="utf-8")
    found = _BLOCK.findall(text)
    assert len(found) == len(_FENCE.findall(text)), "a block of another kind would not be run"
    return found


def test_both_languages_say_the_same_commands() -> None:
    assert blocks("ru") == blocks("en")


class Terminal:
    """The vendor's terminals: a folder, and the servers that go on in others."""

    def __init__(self, folder: Path, port: int, settings: dict[str, str]) -> None:
        self.folder = folder
        self._start, self._port = folder, port
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "MYEDU", "PYTHON"))}
        path = f"{Path(sys.executable).parent}{os.pathsep}{clean['PATH']}"
        self._env = {**clean, "PATH": path, "PIP_NO_INDEX": "1", "PYTHONUNBUFFERED": "1", **settings}
        self._servers: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, commands: str) -> None:
        place = self._start / "where"
        script = f"{self._here(commands)}\npwd > '{place}'"
        done = subprocess.run(
            ["sh", "-ec", script], cwd=self.folder, env=self._env, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        self.folder = Path(place.read_text().strip())

    def serve(self, command: str) -> None:
        name = " ".join(command.split()[:3])
        self._stop(name)
        log = self._start / f"{len(list(self._start.glob('*.log')))}.log"
        with log.open("wb") as out:
            self._servers[name] = process = subprocess.Popen(
                ["sh", "-ec", f"exec {self._here(command)}"],
                cwd=self.folder,
                env=self._env,
                stdout=out,
                stderr=out,
            )
        deadline = monotonic() + PATIENCE
        while not self._is_ready(name, log):
            assert process.poll() is None, log.read_text()
            assert monotonic() < deadline, log.read_text()
            sleep(0.1)

    def close(self) -> None:
        for name in list(self._servers):
            self._stop(name)

    def _stop(self, name: str) -> None:
        if process := self._servers.pop(name, None):
            process.terminate()
            process.wait(30)

    def _is_ready(self, name: str, log: Path) -> bool:
        if name == "myedu sandbox":
            return "/operator/vendor" in log.read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self._port)) == 0

    def _here(self, commands: str) -> str:
        """The page's port may be taken on this machine."""
        return commands.strip().replace("127.0.0.1:8090", f"127.0.0.1:{self._port}")


@pytest.fixture
def terminal(postgres: Server, tmp_path: Path) -> Iterator[Terminal]:
    port = free_port()
    settings = {"MYEDU_CONNECTOR_PORT": str(port), "MYEDU_DATABASE_URL": postgres.url("postgres")}
    one = Terminal(tmp_path, port, settings)
    yield one
    one.close()
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS myedu_sandbox WITH (FORCE)")


def test_every_command_of_the_page_works(terminal: Terminal) -> None:
    for kind, commands in blocks("ru"):
        if kind == "sh":
            terminal.run(commands)
        else:
            terminal.serve(commands)
    assert (terminal.folder / "report.html").is_file()
    assert list(terminal.folder.glob("exports/*/manifest.json"))
