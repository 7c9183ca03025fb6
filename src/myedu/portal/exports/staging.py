"""The files of a package into the staging, batch by batch; while one is copied the next is read."""

import asyncio
import io
import os
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
from myedu.portal.exports.read import TextBatch, read_batches
from myedu.portal.people import intake
from myedu.portal.people.intake import Staging


class StagedTable(msgspec.Struct, frozen=True):
    """Rows that a file has; where not every line and id could be read, absence says nothing.

    `is_ordered`: each id is greater than the one before, so that none can stand twice.
    """

    name: str
    rows: int
    is_whole: bool
    is_ordered: bool


async def stage_files(
    conn: AsyncConnection, staging: Staging, folder: Path, manifest: Manifest, progress: Progress
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
        async for batch, text in _ahead(_checked(folder, files[table], zones, staging)):
            await _stage(conn, staging, batch, text, manifest.export_id)
            rows, whole = rows + batch.rows, whole and batch.is_whole
            order.see(batch.ids)
            progress("read", done + rows, total)
        if not whole:
            await store.add_problems(
                conn, staging.place.system_id, manifest.export_id, [_nobody_is_absent(table)]
            )
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


_Ready = tuple[CheckedBatch, bytes]


def _checked(folder: Path, file: TableFile, zones: Collection[str], staging: Staging) -> Iterator[_Ready]:
    """Each batch judged, and its good rows as COPY takes them."""
    for text in read_batches(folder, file):
        if text.frame.is_empty():
            yield _nothing(text), b""
            continue
        batch = check_batch(text, zones)
        yield batch, _csv(staging, batch) if batch.frame.height else b""


def _nothing(text: TextBatch) -> CheckedBatch:
    """What is told of a header, or of lines none of which could be read."""
    none = text.frame.select("id", LINE)
    return CheckedBatch(
        name=text.name, frame=none, rows=text.rows, aside=none, is_whole=text.is_whole,
        problems=text.problems, ids=none["id"],
    )  # fmt: skip


async def _ahead(batches: Iterator[_Ready]) -> AsyncIterator[_Ready]:
    """The batches, each computed in a thread while the one before is written."""
    coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
    try:
        while (batch := await coming) is not None:
            coming = asyncio.create_task(asyncio.to_thread(next, batches, None))
            yield batch
    finally:
        # A thread can't be stopped: wait for it, so that the file is closed when this returns.
        await asyncio.wait([coming])


async def _stage(
    conn: AsyncConnection, staging: Staging, batch: CheckedBatch, text: bytes, export_id: UUID
) -> None:
    place = staging.place
    if text:
        await intake.stage(conn, staging, batch.name, text)
    if batch.aside.height:
        rows = batch.aside.select(
            pl.lit(place.region).alias("region"), pl.lit(place.system_id).alias("system_id"),
            pl.lit(batch.name).alias("table_name"), "id", LINE,
        )  # fmt: skip
        await intake.set_aside(conn, rows.write_csv(include_header=False).encode())
    if batch.problems:
        await store.add_problems(conn, place.system_id, export_id, batch.problems)


def _csv(staging: Staging, batch: CheckedBatch) -> bytes:
    """The rows as CSV for COPY: null is an empty field, and no checked text is empty."""
    frame, place = batch.frame, staging.place
    key = [pl.lit(place.region).alias("region"), pl.lit(place.system_id).alias("system_id")]
    values = [name for name in frame.columns if name not in (LINE, "updated_at", "deleted")]
    rows = frame.select(*([] if staging.bare else key), *values, "updated_at", "deleted", LINE)
    if batch.name == "persons":
        ids = _public_ids(rows.height) if staging.gives_ids else None
        rows = rows.with_columns(pl.Series("public_id", ids, pl.String) if ids else pl.lit(None, pl.String))
    text = io.BytesIO()
    rows.write_csv(text, include_header=False)
    return text.getvalue()


_VERSION = bytes(0x40 | byte & 0x0F for byte in range(256))
_VARIANT = bytes(0x80 | byte & 0x3F for byte in range(256))


def _public_ids(count: int) -> list[str]:
    """So many of uuid.uuid4, of one draw: 122 random bits each, as 32 hexadecimal digits."""
    drawn = bytearray(os.urandom(16 * count))
    drawn[6::16] = drawn[6::16].translate(_VERSION)
    drawn[8::16] = drawn[8::16].translate(_VARIANT)
    digits = drawn.hex()
    return [digits[start : start + 32] for start in range(0, len(digits), 32)]


def _nobody_is_absent(table: str) -> RowProblem:
    return RowProblem(table=table, line=1, field=None, code="unread-rows", severity="warning")
