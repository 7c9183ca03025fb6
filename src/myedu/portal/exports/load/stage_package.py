"""Stages the files of a package batch by batch; while one batch is copied or compared the next is read.

Where the system has rows already, a full package's file is first compared by digests, and only what differs
is staged.
"""

import contextlib
import io
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from datetime import date, timedelta
from pathlib import Path

import msgspec
import polars as pl

from myedu.contract.package import Manifest, TableFile
from myedu.contract.tables import TABLES
from myedu.kit.prefetch import Prefetch
from myedu.portal.exports.load.changed_rows import differing_lines, find_differences
from myedu.portal.exports.load.cross_row_checks import compare_table
from myedu.portal.exports.load.relations import staged_columns
from myedu.portal.exports.load.staging import REGION, Named, Staging
from myedu.portal.exports.models import Progress, RowProblem
from myedu.portal.exports.parse.batches import TextBatch, read_batches
from myedu.portal.exports.parse.csv_rows import LINE
from myedu.portal.exports.parse.digests import digest_of
from myedu.portal.exports.parse.public_ids import public_ids
from myedu.portal.exports.parse.row_checks import CheckedBatch, Zones, check_batch
from myedu.portal.exports.tables import RIGHTS

AddProblems = Callable[[Sequence[RowProblem]], Awaitable[None]]

_FEW, _SOME = 1, 8
"""Batches that are prefetched, of 4 MiB of a file each; more if rows are held: then only digests are
copied, or a delta, which are small."""

_MANY = 10
"""Where fewer than one row in so many differs from the held rows, the others are best found by their keys."""


class StagedTable(msgspec.Struct, frozen=True):
    """One table of the package.

    `rows`: of the file; `staged`: of these; `absent`: held rows that the file lacks. `is_whole`: every line
    and id could be read, else absence says nothing. `is_ordered`: each id is greater than the one before, so
    none is there twice. `changes`: whether something in the table changes.
    """

    name: str
    rows: int
    staged: int
    absent: int
    is_whole: bool
    is_ordered: bool
    changes: bool = True


class _Source(msgspec.Struct, frozen=True):
    """One file of a package."""

    staging: Staging
    folder: Path
    file: TableFile
    zones: Zones
    made_on: date

    @property
    def table(self) -> str:
        return self.file.table

    @property
    def by_digest(self) -> bool:
        """Whether only differing rows are staged."""
        return self.staging.mode(self.table) == "renewed"

    def checked(self, text: TextBatch) -> CheckedBatch:
        """Rows of the file, each checked by itself."""
        return check_batch(text, self.zones, self.made_on)


async def stage_files(
    staging: Staging, folder: Path, manifest: Manifest, add_problems: AddProblems, progress: Progress
) -> dict[str, StagedTable]:
    """Stage every table of the contract that the package has; the tables by name, in the contract's order."""
    total = sum(file.rows for file in manifest.tables)
    staged: dict[str, StagedTable] = {}
    done = 0
    progress("read", 0, total)
    # Of a delta the largest file first: the others are read while it is compared. Of a full package last: the
    # server compares it in several processes, when nothing is left to read.
    zones: Future[Collection[str]] = Future()
    sources = sorted(
        _sources(staging, folder, manifest, zones.result),
        key=lambda source: source.file.bytes,
        reverse=not staging.full,
    )
    ready = itertools.chain.from_iterable(map(_ready_batches, sources))
    prefetched = Prefetch(ready, most=_SOME if staging.held else _FEW)
    async with contextlib.aclosing(prefetched):
        await _fetch_zones(staging, zones, wanted=any(source.table == "organizations" for source in sources))
        batches = aiter(prefetched)
        for source in sources:

            def report(rows: int, done: int = done) -> None:
                progress("read", done + rows, total)

            table = await _read_file(source, batches, add_problems, report)
            if source.by_digest:
                table = await _stage_differing(source, table)
            if not table.is_whole:
                await add_problems([_unread_rows(source.table)])
            changes = await _compare(staging, table)
            staged[table.name] = msgspec.structs.replace(table, changes=changes)
            done += table.rows
    return {table: staged[table] for table in TABLES if table in staged}


def are_few(staging: Staging, tables: Collection[StagedTable]) -> bool:
    """Whether the staged rows concern few of the held ones."""
    concerned = sum(table.staged + table.absent for table in tables)
    return not staging.full or concerned * _MANY < sum(table.rows for table in tables)


def unread_rights(staging: Staging, staged: Mapping[str, StagedTable]) -> list[str]:
    """Tables of rights in which the system has rows and that could not be read whole.

    An absent row, or a row that ends a right, may be among what could not be read.
    """
    return [name for name in staged if name in RIGHTS & staging.held and not staged[name].is_whole]


async def _compare(staging: Staging, table: StagedTable) -> bool:
    async with staging.planned_for(few=are_few(staging, [table])):
        return await compare_table(staging, table.name, ordered=table.is_ordered)


async def _fetch_zones(staging: Staging, zones: Future[Collection[str]], *, wanted: bool) -> None:
    """Listing them takes longer than reading a small file, so reading has begun."""
    try:
        found = await staging.fetch(REGION.time_zones, Named) if wanted else []
        zones.set_result(frozenset(zone.name for zone in found))
    finally:
        zones.cancel()  # without a result no reader waits for one


