"""A whole Ed-Fi district as batches: the roster, then the days, one batch a semester of a school."""

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
"""The default: the format names no time zone, and the sample district lies in Texas."""


def district_batches(
    folder: Path, report: Counter[str], *, time_zone: str = TIME_ZONE, window: Window | None = None
) -> Iterator[Batch]:
    """Yields batches for `load`. Raises EdFiError if `folder` isn't usable.

    `report` gets sentence → count of what the journal can't store and what had to be inferred. Lessons are of
    the days of `window`, or of the whole school year if it is None.
    """
    district = read_district(folder, report, time_zone, window)
    yield roster_batch(folder, district, report)
    yield from days_batches(folder, district, report)
    for element, count in source.not_read(folder).items():
        report[f"{element}: no place in a journal"] += count
