"""How far a package is: on a terminal, in a file, and in the database for the operator's page."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.report.progress_bar import ProgressBar
from myedu.portal.exports.report.recorder import recording
from myedu.portal.exports.report.words import WORDS
from myedu.portal.exports.report.words_ru import WORDS_RU
from myedu.portal.exports.service import load_folder
from tests.portal.exports.packages import a_school


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_rows_rate_and_time_left() -> None:
    now, out = [100.0], Terminal()
    bar = ProgressBar("r25-a", out, now=lambda: now[0])
    bar("match", 0, 2_000_000)
    now[0] += 10
    bar("match", 500_000, 2_000_000)
    drawn = out.getvalue().split("\r")[-1]
    assert "[######------------------]" in drawn
    assert "500 000 of 2 000 000 rows  50 000/s  0:30 left" in drawn
    bar.close()
    assert out.getvalue().endswith("r25-a match     500 000 rows in 0:10\n")


def test_a_file_gets_a_line_a_stage_and_no_control_characters() -> None:
    now, out = [0.0], io.StringIO()
    bar = ProgressBar("r25-a", out, now=lambda: now[0])
    for rows in range(5):
        bar("fetch", rows)
    now[0] = 3725
    bar("match", 7)
    bar.close()
    assert out.getvalue().splitlines() == [
        "r25-a fetch     4 bytes in 1:02:05",
        "r25-a match     7 rows in 0:00",
    ]


async def test_the_operators_page_can_read_how_far_a_package_is(context: LoadContext) -> None:
    async with recording(context, "r25-a", every=0.01) as told:
        told.progress("match", 1_000, 5_000)
        async with context.database.connection() as conn:
            for _ in range(200):
                line = await package_queries.system(conn, "r25-a")
                if line is not None and line.rows is not None:
                    break
                await asyncio.sleep(0.02)
            assert line is not None
            assert (line.stage, line.rows, line.total) == ("match", 1_000, 5_000)
            await package_queries.end_run(conn, "r25-a", context.clock.now())
            line = await package_queries.system(conn, "r25-a")
            assert line is not None
            assert line.stage is None


async def test_the_belt_tells_how_far_it_is(context: LoadContext, write: Callable[..., Path]) -> None:
    told: list[tuple[Any, ...]] = []

    def noting(stage: str, rows: int, total: int | None = None) -> None:
        told.append((stage, rows, total))

    await load_folder(msgspec.structs.replace(context, progress=noting), "r25-a", write(a_school(20)))
    stages = [stage for stage, _, _ in told]
    assert list(dict.fromkeys(stages)) == ["verify", "read", "match", "compare", "apply"]
    assert all(rows <= total for _, rows, total in told if total is not None)


def test_every_problem_has_words_in_russian() -> None:
    assert set(WORDS) == set(WORDS_RU)
