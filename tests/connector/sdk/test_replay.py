"""Used assertions: remembered as long as they could be sent again, by one process or by several."""

import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from myedu.connector.sdk.replay import MemoryReplay, ReplayMemory, SqliteReplay
from myedu.contract.problems import ContractError

Make = Callable[[], ReplayMemory]


@pytest.fixture(params=["memory", "sqlite"])
def replay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ReplayMemory]:
    if request.param == "memory":
        yield MemoryReplay()
        return
    memory = SqliteReplay(tmp_path / "used.sqlite")
    yield memory
    memory.close()


def test_an_assertion_is_good_once(replay: ReplayMemory) -> None:
    assert replay.use_once("portal", "a", until=100, now=10)
    assert not replay.use_once("portal", "a", until=100, now=99)
    assert replay.use_once("portal", "b", until=100, now=99)
    assert replay.use_once("another client", "a", until=100, now=99)


def test_it_is_forgotten_when_it_has_expired(replay: ReplayMemory) -> None:
    replay.use_once("portal", "a", until=100, now=10)
    assert replay.use_once("portal", "a", until=300, now=100)


def _tries(path: Path) -> int:
    memory = SqliteReplay(path)
    return sum(memory.use_once("portal", f"jti-{n}", until=100, now=10) for n in range(50))


def test_two_processes_share_one_memory(tmp_path: Path) -> None:
    path = tmp_path / "used.sqlite"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert sum(pool.map(_tries, [path, path])) == 50


def test_a_file_that_cannot_be_written_is_told_as_busy(tmp_path: Path) -> None:
    path = tmp_path / "used.sqlite"
    memory = SqliteReplay(path)
    with sqlite3.connect(path) as other:
        other.execute("DROP TABLE used")
    other.close()
    with pytest.raises(ContractError) as caught:
        memory.use_once("portal", "a", until=100, now=10)
    memory.close()
    assert (caught.value.problem.code, caught.value.retry_after) == ("unavailable", 5)
