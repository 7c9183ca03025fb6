"""The files of a package into the staging, batch by batch; while one is copied the next is read."""

import asyncio
import io
from collections.abc import AsyncIterator, Collection, Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import polars as pl
from psycopg import AsyncConnection

from myedu.contract.package import Manifest, TableFile
from myedu.portal.exports import store
from myedu.portal.exports.checks import CheckedBatch, check_batch
from myedu.portal.exports.csv_rows import LINE
from myedu.portal.exports.models import RowProblem
from myedu.portal.exports.progress import Progress
from myedu.portal.exports.read import read_batches
from myedu.portal.people import intake
from myedu.portal.people.intake import Place


class StagedTable(msgspec.Struct, frozen=True):
    """Rows that a file has; where not every line and id could be read, absence says nothing.

    `is_ordered`: each id is greater than the one before, so that none can stand twice.
    """

    name: str
    rows: int
    is_whole: bool
    is_ordered: bool


async def stage_files(
    conn: AsyncConnection, place: Place, folder: Path, manifest: Manifest, progress: Progress
) -> dict[str, StagedTable]:
    """Bring every file of the contract's into the staging and its problems into exports.problems."""
    files = {file.table: file for file in manifest.tables}
    total = sum(file.rows for file in manifest.tables)
    staged: dict[str, StagedTable] = {}
    done = 0
    progress("read", 0, total)
    for table in (name for name in intake.QUERIES if name in files):
        zones = await intake.known_zones(conn) if table == "organizations" and files[table].rows else ()
        rows, whole, order = 0, True, _Order()
        async for batch in _ahead(_checked(folder, files[table], zones)):
            await _stage(conn, place, batch, manifest.export_id)
            rows, whole = rows + batch.rows, whole and batch.is_whole
            order.see(batch.ids)
            progress("read", done + rows, total)
        if not whole:
            await store.add_problems(conn, place.system_id, manifest.export_id, [_nobody_is_absent(table)])
        staged[table] = StagedTable(table, rows, whole, order.holds)
        done += rows
    return staged


class _Order:
    """Whether ids rise over all batches, as they do where a vendor's query says ORDER BY id."""

    def __init__(self) -> None:
        self.holds = True
        self._last = ""

    def see(self, ids: pl.Series) -> None:
        if not self.holds or ids.is_empty():
            return
        self.holds = ids.null_count() == 0 and ids[0] > self._last and bool((ids[1:] > ids[:-1]).all())
        self._last = ids[-1]


def _checked(folder: Path, file: TableFile, zones: Collection[str]) -> Iterator[CheckedBatch]:
    for text in read_batches(folder, file):
        yield check_batch(text, zones)


async def _ahead(batches: Iterator[CheckedBatch]) -> AsyncIterator[CheckedBatch]:
    """The batches, each computed in a thread while the one before is written."""
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        # A thread can't be stopped: wait for it, so that the file is closed when this returns.
        await asyncio.wait([coming])


async def _stage(conn: AsyncConnection, place: Place, batch: CheckedBatch, export_id: UUID) -> None:
    if batch.frame.height:
        await intake.stage(conn, batch.name, _csv(place, batch.frame))
    if batch.aside.height:
        rows = batch.aside.select(
            pl.lit(place.region).alias("region"), pl.lit(place.system_id).alias("system_id"),
            pl.lit(batch.name).alias("table_name"), "id", LINE,
        )  # fmt: skip
        await intake.set_aside(conn, rows.write_csv(include_header=False).encode())
    if batch.problems:
        await store.add_problems(conn, place.system_id, export_id, batch.problems)


def _csv(place: Place, frame: pl.DataFrame) -> bytes:
    """The rows as CSV for COPY: null is an empty field, and no checked text is empty."""
    ordered = frame.select(
        pl.lit(place.region).alias("region"),
        pl.lit(place.system_id).alias("system_id"),
        *(name for name in frame.columns if name not in (LINE, "updated_at", "deleted")),
        "updated_at",
        "deleted",
        LINE,
    )
    text = io.BytesIO()
    ordered.write_csv(text, include_header=False)
    return text.getvalue()


def _nobody_is_absent(table: str) -> RowProblem:
    return RowProblem(table=table, line=1, field=None, code="unread-rows", severity="warning")
