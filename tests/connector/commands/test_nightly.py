"""A package every night: in the journal's zone, at once where there is none, again after a failure."""

import asyncio
import contextlib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from myedu.connector.commands import nightly
from myedu.connector.sdk.package_folder import packages
from myedu.kit.clock import FixedClock
from myedu.kit.folder_lock import FolderLock
from tests.connector.simple.village import Village

ZONE = ZoneInfo("Asia/Vladivostok")
AT = time(2, 30)
EVENING = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 22:00 there


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2026-11-23T12:00+00:00", "2026-11-24T02:30+10:00"),
        ("2026-11-23T16:29+00:00", "2026-11-24T02:30+10:00"),
        ("2026-11-23T16:30+00:00", "2026-11-25T02:30+10:00"),
    ],
)
def test_the_next_night(now: str, due: str) -> None:
    found = nightly.next_time(AT, ZONE, datetime.fromisoformat(now))
    assert found == datetime.fromisoformat(due)


class Leaping(FixedClock):
    """A clock that goes on by what a sleeper sleeps."""

    async def sleep(self, seconds: float) -> None:
        self.advance(timedelta(seconds=seconds))
        if self.now() > EVENING + timedelta(days=2, hours=12):
            raise asyncio.CancelledError


async def nights(journal: Village, folder: Path, at: time | None, monkeypatch: Any) -> list[datetime]:
    """Two days and a half, in no time; when packages were written."""
    clock = Leaping(EVENING)
    # of this file alone: a server of another test may sleep in the same loop
    monkeypatch.setattr(nightly, "asyncio", SimpleNamespace(sleep=clock.sleep))
    with contextlib.suppress(asyncio.CancelledError):
        await nightly.write_nightly(journal, folder, at, clock)
    return sorted(manifest.created_at for manifest in packages(folder))


async def test_at_once_and_every_night(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await nights(Village(), tmp_path, AT, monkeypatch)
    first = datetime(2026, 11, 24, 2, 30, tzinfo=ZONE)
    assert found == [EVENING, *(first + timedelta(days=night) for night in range(3))]


async def test_without_a_time_only_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert await nights(Village(), tmp_path, None, monkeypatch) == [EVENING]


class Failing(Village):
    """Its database is away for the first two tries; then a row is wrong once."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    def organizations(self) -> Any:
        self.tries += 1
        if self.tries <= 2:
            raise ConnectionError("the database is away")
        rows = super().organizations()
        return [{**rows[0], "kind": ""}] if self.tries == 3 else rows


async def test_a_failure_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await nights(Failing(), tmp_path, None, monkeypatch)
    assert found == [EVENING + timedelta(minutes=90)]


async def test_what_another_process_writes_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = FolderLock.take(tmp_path / ".lock", patience=0)
    lock.write("another process")
    assert await nights(Village(), tmp_path, None, monkeypatch) == []
    lock.release()


class OfAnother(Village):
    """Asked for its tables where they shouldn't be."""

    def organizations(self) -> Any:
        raise AssertionError("written twice")


async def test_a_package_that_is_there_is_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FixedClock(EVENING)
    await asyncio.to_thread(nightly.write_export, Village(), tmp_path, now=EVENING)
    assert await nightly._written(OfAnother(), tmp_path, EVENING, clock)
    assert not await nightly._written(OfAnother(), tmp_path, EVENING + timedelta(days=1), clock)
