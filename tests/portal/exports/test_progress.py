"""How far a package is: on a terminal, in a file, and in the database for the operator's page."""

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from myedu.portal.exports import ledger
from myedu.portal.exports.bar import Bar
from myedu.portal.exports.recorder import recording
from myedu.portal.exports.service import LoadContext, load_folder
from myedu.portal.exports.words import WORDS
from myedu.portal.exports.words_ru import WORDS_RU
from tests.portal.exports.packages import a_school


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_rows_rate_and_time_left() -> None:
    now, out = [100.0], Terminal()
    bar = Bar("r25-a", out, now=lambda: now[0])
    bar("check", 0, 2_000_000)
    now[0] += 10
    bar("check", 500_000, 2_000_000)
    drawn = out.getvalue().split("\r")[-1]
    assert "[######------------------]" in drawn
    assert "500 000 of 2 000 000 rows  50 000/s  0:30 left" in drawn
    bar.close()
    assert out.getvalue().endswith("r25-a check     500 000 rows in 0:10\n")


def test_a_file_gets_a_line_a_stage_and_no_control_characters() -> None:
    now, out = [0.0], io.StringIO()
    bar = Bar("r25-a", out, now=lambda: now[0])
    for rows in range(5):
        bar("fetch", rows)
    now[0] = 3725
    bar("check", 7)
    bar.close()
    assert out.getvalue().splitlines() == [
        "r25-a fetch     4 bytes in 1:02:05",
        "r25-a check     7 rows in 0:00",
    ]


async def test_the_operators_page_can_read_how_far_a_package_is(context: LoadContext) -> None:
    async with recording(context, "r25-a", every=0.01) as told:
        told.progress("check", 1_000, 5_000)
        async with context.database.connection() as conn:
            for _ in range(200):
                line = await ledger.system(conn, "r25-a")
                if line is not None and line.rows is not None:
                    break
                await asyncio.sleep(0.02)
            assert line is not None
            assert (line.stage, line.rows, line.total) == ("check", 1_000, 5_000)
            await ledger.end_run(conn, "r25-a", context.clock.now())
            line = await ledger.system(conn, "r25-a")
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
