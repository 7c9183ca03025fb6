"""Final marks and their scales."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import final_marks, on_scale


async def check(case: Case) -> None:
    read = await final_marks(case)
    wrong = [
        f"{one.id} («{one.value}»: {one.scale})"
        for one in read.value.final_marks
        if not on_scale(one.value, one.scale)
    ]
    none_at(
        wrong, "итоговые отметки не на своей шкале", "final marks that are not on their scale", read.answer
    )


RULE = Rule(
    id="data.final-mark-on-scale",
    title=Both(
        "Итоговая отметка — на своей шкале",
        "A final mark is on its scale",
    ),
    reason=Both(
        "Итог читают внимательнее всего: «отл» на пятибалльной шкале не посчитать и не сравнить.",
        "A final mark is read most closely of all: a word on the scale of five can't be compared.",
    ),
    mend=Both(
        "Отдавайте «5», а не «отл»; для зачёта — шкалу pass, для слов — text.",
        "Give «5» and not «отл»; the scale pass for a credit, text for words.",
    ),
    example='{"value": "5", "scale": "5", "average": 4.62}',
    needs="final-marks",
    check=check,
)
