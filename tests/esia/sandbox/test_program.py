"""The sandbox as a program: settings from a file, a clear message if they are not usable."""

from pathlib import Path

import aiohttp
import msgspec
import pytest

from myedu.esia.sandbox import Cast, RegisteredClient, SandboxSettings, build_sandbox, default_people
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
