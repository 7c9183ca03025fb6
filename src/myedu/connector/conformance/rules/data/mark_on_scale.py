"""Values of marks belong to their scale."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks
from myedu.contract.scales import is_on_scale


async def check(case: Case) -> None:
    decoded = await case.read_days(Marks)
    some(decoded.value.marks, "отметок", "marks", decoded.answer)
    wrong = [
        f"{mark.id} («{mark.value}»: {mark.scale})"
        for mark in decoded.value.marks
        if not is_on_scale(mark.value, mark.scale)
    ]
    none_at(wrong, "отметки не на своей шкале", "marks that are not on their scale", decoded.answer)


RULE = Rule(
    id="data.mark-on-scale",
    title=Bilingual(
        "Отметка — на своей шкале",
        "A mark belongs to its scale",
    ),
    reason=Bilingual(
        "По шкале страница считает среднее и красит отметку; «7» из пяти считать нельзя.",
        "The page computes the average and colours the mark by its scale; a «7» out of five can't be "
        "counted.",
    ),
    fix=Bilingual(
        "Назовите шкалу, на которой отметка стоит; «н/а», «зч», «осв.» — на шкалах text и pass.",
        "State the scale the mark is on; «н/а», «зч», «осв.» are on the scales text and pass.",
    ),
    example='{"value": "5", "scale": "5"}, {"value": "зч", "scale": "pass"}',
    check=check,
)
