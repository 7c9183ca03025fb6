"""Values of final marks belong to their scale."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import final_marks
from myedu.contract.scales import is_on_scale


async def check(case: Case) -> None:
    read = await final_marks(case)
    wrong = [
        f"{mark.id} («{mark.value}»: {mark.scale})"
        for mark in read.value.final_marks
        if not is_on_scale(mark.value, mark.scale)
    ]
    none_at(
        wrong, "итоговые отметки не на своей шкале", "final marks that are not on their scale", read.answer
    )


RULE = Rule(
    id="data.final-mark-on-scale",
    title=Bilingual(
        "Итоговая отметка — на своей шкале",
        "A final mark belongs to its scale",
    ),
    reason=Bilingual(
        "Итог читают внимательнее всего: «отл» на пятибалльной шкале не посчитать и не сравнить.",
        "A final mark is read most closely of all: a word on the five-point scale can't be compared.",
    ),
    fix=Bilingual(
        "Отдавайте «5», а не «отл»; для зачёта — шкалу pass, для слов — text.",
        "Send «5», not «отл»; use the scale pass for a credit and text for words.",
    ),
    example='{"value": "5", "scale": "5", "average": 4.62}',
    needs="final-marks",
    check=check,
)
