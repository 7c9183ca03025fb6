"""The short form of `make chaos-federation`: some faults of each kind, with short deadlines."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos_federation.__main__ import run
from tests.chaos_federation.faults import FAULTS
from tests.chaos_federation.stand import Times

OF_EACH_KIND = 2
RUNBOOK = Path(__file__).resolve().parents[3] / "docs" / "operations" / "region-down.md"


async def test_every_page_explains_every_fault_in_words(
    tmp_path: Path, fresh_database: Callable[..., str]
) -> None:
    seen: Counter[str] = Counter()
    faults = [fault for fault in FAULTS if seen.update([fault.kind]) or seen[fault.kind] <= OF_EACH_KIND]
    lines: list[str] = []
    result = await run(tmp_path, fresh_database("myedu.portal"), faults, Times(0.5, 3), say=lines.append)
    assert result.cases == 2 * len(faults) == 4 * len(seen)
    assert result.misses == result.wrong_lines_in_log == result.wrong_statuses == 0, "\n".join(lines)


def test_the_faults_are_many_and_different() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 25


@pytest.mark.parametrize("reason", sorted({fault.reason for fault in FAULTS if fault.reason}))
def test_the_runbook_says_what_to_do_about_every_reason(reason: str) -> None:
    named = re.findall(r"`([a-z-]+…?)`", RUNBOOK.read_text().partition("## What to do")[2])
    assert any(re.fullmatch(name.replace("…", ".+"), reason) for name in named)
