"""Marks are for days of the requested window."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    window = await case.window()
    decoded = await case.read_days(Marks, window=window)
    some(decoded.value.marks, "отметок", "marks", decoded.answer)
    outside = [mark.id for mark in decoded.value.marks if mark.day not in window]
    none_at(outside, "отметки не за эти дни", "marks for other days", decoded.answer)


RULE = Rule(
    id="data.mark-day-in-window",
    title=Bilingual(
        "Отметки — за дни окна",
        "Marks are for the window's days",
    ),
    reason=Bilingual(
        "Окно спрашивают по дню, за который отметка, а не когда её внесли.",
        "A window selects by the day the mark is for, not by the day it was entered.",
    ),
    fix=Bilingual(
        "Отбирайте отметки по day; когда внесена — это set_at.",
        "Select marks by day; set_at is when the mark was entered.",
    ),
    example='GET /v1/students/42/marks?from=2026-09-01&to=2026-09-07\n{"day": "2026-09-03"}',
    check=check,
)
