"""Ids that stand twice."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.export._tables import places, tables_of


async def check(case: Case) -> None:
    wrong = []
    async for table in tables_of(case):
        twice = repeated(row.get("id", "") for _, row in places(table))
        wrong += [f"{table.name}: {one}" for one in twice]
    none_at(wrong, "код стоит у нескольких строк", "an id of several rows")


RULE = Rule(
    id="export.ids-unique",
    title=Both(
        "Код строки один на таблицу",
        "An id stands once in a table",
    ),
    reason=Both(
        "Из двух строк с одним кодом портал отложит обе: ребёнок пропадёт из школы.",
        "The portal sets both rows of one id aside: the child vanishes from the school.",
    ),
    mend=Both(
        "Проверьте соединения в запросе выгрузки: они повторяют строки.",
        "Check the joins of the export's query: they repeat rows.",
    ),
    example="persons.id — первичный ключ",
    needs="exports",
    check=check,
)
