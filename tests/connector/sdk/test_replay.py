"""Used assertions: remembered as long as they could be sent again, by one process or by several."""

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import jwt
import pytest

from myedu.connector.sdk.oauth import ASSERTION_TYPE, AuthorizationServer, OAuthRefusal, RegisteredClient
from myedu.connector.sdk.replay import MemoryReplay, ReplayStore, SqliteReplay
from myedu.contract.problems import ContractError
from myedu.kit.clock import FixedClock
from tests.connector.sdk.conftest import CLIENT_ID, TOKEN_KEY, KeyPair

Make = Callable[[], ReplayStore]


@pytest.fixture(params=["memory", "sqlite"])
def replay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReplayStore]:
    if request.param == "memory":
        yield MemoryReplay()
        return
    memory = SqliteReplay(tmp_path / "used.sqlite")
    yield memory
    memory.close()


def test_an_assertion_is_good_once(replay: ReplayStore) -> None:
    assert replay.use_once("portal", "a", until=100, now=10)
    assert not replay.use_once("portal", "a", until=100, now=99)
    assert replay.use_once("portal", "b", until=100, now=99)
    assert replay.use_once("another client", "a", until=100, now=99)


def test_it_is_forgotten_when_it_has_expired(replay: ReplayStore) -> None:
    replay.use_once("portal", "a", until=100, now=10)
    assert replay.use_once("portal", "a", until=300, now=100)


def test_a_server_takes_an_assertion_once_whichever_process_hears_it(
    tmp_path: Path, clock: FixedClock, portal_key: KeyPair
) -> None:
    def process() -> tuple[AuthorizationServer, SqliteReplay]:
        memory = SqliteReplay(tmp_path / "used.sqlite")
        clients = [RegisteredClient(CLIENT_ID, portal_key.public)]
        return (
            AuthorizationServer(
                clients, token_key=TOKEN_KEY, base_url="https://x.example", clock=clock, replay=memory
            ),
            memory,
        )

    now = int(clock.now().timestamp())
    claims = {"iss": CLIENT_ID, "sub": CLIENT_ID, "aud": "https://x.example/oauth2/token", "iat": now,
              "exp": now + 60, "jti": "one"}  # fmt: skip
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt.encode(claims, portal_key.private, algorithm="ES256"),
    }
    (one, first), (other, second) = process(), process()
    token = one.grant(form).access_token
    with pytest.raises(OAuthRefusal, match="used before"):
        other.grant(form)
    assert other.authenticate(f"Bearer {token}").client_id == CLIENT_ID
    first.close()
    second.close()


def _tries(path: Path) -> int:
    memory = SqliteReplay(path)
    return sum(memory.use_once("portal", f"jti-{n}", until=100, now=10) for n in range(50))


def test_two_processes_share_one_memory(tmp_path: Path) -> None:
    path = tmp_path / "used.sqlite"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert sum(pool.map(_tries, [path, path])) == 50


def test_a_file_that_cannot_be_written_is_answered_as_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "used.sqlite"
    memory = SqliteReplay(path)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE used")
    other.close()
    with pytest.raises(ContractError) as caught:
        memory.use_once("portal", "a", until=100, now=10)
    memory.close()
    assert (caught.value.problem.code, caught.value.retry_after) == ("unavailable", 5)
