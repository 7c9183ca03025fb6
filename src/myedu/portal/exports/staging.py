"""The files of a package into the staging, batch by batch; while one is copied or compared the next is read.

Where the system has rows already, a file is looked through for what differs, and only that is staged.
"""

import contextlib
import io
import itertools
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from uuid import UUID

import msgspec
import polars as pl
from psycopg import AsyncConnection

from myedu.contract.package import Manifest, TableFile
from myedu.portal.exports import store
from myedu.portal.exports.ahead import Ahead
from myedu.portal.exports.checks import CheckedBatch, Zones, check_batch
from myedu.portal.exports.csv_rows import LINE
from myedu.portal.exports.digests import digest_of
from myedu.portal.exports.models import RowProblem
from myedu.portal.exports.progress import Progress
from myedu.portal.exports.public_ids import public_ids
from myedu.portal.exports.read import TextBatch, read_batches
from myedu.portal.people import intake, renewal
from myedu.portal.people.sift import match
from myedu.portal.people.statements import FAIL_CLOSED, QUERIES, Staging, data_columns

_FEW, _SOME = 1, 8
"""Batches that are made before they are asked for, of 4 MiB of a file each; more of them where rows are held:
then only digests are copied, or a delta, which are small."""

_MANY = 10
"""Where fewer than one row in so many differs from what is held, the others are best found by their keys."""


class StagedTable(msgspec.Struct, frozen=True):
    """Rows that a file has, how many of them are staged, and how many of the held ones it lacks; where not
    every line and id could be read, absence says nothing.

    `is_ordered`: each id is greater than the one before, so that none can stand twice. `moves`: something in
    the table changes.
    """

    name: str
    rows: int
    staged: int
    absent: int
    is_whole: bool
    is_ordered: bool
    moves: bool = True


class _Source(msgspec.Struct, frozen=True):
    """One file of a package on its way into the staging."""

    staging: Staging
    folder: Path
    file: TableFile
    zones: Zones
    export_id: UUID

    @property
    def table(self) -> str:
        return self.file.table


async def stage_files(
    conn: AsyncConnection, staging: Staging, folder: Path, manifest: Manifest, progress: Progress
) -> dict[str, StagedTable]:
    """Bring every file of the contract's into the staging and its problems into exports.problems."""
    total = sum(file.rows for file in manifest.tables)
    staged: dict[str, StagedTable] = {}
    done = 0
    progress("read", 0, total)
    # Of a delta the largest first: the others are read while it is compared. Of a full package last: what the
    # server compares by several processes it does when nothing is left to read.
    zones: Future[Collection[str]] = Future()
    sources = sorted(
        _sources(staging, folder, manifest, zones.result),
        key=lambda source: source.file.bytes,
        reverse=not staging.full,
    )
    ready = itertools.chain.from_iterable(map(_ready, sources))
    ahead = Ahead(ready, some=_SOME if staging.held else _FEW)
    async with contextlib.aclosing(ahead):
        await _find_out(conn, zones, wanted=any(source.table == "organizations" for source in sources))
        batches = aiter(ahead)
        for source in sources:

            def told(rows: int, done: int = done) -> None:
                progress("read", done + rows, total)

            table = await _look_through(conn, source, batches, told)
            if staging.way(source.table) == "renewed":
                table = await _stage_differing(conn, source, table)
            if not table.is_whole:
                problems = [_nobody_is_absent(source.table)]
                await store.add_problems(conn, staging.place.system_id, manifest.export_id, problems)
            moves = await _match(conn, staging, table)
            staged[table.name] = msgspec.structs.replace(table, moves=moves)
            done += table.rows
    return {table: staged[table] for table in QUERIES if table in staged}


async def _match(conn: AsyncConnection, staging: Staging, table: StagedTable) -> bool:
    few = are_few(staging, [table])
    if few and staging.full:
        await intake.expect(conn, few=True)
    moves = await match(conn, staging, table.name, ordered=table.is_ordered)
    if few and staging.full:
        await intake.expect(conn, few=False)
    return moves


def are_few(staging: Staging, tables: Collection[StagedTable]) -> bool:
    """Whether the staged rows concern few of the held ones."""
    concerned = sum(table.staged + table.absent for table in tables)
    return not staging.full or concerned * _MANY < sum(table.rows for table in tables)


def unread_rights(staging: Staging, staged: Mapping[str, StagedTable]) -> list[str]:
    """Tables of rights that the system has rows of and that were not read whole: absence, or a row that ends
    one, may be what could not be read."""
    return [name for name in staged if name in FAIL_CLOSED & staging.held and not staged[name].is_whole]


async def _find_out(conn: AsyncConnection, zones: Future[Collection[str]], *, wanted: bool) -> None:
    """To list them takes longer than to read a small file, so reading has begun."""
    try:
        zones.set_result(await intake.known_zones(conn) if wanted else frozenset())
    finally:
        zones.cancel()  # where there is no answer, nobody waits for it


