"""Days of marks."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Both, Rule
from myedu.connector.conformance.rules.data._answers import some
from myedu.contract.answers import Marks


async def check(case: Case) -> None:
    window = await case.window()
    read = await case.read(Marks, window=window)
    some(read.value.marks, "отметок", "marks", read.answer)
    outside = [one.id for one in read.value.marks if one.day not in window]
    none_at(outside, "отметки не за эти дни", "marks for other days", read.answer)


RULE = Rule(
    id="data.mark-day-in-window",
    title=Both(
        "Отметки — за дни окна",
        "Marks are for the window's days",
    ),
    reason=Both(
        "Окно спрашивают по дню, за который отметка, а не когда её внесли.",
        "A window asks by the day that a mark is for, not by when it was entered.",
    ),
    mend=Both(
        "Отбирайте отметки по day; когда внесена — это set_at.",
        "Choose marks by day; when it was entered is set_at.",
    ),
    example='GET /v1/students/42/marks?from=2026-09-01&to=2026-09-07\n{"day": "2026-09-03"}',
    check=check,
)
