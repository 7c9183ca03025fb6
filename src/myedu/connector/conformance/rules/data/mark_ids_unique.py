"""The ids of marks."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at, repeated
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    read = await case.read(Marks)
    some(read.value.marks, "отметок", "marks", read.answer)
    twice = repeated(one.id for one in read.value.marks)
    none_at(twice, "код стоит у нескольких отметок", "an id of several marks", read.answer)


RULE = Rule(
    id="data.mark-ids-unique",
    title=Both(
        "У каждой отметки свой код",
        "Each mark has its own id",
    ),
    reason=Both(
        "По коду отличают новую отметку от исправленной; обе части «5/4» — разные отметки.",
        "The id tells a new mark from a changed one; the parts of «5/4» are two marks.",
    ),
    mend=Both(
        "Дайте каждой отметке свой код, частям двойной отметки тоже.",
        "Give each mark its own id, the parts of a two-part mark too.",
    ),
    example='{"id": "m-1", "position": 1}, {"id": "m-2", "position": 2}',
    check=check,
)
