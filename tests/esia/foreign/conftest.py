"""Environments of the foreign clients, built once below .run/foreign with the registries' own programs."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_FOREIGN = Path(__file__).resolve().parents[3] / ".run" / "foreign"
_ESIA_CONNECTOR = ["esia-connector==0.16", "PyJWT==1.7.1", "cryptography<42", "requests", "pytz"]
_NPM_ESIA = "esia@0.2.3"
_BUILD_S = 300


@pytest.fixture(scope="session")
def esia_connector() -> Path:
    """The interpreter of an environment with PyPI's esia-connector 0.16."""
    home = _FOREIGN / "esia-connector"
    python = home / "bin" / "python"
    if not (home / ".ready").exists():
        _build([sys.executable, "-m", "venv", "--clear", str(home)])
        _build([str(python), "-m", "pip", "install", "--quiet", *_ESIA_CONNECTOR])
        (home / ".ready").touch()
    return python


@pytest.fixture(scope="session")
def npm_esia() -> Path:
    """A folder with npm's esia 0.2.3 in its node_modules."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("npm's esia needs node and npm, which are not here: install Node.js 20")
    home = _FOREIGN / "npm-esia"
    if not (home / ".ready").exists():
        home.mkdir(parents=True, exist_ok=True)
        (home / "package.json").write_text('{"private": true}')
        _build(
            [
                "npm",
                "install",
                "--prefix",
                str(home),
                "--ignore-scripts",
                "--no-audit",
                "--no-fund",
                _NPM_ESIA,
            ]
        )
        (home / ".ready").touch()
    return home


def _build(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_BUILD_S, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip(f"a foreign client cannot be installed here: {command[0]} did not end in {_BUILD_S} s")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        pytest.skip(f"a foreign client cannot be installed here: {last}")


async def run_foreign(command: list[str], sent: str) -> str:
    """Standard output of a foreign program; the test fails with its standard error where it fails."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate(f"{sent}\n".encode())
    assert process.returncode == 0, err.decode()
    return out.decode()
