"""The program's commands, as a person types them."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import msgspec
import pytest

from myedu.journal.__main__ import main
from tests.invented.cast import CAST, PUPIL
from tests.journal.conftest import free_port


@pytest.fixture
def journal_env(fresh_database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("MYEDU_DATABASE_URL", fresh_database())
    monkeypatch.setenv("MYEDU_EXPORTS", str(tmp_path / "exports"))
    return tmp_path


GENERATE = ["generate", "--region", "78", "--pupils", "30", "--school-size", "30", "--today", "2026-11-23"]


def test_generate_export_and_no_second_time(journal_env: Path, capsys: pytest.CaptureFixture[str]):
    cast = journal_env / "cast.json"
    cast.write_bytes(msgspec.json.encode(CAST))

    assert main(["migrate"]) == 0
    assert main([*GENERATE, "--cast", str(cast)]) == 0
    capsys.readouterr()
    assert main(["export"]) == 0
    package = Path(capsys.readouterr().out.strip())
    assert json.loads((package / "manifest.json").read_text())["region"] == "78"
    assert main(GENERATE) == 1
    assert "empty database" in capsys.readouterr().err
    assert PUPIL.snils in cast.read_text()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["generate", "--region", "99"], "region 99 has no profile"),
        (["generate", "--cast", "nowhere.json"], "the cast nowhere.json can't be read"),
        (["load-edfi", "nowhere"], "copy the district's bulk files there"),
        (["export"], "the journal is empty"),
    ],
)
def test_an_error_is_one_sentence(
    journal_env: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
):
    assert main(["migrate"]) == 0
    assert main(arguments) == 1
    assert sentence in capsys.readouterr().err


def test_without_a_database_the_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.delenv("MYEDU_DATABASE_URL", raising=False)

    assert main(["migrate"]) == 2
    assert "MYEDU_DATABASE_URL" in capsys.readouterr().err


def test_serve_answers_and_ends_at_sigterm(journal_env: Path):
    assert main(["migrate"]) == 0
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "myedu.journal", "serve"], env={**os.environ, "MYEDU_PORT": str(port)}
    )
    try:
        assert _status(f"http://127.0.0.1:{port}/", program) == 200
        assert _status(f"http://127.0.0.1:{port}/v1/capabilities", program) == 401
    finally:
        program.send_signal(signal.SIGTERM)
    assert program.wait(20) in (0, -signal.SIGTERM)


def _status(url: str, program: subprocess.Popen) -> int:
    for _ in range(300):
        assert program.poll() is None
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{url} did not answer in 30 s")
