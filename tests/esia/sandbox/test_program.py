"""The sandbox as a program: settings from a file, a clear message if they are not usable."""

from pathlib import Path

import aiohttp
import msgspec
import pytest
from starlette.types import ASGIApp, Message

from myedu.esia.sandbox import Cast, RegisteredClient, SandboxSettings, build_sandbox, default_people
from myedu.esia.sandbox.__main__ import main
from myedu.esia.sandbox.app import from_environment
from myedu.kit.clock import SystemClock
from myedu.kit.serve import serving
from tests.esia.conftest import MNEMONIC, Keys


def settings_of(keys: Keys, **client: str) -> SandboxSettings:
    values = {
        "mnemonic": MNEMONIC,
        "certificate": keys.rsa.certificate,
        "redirect_domains": ["portal.example"],
    }
    registered = msgspec.convert({**values, **client}, RegisteredClient)
    return SandboxSettings(clients=(registered,), token_keys=keys.rsa_token)


async def test_it_starts_from_a_file(keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sandbox.json"
    file.write_bytes(msgspec.json.encode(settings_of(keys)))
    monkeypatch.setenv("MYEDU_ESIA_SANDBOX", str(file))
    async with (
        serving(from_environment()) as url,
        aiohttp.ClientSession() as session,
        session.get(f"{url}/") as answer,
    ):
        assert answer.status == 200
        assert MNEMONIC in await answer.text()


def test_it_refuses_to_listen_where_others_can_reach_it(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sandbox.json"
    file.write_bytes(msgspec.json.encode(settings_of(keys)))
    monkeypatch.setenv("MYEDU_ESIA_SANDBOX", str(file))
    for host in ("0.0.0.0", "::", "192.168.1.5", "edu.example"):
        with pytest.raises(SystemExit, match="open_to_network"):
            main(["--host", host])


@pytest.mark.parametrize(("caller", "status"), [("127.0.0.1", 200), ("::1", 200), ("192.168.1.5", 403)])
async def test_it_answers_its_own_machine_only(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caller: str, status: int
) -> None:
    """Also where another server, told to listen anywhere, runs the application."""
    file = tmp_path / "sandbox.json"
    monkeypatch.setenv("MYEDU_ESIA_SANDBOX", str(file))
    for is_open, expected in ((False, status), (True, 200)):
        file.write_bytes(
            msgspec.json.encode(msgspec.structs.replace(settings_of(keys), open_to_network=is_open))
        )
        assert await status_for(caller, from_environment()) == expected


async def status_for(caller: str, app: ASGIApp) -> int:
    """The status of the home page for a caller at an address."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "headers": [],
        "query_string": b"",
        "client": (caller, 1),
    }
    await app(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.parametrize("content", [None, "{}", "not json", b"\xff"])
def test_settings_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | bytes | None
) -> None:
    file = tmp_path / "sandbox.json"
    if content is not None:
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    monkeypatch.setenv("MYEDU_ESIA_SANDBOX", str(file))
    with pytest.raises(SystemExit, match=r"sandbox\.json is not usable"):
        from_environment()


def test_settings_with_people_or_keys_that_cannot_be_used(
    keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sandbox.json"
    monkeypatch.setenv("MYEDU_ESIA_SANDBOX", str(file))
    mother = default_people().people[0]
    alone = msgspec.structs.replace(settings_of(keys), people=Cast(people=(mother,)))
    for settings, words in (
        (alone, "child 1000300003 is not in the file"),
        (settings_of(keys, certificate=str(tmp_path / "absent.pem")), r"absent\.pem"),
    ):
        file.write_bytes(msgspec.json.encode(settings))
        with pytest.raises(SystemExit, match=words):
            from_environment()


def test_without_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MYEDU_ESIA_SANDBOX", raising=False)
    with pytest.raises(SystemExit, match="must name a JSON file"):
        from_environment()


def test_tokens_for_which_there_is_no_key(keys: Keys) -> None:
    with pytest.raises(ValueError, match="no such token key"):
        build_sandbox(settings_of(keys, token_algorithm="GOST3410_2012_256"), SystemClock())
