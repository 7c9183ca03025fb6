"""`myedu conform` as a person types it, over a real socket."""

import asyncio
import sys
from pathlib import Path

import msgspec
import pytest

from myedu.connector.conformance.__main__ import main
from myedu.connector.conformance.keys import Signer, new_key
from myedu.connector.sdk.server import RegisteredClient, connector_app
from myedu.kit.clock import SystemClock
from myedu.kit.private_files import write_private
from myedu.kit.serve import serving
from tests.connector.conformance.conftest import TOKEN_KEY
from tests.connector.conformance.good import CLIENT_ID, TodaysSchool
from tests.connector.sdk.school import PUPIL

GIVEN = ["--student", PUPIL, "--load-seconds", "0.2"]


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.pem"
    write_private(path, new_key().encode())
    return path


async def run(key: Path, *arguments: str, registered: str | None = None) -> int:
    """The command against a school that is there today."""
    signer = Signer(registered or await asyncio.to_thread(key.read_text))
    late: list[object] = []

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]
        await late[0](scope, receive, send)  # type: ignore[operator]

    async def start(scope, receive, send):  # type: ignore[no-untyped-def]
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        else:
            await app(scope, receive, send)

    async with serving(start) as url:
        late.append(
            connector_app(
                TodaysSchool(),
                base_url=url,
                clients=[RegisteredClient(CLIENT_ID, signer.public_pem)],
                token_key=TOKEN_KEY,
                clock=SystemClock(),
            )
        )
        given = [url, "--client-id", CLIENT_ID, "--key", str(key), *arguments]
        return await asyncio.to_thread(main, given)


async def test_a_good_system_is_green_and_the_files_are_written(
    key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = {name: tmp_path / f"report.{name}" for name in ("json", "junit", "html")}
    arguments = [text for name, path in files.items() for text in (f"--{name}", str(path))]
    assert await run(key, *GIVEN, *arguments, "--lang", "ru") == 0
    printed = capsys.readouterr()
    assert "Система соблюдает контракт." in printed.out
    assert "100%" in printed.err
    assert msgspec.json.decode(files["json"].read_bytes())["exit_status"] == 0
    assert b"<testsuite" in files["junit"].read_bytes()
    assert files["html"].read_bytes().startswith(b"<!doctype html>")


async def test_one_group_in_english(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(key, *GIVEN, "--rule", "capabilities", "--lang", "en") == 0
    printed = capsys.readouterr().out
    assert "capabilities.shape" in printed
    assert "auth." not in printed
    assert "The system keeps the contract." in printed


async def test_a_key_that_is_not_registered(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(key, *GIVEN, "--lang", "ru", registered=new_key()) == 2
    assert "токен не получен: 401" in capsys.readouterr().err


async def test_no_student_to_request(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(key, "--lang", "en") == 2
    assert "name one: --student ID" in capsys.readouterr().err


def test_a_key_that_others_can_read_is_not_used(key: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key.chmod(0o644)
    assert main(["--client-id", "x", "--key", str(key), "http://127.0.0.1:1"]) == 2
    assert f"chmod 600 {key}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["ftp://x"], "is not an address"),
        (["http://"], "is not an address"),
        (["http://[::1"], "is not an address"),
        (["http://127.0.0.1:99999"], "is not an address"),
        (["http://127.0.0.1:1", "--lang", "ru"], "проверьте адрес"),
        (["http://127.0.0.1:1", "--rule", "nothing"], "there is no rule nothing"),
        (["http://127.0.0.1:1", "--exempt", "nothing=because of that"], "there is no rule nothing"),
        (["http://127.0.0.1:1", "--exempt", "methods.etag="], "needs a sentence"),
        (["http://127.0.0.1:1", "--key", "/nowhere.pem"], "No such file"),
        (["http://127.0.0.1:1", "--key", "/"], "name the private key's file"),
        (["http://127.0.0.1:1", "--key", sys.executable], "is not a PEM file"),
        (["http://127.0.0.1:1", "--html", "/nowhere/report.html"], "existing folder"),
    ],
)
def test_what_goes_wrong_is_one_sentence(
    key: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["--client-id", "x", "--key", str(key), *arguments]) == 2
    assert sentence in capsys.readouterr().err
