"""problems.csv: the same file for the vendor and for the operator."""

from collections.abc import AsyncIterator
from uuid import UUID

from myedu.kit.csv_file import csv_pieces
from myedu.kit.db import Database
from myedu.portal.exports.report.package_queries import iterate_problems
from myedu.portal.exports.report.words import words_en, words_ru

COLUMNS = ("table", "line", "field", "code", "severity", "detail", "words_ru", "words_en")


async def problems_file(database: Database, system_id: str, export_id: UUID) -> AsyncIterator[bytes]:
    """Every problem of every row, by table and line: UTF-8 in pieces of some 64 KiB."""

    async def rows() -> AsyncIterator[tuple[object, ...]]:
        async for one in iterate_problems(database, system_id, export_id):
            place = (one.table, one.line, one.field or "", one.code, one.severity, one.detail or "")
            yield (*place, words_ru(one.code), words_en(one.code))

    async for piece in csv_pieces(COLUMNS, rows()):
        yield piece
