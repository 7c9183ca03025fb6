"""Required cells are not empty."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of
from myedu.contract.tables import TABLES, required_columns


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case):
        if table.name not in TABLES:
            continue
        needed = sorted(required_columns(table.name) & set(table.header))
        for line, row in places(table):
            if row.get("deleted") != "true":
                wrong += [f"{table.name}:{line}:{name}" for name in needed if not row.get(name, "").strip()]
    none_at(wrong, "обязательное поле пусто", "a required cell is empty")


RULE = Rule(
    id="export.required-filled",
    title=Bilingual(
        "Обязательные поля заполнены",
        "Required cells are filled",
    ),
    reason=Bilingual(
        "Строку без обязательного поля портал отложит: человек без фамилии не найдётся.",
        "A row without a required field is rejected: a person without a name can't be found.",
    ),
    fix=Bilingual(
        "Заполните поле или не выгружайте строку, пока она не готова.",
        "Fill the field, or omit the row until it is ready.",
    ),
    example="last_name и first_name есть у каждого человека",
    needs="exports",
    check=check,
)
