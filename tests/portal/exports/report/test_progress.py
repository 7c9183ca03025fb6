"""How far a package is: on a terminal, in a file, and in the database for the operator's page."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from myedu.portal.exports.models import LoadContext
from myedu.portal.exports.report import package_queries
from myedu.portal.exports.report.recorder import recording
from myedu.portal.exports.report.words import WORDS
from myedu.portal.exports.report.words_ru import WORDS_RU
from myedu.portal.exports.service import load_folder
from tests.portal.exports.packages import a_school


async def test_the_operators_page_can_read_how_far_a_package_is(context: LoadContext) -> None:
    async with recording(context, "r25-a", every=0.01) as progress:
        progress.progress("match", 1_000, 5_000)
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
    seen: list[tuple[Any, ...]] = []

    def noting(stage: str, rows: int, total: int | None = None) -> None:
        seen.append((stage, rows, total))

    await load_folder(msgspec.structs.replace(context, progress=noting), "r25-a", write(a_school(20)))
    stages = [stage for stage, _, _ in seen]
    assert list(dict.fromkeys(stages)) == ["verify", "read", "match", "compare", "apply"]
    assert all(rows <= total for _, rows, total in seen if total is not None)


def test_every_problem_has_words_in_russian() -> None:
    assert set(WORDS) == set(WORDS_RU)