def _sources(staging: Staging, folder: Path, manifest: Manifest, zones: Zones) -> Sequence[_Source]:
    files = {file.table: file for file in manifest.tables}
    # A day more: where the package was made it may be tomorrow already.
    made_on = (manifest.created_at + timedelta(days=1)).date()
    return [_Source(staging, folder, files[table], zones, made_on) for table in TABLES if table in files]


async def _read_file(
    source: _Source,
    batches: AsyncIterator["_ReadyBatch | None"],
    add_problems: AddProblems,
    report: Callable[[int], None],
) -> StagedTable:
    """The whole file once, each row checked by itself."""
    table = StagedTable(name=source.table, rows=0, staged=0, absent=0, is_whole=True, is_ordered=True)
    async for batch in batches:
        if batch is None:
            break
        await _copy(source, batch, add_problems)
        table = StagedTable(
            name=source.table,
            rows=table.rows + batch.rows,
            staged=table.staged + batch.staged,
            absent=0,
            is_whole=table.is_whole and batch.is_whole,
            is_ordered=batch.is_ordered,
        )
        report(table.rows)
    return table


async def _copy(source: _Source, batch: "_ReadyBatch", add_problems: AddProblems) -> None:
    if batch.text:
        await source.staging.copy("seen" if source.by_digest else source.table, batch.text)
    if batch.rejected:
        await source.staging.copy("rejected", batch.rejected)
    if batch.problems:
        await add_problems(batch.problems)


async def _stage_differing(source: _Source, table: StagedTable) -> StagedTable:
    """Read the lines that differ from the held rows once more, and stage them."""
    staging = source.staging
    differences = await find_differences(
        staging, table.name, archive_absent=table.is_whole, ordered=table.is_ordered
    )
    staged = 0
    again = read_batches(source.folder, source.file) if differences.lines else iter(())
    async for text in Prefetch(again, most=_FEW):
        if text.frame.is_empty():
            continue
        lines = text.frame[LINE]
        wanted = await differing_lines(staging, table.name, lines[0], lines[-1])
        if wanted:
            frame = text.frame.filter(pl.col(LINE).is_in(wanted))
            frame = source.checked(msgspec.structs.replace(text, frame=frame)).frame
            await staging.copy(table.name, _staged_csv(table.name, frame))
            staged += frame.height
    return msgspec.structs.replace(table, staged=staged, absent=differences.absent)


class _ReadyBatch(msgspec.Struct, frozen=True, kw_only=True):
    """A batch on its way to the server: only what COPY takes, as several wait."""

    rows: int
    staged: int
    is_whole: bool
    is_ordered: bool
    text: bytes
    rejected: bytes
    problems: list[RowProblem]


class _IdOrder:
    """Whether ids rise over all batches, as they do where a vendor's query says ORDER BY id."""

    def __init__(self) -> None:
        self.rises = True
        self._last = ""

    def add(self, ids: pl.Series) -> None:
        if not self.rises or ids.is_empty():
            return
        self.rises = ids.null_count() == 0 and ids[0] > self._last and bool((ids[1:] > ids[:-1]).all())
        self._last = ids[-1]


def _ready_batches(source: _Source) -> Iterator["_ReadyBatch | None"]:
    """Each batch checked, and its valid rows as COPY takes them; None at the file's end."""
    order, table = _IdOrder(), source.table
    for text in read_batches(source.folder, source.file):
        batch = _empty(text) if text.frame.is_empty() else source.checked(text)
        order.add(batch.ids)
        rows = batch.frame
        csv = (_seen_csv if source.by_digest else _staged_csv)(table, rows) if rows.height else b""
        yield _ReadyBatch(
            rows=batch.rows,
            staged=0 if source.by_digest else rows.height,
            is_whole=batch.is_whole,
            is_ordered=order.rises,
            text=csv,
            rejected=_rejected_csv(batch) if batch.rejected.height else b"",
            problems=batch.problems,
        )
    yield None


def _empty(text: TextBatch) -> CheckedBatch:
    """The checked batch of a header, or of lines none of which could be read."""
    none = text.frame[["id", LINE]]
    return CheckedBatch(
        name=text.name, frame=none, rows=text.rows, rejected=none, is_whole=text.is_whole,
        problems=text.problems, ids=none["id"],
    )  # fmt: skip


def _staged_csv(table: str, frame: pl.DataFrame) -> bytes:
    rows = frame.with_columns(digest_of(table), pl.col(LINE).alias("line"))
    if table == "persons":  # for new persons: the server would make them one by one, which takes longer
        rows = rows.with_columns(public_ids(rows.height))
    return _csv(rows.select(staged_columns(table)))


def _seen_csv(table: str, frame: pl.DataFrame) -> bytes:
    return _csv(frame.select(pl.lit(table).alias("table_name"), "id", LINE, digest_of(table)))


def _rejected_csv(batch: CheckedBatch) -> bytes:
    return _csv(batch.rejected.select(pl.lit(batch.name).alias("table_name"), "id", LINE))


def _csv(rows: pl.DataFrame) -> bytes:
    """For COPY: null is an empty field, and no checked text is empty."""
    text = io.BytesIO()
    rows.write_csv(text, include_header=False)
    return text.getvalue()


def _unread_rows(table: str) -> RowProblem:
    return RowProblem(table=table, line=1, field=None, code="unread-rows", severity="warning")