def _sources(staging: Staging, folder: Path, manifest: Manifest, zones: Zones) -> Sequence[_Source]:
    files = {file.table: file for file in manifest.tables}
    return [
        _Source(staging, folder, files[table], zones, manifest.export_id)
        for table in QUERIES
        if table in files
    ]


async def _look_through(
    conn: AsyncConnection,
    source: _Source,
    batches: AsyncIterator["_Ready | None"],
    told: Callable[[int], None],
) -> StagedTable:
    """The whole file once, every row judged by itself."""
    table = StagedTable(name=source.table, rows=0, staged=0, absent=0, is_whole=True, is_ordered=True)
    async for batch in batches:
        if batch is None:
            break
        await _take(conn, source, batch)
        table = StagedTable(
            name=source.table,
            rows=table.rows + batch.rows,
            staged=table.staged + batch.staged,
            absent=0,
            is_whole=table.is_whole and batch.is_whole,
            is_ordered=batch.is_ordered,
        )
        told(table.rows)
    return table


async def _take(conn: AsyncConnection, source: _Source, batch: "_Ready") -> None:
    staging = source.staging
    if batch.text and staging.way(source.table) == "renewed":
        await renewal.see(conn, staging, batch.text)
    elif batch.text:
        await intake.stage(conn, staging, source.table, batch.text)
    if batch.aside:
        await intake.set_aside(conn, staging, batch.aside)
    if batch.problems:
        await store.add_problems(conn, staging.place.system_id, source.export_id, batch.problems)


async def _stage_differing(conn: AsyncConnection, source: _Source, table: StagedTable) -> StagedTable:
    """The lines that differ from what is held are read once more and staged."""
    differing = await renewal.note_differences(
        conn, source.staging, table.name, archive_absent=table.is_whole, ordered=table.is_ordered
    )
    staged = 0
    again = read_batches(source.folder, source.file) if differing.lines else iter(())
    async for text in Ahead(again, some=_FEW):
        if text.frame.is_empty():
            continue
        lines = text.frame[LINE]
        wanted = await renewal.differing_lines(conn, source.staging, table.name, lines[0], lines[-1])
        if wanted:
            frame = text.frame.filter(pl.col(LINE).is_in(wanted))
            frame = check_batch(msgspec.structs.replace(text, frame=frame), source.zones).frame
            await intake.stage(conn, source.staging, table.name, _staged(source, frame))
            staged += frame.height
    return msgspec.structs.replace(table, staged=staged, absent=differing.absent)


class _Ready(msgspec.Struct, frozen=True, kw_only=True):
    """A batch on its way to the server: no more of it than that is kept, as some wait."""

    rows: int
    staged: int
    is_whole: bool
    is_ordered: bool
    text: bytes
    aside: bytes
    problems: list[RowProblem]


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


def _checked(source: _Source) -> Iterator[CheckedBatch]:
    for text in read_batches(source.folder, source.file):
        yield _nothing(text) if text.frame.is_empty() else check_batch(text, source.zones)


def _ready(source: _Source) -> Iterator["_Ready | None"]:
    """Each batch judged, and its good rows as COPY takes them; None at the file's end."""
    order = _Order()
    for batch in _checked(source):
        order.see(batch.ids)
        yield _Ready(
            rows=batch.rows,
            staged=0 if source.staging.way(source.table) == "renewed" else batch.frame.height,
            is_whole=batch.is_whole,
            is_ordered=order.holds,
            text=_staged(source, batch.frame, seen=True) if batch.frame.height else b"",
            aside=_aside(batch) if batch.aside.height else b"",
            problems=batch.problems,
        )
    yield None


def _nothing(text: TextBatch) -> CheckedBatch:
    """What is told of a header, or of lines none of which could be read."""
    none = text.frame[["id", LINE]]
    return CheckedBatch(
        name=text.name, frame=none, rows=text.rows, aside=none, is_whole=text.is_whole,
        problems=text.problems, ids=none["id"],
    )  # fmt: skip


def _staged(source: _Source, frame: pl.DataFrame, *, seen: bool = False) -> bytes:
    """The rows as CSV for the staging, of the columns that intake.sql names. `seen`: at the first sight, when
    of a table that is renewed only what differs is looked for."""
    table, digest = source.table, digest_of(source.table)
    if seen and source.staging.way(table) == "renewed":
        return _csv(frame.select(pl.lit(table).alias("table_name"), "id", LINE, digest))
    rows = frame.select("id", *data_columns(table), "updated_at", digest, "deleted", LINE)
    if table == "persons":  # for who is new: the server makes them one by one, which takes longer
        rows = rows.with_columns(public_ids(rows.height))
    return _csv(rows)


def _aside(batch: CheckedBatch) -> bytes:
    return _csv(batch.aside.select(pl.lit(batch.name).alias("table_name"), "id", LINE))


def _csv(rows: pl.DataFrame) -> bytes:
    """For COPY: null is an empty field, and no checked text is empty."""
    text = io.BytesIO()
    rows.write_csv(text, include_header=False)
    return text.getvalue()


def _nobody_is_absent(table: str) -> RowProblem:
    return RowProblem(table=table, line=1, field=None, code="unread-rows", severity="warning")
