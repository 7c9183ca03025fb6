"""problems.csv: the same file for the vendor and for the operator."""

import csv
import io
from collections.abc import AsyncIterator
from uuid import UUID

from litestar.response import Stream

from myedu.kit.db import Database
from myedu.portal.exports.models import RowProblem
from myedu.portal.exports.report.package_queries import iterate_problems
from myedu.portal.exports.report.words import words_en, words_ru

COLUMNS = ("table", "line", "field", "code", "severity", "detail", "words_ru", "words_en")
_PIECE = 64 * 1024
_FORMULA = ("=", "+", "-", "@")


def problems_file(database: Database, system_id: str, export_id: UUID) -> Stream:
    """Every problem of every row, by table and line."""
    headers = {"content-disposition": f'attachment; filename="problems-{export_id}.csv"'}
    rows = iterate_problems(database, system_id, export_id)
    return Stream(_pieces(rows), media_type="text/csv; charset=utf-8", headers=headers)


async def _pieces(problems: AsyncIterator[RowProblem]) -> AsyncIterator[bytes]:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    # A BOM: without it the program that most people open the file with takes it for a one-byte encoding.
    text.write("\ufeff")
    writer.writerow(COLUMNS)
    async for one in problems:
        place = (one.table, one.line, one.field or "", one.code, one.severity, _cell(one.detail or ""))
        writer.writerow((*place, words_ru(one.code), words_en(one.code)))
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _cell(text: str) -> str:
    """A vendor's text must not run as a formula when the operator opens the file."""
    return f"'{text}" if text.startswith(_FORMULA) else text
