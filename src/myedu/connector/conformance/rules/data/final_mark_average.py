"""Averages of final marks lie within their scale."""

import math

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import final_marks, some

_MOST = {"5": 5, "10": 10, "12": 12, "100": 100}


async def check(case: Case) -> None:
    read = await final_marks(case)
    with_average = [mark for mark in read.value.final_marks if mark.average is not None]
    some(with_average, "среднего у итоговых отметок", "averages of final marks", read.answer)
    wrong = [
        f"{mark.id} ({mark.average})"
        for mark in with_average
        if not 0 <= (mark.average or 0) <= _MOST.get(mark.scale, math.inf)
    ]
    none_at(wrong, "среднее вне шкалы", "averages outside the scale", read.answer)


RULE = Rule(
    id="data.final-mark-average",
    title=Bilingual(
        "Среднее не выходит за шкалу",
        "An average lies within its scale",
    ),
    reason=Bilingual(
        "Среднее 46,2 из пяти — не тот делитель; семья сверяет его с тройкой.",
        "An average of 46.2 out of five is a wrong divisor; families compare it with the mark.",
    ),
    fix=Bilingual(
        "Отдавайте среднее в единицах шкалы: 4.62, а не 462 и не 46.2.",
        "Give the average in units of the scale: 4.62, not 462 or 46.2.",
    ),
    example='{"scale": "5", "average": 4.62}',
    severity="warning",
    needs="final-marks",
    check=check,
)
