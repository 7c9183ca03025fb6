"""problems.csv: the same file for the vendor and for the operator."""

import csv
import io
from collections.abc import AsyncIterator
from uuid import UUID

from myedu.kit.csv_cells import plain_cell
from myedu.kit.db import Database
from myedu.portal.exports.report.package_queries import iterate_problems
from myedu.portal.exports.report.words import words_en, words_ru

COLUMNS = ("table", "line", "field", "code", "severity", "detail", "words_ru", "words_en")
_PIECE = 64 * 1024


async def problems_file(database: Database, system_id: str, export_id: UUID) -> AsyncIterator[bytes]:
    """Every problem of every row, by table and line: UTF-8 in pieces of some 64 KiB."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    # A BOM: without it the program that most people open the file with takes it for a one-byte encoding.
    text.write("\ufeff")
    writer.writerow(COLUMNS)
    async for one in iterate_problems(database, system_id, export_id):
        place = (one.table, one.line, one.field or "", one.code, one.severity, plain_cell(one.detail or ""))
        writer.writerow((*place, words_ru(one.code), words_en(one.code)))
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
