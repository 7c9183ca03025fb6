"""No two marks share an id."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    decoded = await case.read_days(Marks)
    some(decoded.value.marks, "отметок", "marks", decoded.answer)
    twice = repeated(mark.id for mark in decoded.value.marks)
    none_at(twice, "код стоит у нескольких отметок", "an id shared by several marks", decoded.answer)


RULE = Rule(
    id="data.mark-ids-unique",
    title=Bilingual(
        "У каждой отметки свой код",
        "Each mark has its own id",
    ),
    reason=Bilingual(
        "По коду отличают новую отметку от исправленной; обе части «5/4» — разные отметки.",
        "The id distinguishes a new mark from a changed one; the parts of «5/4» are two marks.",
    ),
    fix=Bilingual(
        "Дайте каждой отметке свой код, частям двойной отметки тоже.",
        "Give each mark its own id, including each part of a two-part mark.",
    ),
    example='{"id": "m-1", "position": 1}, {"id": "m-2", "position": 2}',
    check=check,
)
