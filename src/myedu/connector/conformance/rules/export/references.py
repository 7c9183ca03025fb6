"""Rows refer to rows of the same full package."""

from collections.abc import Callable

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule, Skipped
from myedu.connector.conformance.rules.export._tables import places, tables_of, wrong_cells
from myedu.contract.tables import REFERENCES


async def check(case: Case) -> None:
    package = await case.package()
    if package.manifest.mode == "delta":
        raise Skipped(
            "это дельта: ссылки бывают на прежние строки", "a delta refers to earlier rows", package.answer
        )
    ids = {}
    async for table in tables_of(case):
        ids[table.name] = {row.get("id", "") for _, row in places(table)}
    wrong: list[str] = []
    for name, targets in REFERENCES.items():
        for column, target in targets.items():
            if name in ids and target in ids:
                wrong += await wrong_cells(case, [(name, column)], _outside(ids[target]))
    none_at(wrong, "такой строки в пакете нет", "no such row in the package")


def _outside(known: set[str]) -> Callable[[str], bool]:
    return lambda cell: cell not in known


RULE = Rule(
    id="export.references",
    title=Bilingual(
        "Ссылки указывают на строки пакета",
        "References name rows of the package",
    ),
    reason=Bilingual(
        "Зачисление в класс, которого нет, отложится: ребёнок есть, а дневника у него нет.",
        "An enrolment in a missing class is rejected: a child without a diary.",
    ),
    fix=Bilingual(
        "Выгружайте из одного снимка базы: строка и то, на что она ссылается, должны быть оба.",
        "Export from one snapshot of the database: a row and the rows it refers to must both be there.",
    ),
    example="enrollments.group_id=g-9b и строка groups g-9b",
    needs="exports",
    check=check,
)
