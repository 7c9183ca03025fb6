"""Marks and their scales."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import on_scale, some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    read = await case.read(Marks)
    some(read.value.marks, "отметок", "marks", read.answer)
    wrong = [
        f"{one.id} («{one.value}»: {one.scale})"
        for one in read.value.marks
        if not on_scale(one.value, one.scale)
    ]
    none_at(wrong, "отметки не на своей шкале", "marks that are not on their scale", read.answer)


RULE = Rule(
    id="data.mark-on-scale",
    title=Both(
        "Отметка — на своей шкале",
        "A mark is on its scale",
    ),
    reason=Both(
        "По шкале страница считает среднее и красит отметку; «7» из пяти считать нельзя.",
        "The page computes the average and colours the mark by its scale; «7» of five can't be counted.",
    ),
    mend=Both(
        "Назовите шкалу, на которой отметка стоит; «н/а», «зч», «осв.» — на шкалах text и pass.",
        "Name the scale that the mark is on; «н/а», «зч», «осв.» are on the scales text and pass.",
    ),
    example='{"value": "5", "scale": "5"}, {"value": "зч", "scale": "pass"}',
    check=check,
)
