"""Ids and references to them are 1 to 64 printable ASCII characters."""

import re

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.tables import REFERENCES, TABLES

_ID = re.compile(r"(?!\.{1,2}$)[!-~]{1,64}")


async def check(case: Case) -> None:
    columns = [(table, "id") for table in TABLES]
    columns += [(table, column) for table, targets in REFERENCES.items() for column in targets]
    wrong = await wrong_cells(case, columns, lambda cell: _ID.fullmatch(cell) is None)
    none_at(wrong, "код не из 1–64 печатных знаков ASCII", "ids that are not 1–64 printable ASCII characters")


RULE = Rule(
    id="export.ids",
    title=Bilingual(
        "Коды — 1–64 печатных знака ASCII",
        "Ids are 1–64 printable ASCII characters",
    ),
    reason=Bilingual(
        "Код стоит в адресах методов; с пробелом или кириллицей ученика не спросить.",
        "An id is part of the methods' addresses; with a space or Cyrillic the student can't be requested.",
    ),
    fix=Bilingual(
        "Отдавайте код строки базы; названия и номера классов — не коды.",
        "Use the id of the row in your database; class names are not ids.",
    ),
    example="id=9007199254740993",
    needs="exports",
    check=check,
)
