"""No id occurs twice in a table."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case):
        twice = repeated(row.get("id", "") for _, row in places(table))
        wrong += [f"{table.name}: {row_id}" for row_id in twice]
    none_at(wrong, "код стоит у нескольких строк", "an id shared by several rows")


RULE = Rule(
    id="export.ids-unique",
    title=Bilingual(
        "Код строки один на таблицу",
        "An id occurs once in a table",
    ),
    reason=Bilingual(
        "Из двух строк с одним кодом портал отложит обе: ребёнок пропадёт из школы.",
        "The portal rejects both rows with the same id: the child vanishes from the school.",
    ),
    fix=Bilingual(
        "Проверьте соединения в запросе выгрузки: они повторяют строки.",
        "Check the joins of the export query: they duplicate rows.",
    ),
    example="persons.id — первичный ключ",
    needs="exports",
    check=check,
)
