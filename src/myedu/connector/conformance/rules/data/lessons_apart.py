"""Lessons with different numbers don't overlap in time."""

from itertools import pairwise

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Schedule


async def check(case: Case) -> None:
    decoded = await case.read_days(Schedule)
    some(decoded.value.lessons, "уроков", "lessons", decoded.answer)
    held = [lesson for lesson in decoded.value.lessons if lesson.status in ("planned", "held")]
    held.sort(key=lambda lesson: lesson.starts_at)
    clashes = [
        f"{first.id} — {second.id}"
        for first, second in pairwise(held)
        if second.starts_at < first.ends_at and first.number != second.number
    ]
    none_at(clashes, "уроки идут одновременно", "lessons at the same time", decoded.answer)


RULE = Rule(
    id="data.lessons-apart",
    title=Bilingual(
        "Уроки ученика не накладываются",
        "A student's lessons don't overlap",
    ),
    reason=Bilingual(
        "Ученик не может быть на двух уроках; семья не узнает, куда идти.",
        "No one can attend two lessons at once; the family can't tell where to go.",
    ),
    fix=Bilingual(
        "Отдавайте уроки только групп этого ученика; отменённый урок помечайте cancelled, а не "
        "оставляйте рядом с заменой.",
        "Return only lessons of this student's groups; give a cancelled lesson the status cancelled beside "
        "its substitute.",
    ),
    example='{"number": 1, "ends_at": "…T09:15…"}, {"number": 2, "starts_at": "…T09:25…"}',
    exceptions=Bilingual(
        "Подгруппы одного урока делят номер и время: это не наложение.",
        "Subgroups of one lesson share its number and time: that is not an overlap.",
    ),
    severity="warning",
    check=check,
)
