"""A full package has no deleted rows."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.tables import TABLES


async def check(case: Case) -> None:
    package = await case.package()
    if package.manifest.mode == "delta":
        raise Skipped("это дельта", "this is a delta", package.answer)
    columns = [(name, "deleted") for name in TABLES]
    wrong = await wrong_cells(case, columns, lambda cell: cell != "false")
    none_at(wrong, "удалённая строка в полной выгрузке", "deleted rows in a full package", package.answer)


RULE = Rule(
    id="export.tombstones",
    title=Bilingual(
        "Удалённые строки — только в дельте",
        "Deleted rows occur only in deltas",
    ),
    reason=Bilingual(
        "В полной выгрузке удалённого нет вовсе; строка с deleted сотрёт человека сразу, без архива.",
        "A full package omits deleted rows; a row with deleted removes a person at once.",
    ),
    fix=Bilingual(
        "Из полной выгрузки удалённое уберите; deleted=true пишите в дельте.",
        "Omit deleted rows from a full package; write deleted=true in a delta.",
    ),
    example="id,updated_at,deleted\nte-1,2026-11-20T18:00:00+10:00,false",
    severity="error",
    needs="exports",
    check=check,
)
