"""An Ed-Fi district as this journal's rows: the roster, then the days, a semester of a school a batch."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from myedu.connector.adapters.edfi import source
from myedu.connector.adapters.edfi.district import read_district
from myedu.contract.windows import Window
from myedu.journal.imports.edfi.days import days_batches
from myedu.journal.imports.edfi.roster import roster_batch
from myedu.records import Batch

TIME_ZONE = "America/Chicago"
"""The format names no time zone; the sample district lies in Texas."""


def district_batches(
    folder: Path, report: Counter[str], *, time_zone: str = TIME_ZONE, window: Window | None = None
) -> Iterator[Batch]:
    """Batches for `load`. `report` is filled with what has no place here and what had to be inferred.

    Lessons of the days of `window` are made, of the whole school year when it is None.
    """
    district = read_district(folder, report, time_zone, window)
    yield roster_batch(folder, district, report)
    yield from days_batches(folder, district, report)
    for element, count in source.not_read(folder).items():
        report[f"{element}: no place in a journal"] += count
