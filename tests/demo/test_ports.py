"""A taken port is told with what to do; no program moves to another one by itself."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from myedu.demo.ports import Ports
from myedu.demo.programs import ProgramError
from myedu.demo.services import PORTAL_PORT, SANDBOX_PORT


@pytest.fixture
def taken():
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_the_programs_move_together() -> None:
    ports = Ports(PORTAL_PORT + 11_000)
    assert ports.find(PORTAL_PORT) == PORTAL_PORT + 11_000
    assert ports.find(SANDBOX_PORT) == SANDBOX_PORT + 11_000
    assert Ports(0).find(SANDBOX_PORT) not in (0, SANDBOX_PORT)


def test_a_port_that_does_not_exist_is_told() -> None:
    with pytest.raises(ProgramError, match="there is no port 65601: take a --port about 8000"):
        Ports(65_500).find(SANDBOX_PORT)


def test_a_taken_port_is_told(taken: int) -> None:
    with pytest.raises(ProgramError, match=f"port {taken} .* is taken, .* move all programs with --port"):
        Ports(taken).find(PORTAL_PORT)


PROGRAMS = {
    "demo": ("demo", "--folder", "data", "--port", "PORT"),
    "sandbox": ("sandbox", "--folder", "data", "--port", "PORT"),
    "sandbox, ESIA": ("sandbox", "--folder", "data", "--port", "MOVED"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_commands_start_nothing(taken: int, name: str, tmp_path: Path) -> None:
    moved = str(taken - SANDBOX_PORT + PORTAL_PORT)
    words = [word.replace("PORT", str(taken)).replace("MOVED", moved) for word in PROGRAMS[name]]
    done = subprocess.run(
        [sys.executable, "-m", "myedu.cli", *words], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert f"port {taken} of 127.0.0.1 is taken" in done.stderr
    assert "stop what listens there" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_journal_tells_it_too(taken: int) -> None:
    env = {**os.environ, "MYEDU_PORT": str(taken), "MYEDU_DATABASE_URL": "postgresql://localhost:1/none"}
    serve = [sys.executable, "-m", "myedu.cli", "journal", "serve"]
    done = subprocess.run(serve, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert done.stderr == (
        f"can't listen on 127.0.0.1, port {taken}: another program listens there: stop it, or choose another"
        " port\n"
    )
