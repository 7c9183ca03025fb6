"""A full package lists every table of the contract, each table once."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.tables import TABLES


async def check(case: Case) -> None:
    package = await case.package()
    names = [entry.table for entry in package.manifest.tables]
    lacking = sorted(set(TABLES) - set(names)) if package.manifest.mode == "full" else []
    none_at(lacking, "в полном пакете нет таблиц", "tables missing from a full package", package.answer)
    none_at(repeated(names), "таблица названа дважды", "a table is listed twice", package.answer)


RULE = Rule(
    id="export.all-tables",
    title=Bilingual(
        "Полный пакет называет все таблицы",
        "A full package lists every table",
    ),
    reason=Bilingual(
        "Забытая таблица выглядит так же, как таблица, из которой все ушли.",
        "A forgotten table looks like a table from which everyone has left.",
    ),
    fix=Bilingual(
        "Пустую таблицу отдавайте файлом из одного заголовка.",
        "Send an empty table as a file with only a header.",
    ),
    example='{"table": "teaching", "file": "teaching.csv", "rows": 0}',
    needs="exports",
    check=check,
)
