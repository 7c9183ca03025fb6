"""A CSV file for people's spreadsheets: UTF-8 with a BOM, in pieces, and no cell of it runs as a formula."""

import csv
import io
from collections.abc import AsyncIterator, Sequence

from myedu.kit.csv_cells import plain_cell

_PIECE = 64 * 1024


async def csv_pieces(columns: Sequence[str], rows: AsyncIterator[Sequence[object]]) -> AsyncIterator[bytes]:
    """The file as its rows come, some 64 KiB at a time."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    # Without a BOM the program that most people open the file with takes it for a one-byte encoding.
    text.write("\ufeff")
    writer.writerow(columns)
    async for row in rows:
        writer.writerow([plain_cell(value) if isinstance(value, str) else value for value in row])
        if text.tell() > _PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()
