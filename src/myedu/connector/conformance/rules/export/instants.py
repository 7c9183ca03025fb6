"""Instants in the tables are ISO 8601 with an offset."""

from datetime import datetime

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.tables import TABLES


async def check(case: Case) -> None:
    columns = [(table, "updated_at") for table in TABLES]
    columns += [("guardianships", "verified_at"), ("guardianships", "revoked_at")]
    wrong = await wrong_cells(case, columns, _without_offset)
    none_at(wrong, "время без смещения или не по ISO 8601", "instants without an offset or not in ISO 8601")


def _without_offset(cell: str) -> bool:
    try:
        return datetime.fromisoformat(cell).tzinfo is None
    except ValueError:
        return True


RULE = Rule(
    id="export.instants",
    title=Bilingual(
        "Время записано со смещением",
        "Instants have an offset",
    ),
    reason=Bilingual(
        "От Калининграда до Камчатки десять часов: без смещения новее может оказаться старая строка.",
        "Kaliningrad and Kamchatka are ten hours apart: without an offset the older row may win.",
    ),
    fix=Bilingual(
        "Пишите 2026-11-20T18:00:00+10:00 или …Z.",
        "Write 2026-11-20T18:00:00+10:00 or …Z.",
    ),
    example="updated_at=2026-11-20T18:00:00+10:00",
    needs="exports",
    check=check,
)
