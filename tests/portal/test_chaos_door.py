"""The short form of `make chaos-door`: some shapes of hostile connections, without a look at the clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.families import settle
from benchmarks.servers import portal_settings
from myedu.contract.windows import week_of
from myedu.kit.encryption import new_key
from tests.chaos_door.__main__ import run
from tests.chaos_door.shapes import SHAPES

SOME = {
    "half a head",
    "half a form",
    "a header of 20 MB",
    "never reads",
    "a flood of pipelined requests",
    "hangs up anywhere",
    "more than there are places",
}


async def test_readers_get_every_page(fresh_database: Callable[..., str], tmp_path: Path) -> None:
    url, key, week = fresh_database("myedu.portal"), new_key(), week_of(datetime.now(UTC).date())
    visits = settle(url, week, 10, key)
    shapes = [shape for shape in SHAPES if shape.name in SOME]
    assert len(shapes) == len(SOME)
    said: list[str] = []
    settings = portal_settings(url, tmp_path, key)
    result = await run(tmp_path, settings, visits, week, shapes, 1.0, said.append)
    assert [line for line in said if line.startswith("MISS")] == []
    assert result.failed == 0
    assert result.tried > 500
    assert result.pages_read > 100
