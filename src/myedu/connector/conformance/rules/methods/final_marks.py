"""Final marks of a year."""

from myedu.connector.conformance.case import Case, academic_year
from myedu.connector.conformance.expect import that
from myedu.connector.conformance.rule import Both, Rule
from myedu.contract.answers import FinalMarks


async def check(case: Case) -> None:
    year = academic_year(case.clock.now().date())
    answer = await case.ask.get(case.path("final-marks"), {"academic_year": str(year)})
    value = case.served(answer, FinalMarks)
    that(
        (value.student_id, value.academic_year) == (case.student, year),
        "ответ не о том ученике или не о том годе, о котором спросили",
        "the answer is about another student or another year than was asked",
        answer,
    )


RULE = Rule(
    id="methods.final-marks",
    title=Both("Итоговые отметки — за спрошенный год", "Final marks are of the year asked for"),
    reason=Both(
        "Четвертные прошлого года, показанные как нынешние, — разговор с ребёнком, которого не "
        "должно было быть.",
        "Last year's marks shown as this year's start a talk with a child that shouldn't have been.",
    ),
    mend=Both(
        "academic_year — первый календарный год учебного: 2026 для 2026/27; верните его и student_id "
        "в ответе.",
        "academic_year is the first calendar year: 2026 for 2026/27; give it and student_id back.",
    ),
    example='GET /v1/students/42/final-marks?academic_year=2026\n200 {"academic_year": 2026, …}',
    needs="final-marks",
    check=check,
)
