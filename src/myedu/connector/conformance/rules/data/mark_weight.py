"""Weights of marks."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    read = await case.read(Marks)
    some(read.value.marks, "отметок", "marks", read.answer)
    wrong = [one.id for one in read.value.marks if one.counts and not 0 < one.weight <= 100]
    none_at(wrong, "вес не больше нуля или больше ста", "a weight that is not in 0…100", read.answer)


RULE = Rule(
    id="data.mark-weight",
    title=Both(
        "Вес отметки больше нуля",
        "A mark's weight is above zero",
    ),
    reason=Both(
        "С нулевым весом среднее не сойдётся с журналом, и семья решит, что ошибся портал.",
        "With a weight of zero the average differs from the journal's, and the family blames the portal.",
    ),
    mend=Both(
        "Если отметка не идёт в среднее, отдайте counts=false; вес оставьте обычным.",
        "Where a mark doesn't count, give counts=false and leave the weight as usual.",
    ),
    example='{"weight": 1.0}, {"counts": false}',
    check=check,
)
