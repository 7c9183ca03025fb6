"""Headers have every required column and no column twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import tables_of
from myedu.contract.tables import TABLES, required_columns


async def check(case: Case) -> None:
    package = await case.package()
    wrong = []
    async for table in tables_of(case):
        if table.name not in TABLES:
            continue
        wrong += [f"{table.name}.{name}" for name in sorted(required_columns(table.name) - set(table.header))]
        wrong += [f"{table.name}.{name} ×2" for name in repeated(table.header)]
    none_at(wrong, "столбцов нет или они стоят дважды", "columns missing or repeated", package.answer)


RULE = Rule(
    id="export.columns",
    title=Bilingual(
        "В заголовке есть обязательные столбцы, каждый один раз",
        "The header has each required column once",
    ),
    reason=Bilingual(
        "Без столбца пакет не прочесть; с двумя одинаковыми неизвестно, какой верен.",
        "Without a column the package can't be read; with two equal ones it is unclear which is right.",
    ),
    fix=Bilingual(
        "Назовите столбцы именами контракта; порядок не важен, лишние не читаются.",
        "Name the columns as the contract does; their order doesn't matter, and extra columns are ignored.",
    ),
    example="id,updated_at,last_name,first_name",
    needs="exports",
    check=check,
)
