"""Weights of marks that count are above 0 and at most 100."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks
from myedu.contract.scales import MAX_WEIGHT


async def check(case: Case) -> None:
    decoded = await case.read_days(Marks)
    some(decoded.value.marks, "отметок", "marks", decoded.answer)
    wrong = [mark.id for mark in decoded.value.marks if mark.counts and not 0 < mark.weight <= MAX_WEIGHT]
    none_at(wrong, "вес не больше нуля или больше ста", "weights outside 0…100", decoded.answer)


RULE = Rule(
    id="data.mark-weight",
    title=Bilingual(
        "Вес отметки больше нуля",
        "A mark's weight is above zero",
    ),
    reason=Bilingual(
        "С нулевым весом среднее не сойдётся с журналом, и семья решит, что ошибся портал.",
        "With a zero weight the average differs from the journal's, and the family blames the portal.",
    ),
    fix=Bilingual(
        "Если отметка не идёт в среднее, отдайте counts=false; вес оставьте обычным.",
        "If a mark doesn't count, send counts=false and leave the weight as usual.",
    ),
    example='{"weight": 1.0}, {"counts": false}',
    check=check,
)
