"""Deleted rows."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Nothing, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells
from myedu.contract.tables import TABLES


async def check(case: Case) -> None:
    package = await case.package()
    if package.manifest.mode == "delta":
        raise Nothing("это дельта", "this is a delta", package.answer)
    columns = [(name, "deleted") for name in TABLES]
    wrong = await wrong_cells(case, columns, lambda cell: cell != "false")
    none_at(wrong, "удалённая строка в полной выгрузке", "a deleted row in a full package", package.answer)


RULE = Rule(
    id="export.tombstones",
    title=Both(
        "Удалённые строки — только в дельте",
        "Deleted rows stand in deltas only",
    ),
    reason=Both(
        "В полной выгрузке удалённого нет вовсе; строка с deleted сотрёт человека сразу, без архива.",
        "A full package leaves out what was deleted; a row with deleted erases a person at once.",
    ),
    mend=Both(
        "Из полной выгрузки удалённое уберите; deleted=true пишите в дельте.",
        "Leave deleted rows out of a full package; write deleted=true in a delta.",
    ),
    example="id,updated_at,deleted\nte-1,2026-11-20T18:00:00+10:00,false",
    severity="error",
    needs="exports",
    check=check,
)
