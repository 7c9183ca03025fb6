"""Lessons of one class at the same time."""

from itertools import pairwise

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    read = await case.read(Schedule)
    some(read.value.lessons, "уроков", "lessons", read.answer)
    held = [one for one in read.value.lessons if one.status in ("planned", "held")]
    held.sort(key=lambda one: one.starts_at)
    clashes = [
        f"{first.id} — {second.id}"
        for first, second in pairwise(held)
        if second.starts_at < first.ends_at and first.number != second.number
    ]
    none_at(clashes, "уроки идут одновременно", "lessons at the same time", read.answer)


RULE = Rule(
    id="data.lessons-apart",
    title=Both(
        "Уроки ученика не накладываются",
        "A student's lessons don't overlap",
    ),
    reason=Both(
        "Ученик не может быть на двух уроках; семья не узнает, куда идти.",
        "Nobody is at two lessons at once; a family can't tell where to go.",
    ),
    mend=Both(
        "Отдавайте уроки только групп этого ученика; отменённый урок помечайте cancelled, а не "
        "оставляйте рядом с заменой.",
        "Give lessons of this student's groups only; mark a cancelled lesson as cancelled beside its "
        "substitute.",
    ),
    example='{"number": 1, "ends_at": "…T09:15…"}, {"number": 2, "starts_at": "…T09:25…"}',
    exceptions=Both(
        "Подгруппы одного урока делят номер и время: это не наложение.",
        "Subgroups of one lesson share number and time: that is no overlap.",
    ),
    severity="warning",
    check=check,
)
