"""deploy/systemd and deploy/compose: systemd and docker-compose accept them, and their commands are ours."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import yaml

from myedu.portal.__main__ import all_commands
from myedu.portal.app import settings_kinds
from myedu.portal.commands import parser_of
from myedu.portal.settings import MigrateSettings
from myedu.portal.worker import worker_settings
from tests.deploy.test_two_machines import DEPLOY, PROGRAM, exec_start
from tests.portal.conftest import free_port
from tests.portal.test_main import environment

UNITS = sorted((DEPLOY / "systemd").iterdir())
COMPOSE = [("one.yml", ()), ("two.yml", ("a",)), ("two.yml", ("b",))]
VARIABLES = {
    "MYEDU_IMAGE": "myedu", "POSTGRES_PASSWORD": "secret", "MYEDU_BASE_URL": "https://edu.example",
    "HOST_A": "10.0.0.1", "HOST_B": "10.0.0.2",
}  # fmt: skip

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze"
)


@needs_systemd
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8").replace("/opt/myedu/bin/myedu", str(PROGRAM))
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *tmp_path.iterdir()],
        capture_output=True,
        text=True,
        timeout=60,
    )
    ours = [line for line in done.stderr.splitlines() if "myedu" in line and "is not executable" not in line]
    assert (done.returncode, ours) == (0, []), done.stderr


@needs_systemd
@pytest.mark.parametrize("name", ["myedu-portal.service", "myedu-worker.service"])
def test_a_service_may_do_little(name: str) -> None:
    """systemd's own mark: 0 may nothing, 10 may everything."""
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", DEPLOY / "systemd" / name],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


@pytest.mark.parametrize("name", ["myedu-portal.service", "myedu-worker.service"])
def test_the_units_start_commands_that_exist(name: str) -> None:
    _, program, *words = exec_start(name)
    assert parser_of(program, "", all_commands()).parse_args(words).command.name in ("serve", "work")


@pytest.mark.skipif(shutil.which("systemd-socket-activate") is None, reason="no systemd-socket-activate")
def test_the_portal_takes_the_socket_that_systemd_holds(tmp_path: Path) -> None:
    """systemd's own stand-in for the socket unit: who comes before the portal waits for it."""
    port = free_port()
    log = (tmp_path / "log").open("wb")
    code = (
        "from myedu.kit.serve import listen; s = listen('127.0.0.1', 9); c, _ = s.accept(); c.recv(9999);"
        " c.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\n' + str(s.getsockname()[1]).encode())"
    )
    process = subprocess.Popen(
        [
            "systemd-socket-activate",
            "-l",
            f"127.0.0.1:{port}",
            "-E",
            "PYTHONPATH",
            sys.executable,
            "-c",
            code,
        ],
        env=environment({}),
        stderr=log,
    )
    try:
        deadline = time.monotonic() + 30
        while b"Listening on" not in (tmp_path / "log").read_bytes():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=30) as answer:
            assert answer.read() == str(port).encode()
    finally:
        process.kill()
        process.wait()


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="this machine has no docker-compose")
@pytest.mark.parametrize(("file", "profiles"), COMPOSE)
def test_compose_accepts_the_files(file: str, profiles: tuple[str, ...], tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "compose" / file, tmp_path)
    (tmp_path / "portal.env").touch()
    options = [word for profile in profiles for word in ("--profile", profile)]
    done = subprocess.run(
        ["docker-compose", "-f", file, *options, "config"],
        cwd=tmp_path,
        env={**os.environ, **VARIABLES},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "portal" in yaml.safe_load(done.stdout)["services"]


@pytest.mark.parametrize("file", ["one.yml", "two.yml"])
def test_compose_names_existing_commands_and_settings(file: str) -> None:
    text = (DEPLOY / "compose" / file).read_text(encoding="utf-8")
    known = {
        f"MYEDU_{field.upper()}"
        for kind in (*settings_kinds(), *worker_settings(), MigrateSettings)
        for field in kind.__struct_fields__
    }
    assert set(re.findall(r"^ +(MYEDU_[A-Z_]+):", text, re.MULTILINE)) <= known
    for service in yaml.safe_load(text)["services"].values():
        command = service.get("command", [""])
        if command[0] == "myedu":
            assert parser_of(command[1], "", all_commands()).parse_args(command[2:]).command


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="this machine has no haproxy")
def test_haproxy_accepts_its_file() -> None:
    done = subprocess.run(
        ["haproxy", "-c", "-f", DEPLOY / "haproxy" / "haproxy.cfg"],
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
