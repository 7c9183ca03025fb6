"""The tables of a full package."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.tables import TABLES


async def check(case: Case) -> None:
    package = await case.package()
    names = [one.table for one in package.manifest.tables]
    lacking = sorted(set(TABLES) - set(names)) if package.manifest.mode == "full" else []
    none_at(lacking, "в полном пакете нет таблиц", "a full package lacks tables", package.answer)
    none_at(repeated(names), "таблица названа дважды", "a table is named twice", package.answer)


RULE = Rule(
    id="export.all-tables",
    title=Both(
        "Полный пакет называет все таблицы",
        "A full package names every table",
    ),
    reason=Both(
        "Забытая таблица выглядит так же, как таблица, из которой все ушли.",
        "A table that was forgotten looks like one that everybody left.",
    ),
    mend=Both(
        "Пустую таблицу отдавайте файлом из одного заголовка.",
        "Give an empty table as a file of a header alone.",
    ),
    example='{"table": "teaching", "file": "teaching.csv", "rows": 0}',
    needs="exports",
    check=check,
)
