"""Final marks are about the requested student and year."""

from myedu.connector.conformance.case import Case, academic_year
from myedu.connector.conformance.expect import require
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.contract.answers import FinalMarks


async def check(case: Case) -> None:
    year = academic_year(case.clock.now().date())
    answer = await case.http.get(case.path("final-marks"), {"academic_year": str(year)})
    value = case.decode_served(answer, FinalMarks)
    require(
        (value.student_id, value.academic_year) == (case.student, year),
        "ответ не о том ученике или не о том годе, о котором спросили",
        "the answer is about another student or year than requested",
        answer,
    )


RULE = Rule(
    id="methods.final-marks",
    title=Bilingual(
        "Итоговые отметки — за спрошенный год",
        "Final marks are of the requested year",
    ),
    reason=Bilingual(
        "Четвертные прошлого года, показанные как нынешние, — разговор с ребёнком, которого не "
        "должно было быть.",
        "Last year's marks shown as this year's start an undeserved talk with the child.",
    ),
    fix=Bilingual(
        "academic_year — первый календарный год учебного: 2026 для 2026/27; верните его и student_id "
        "в ответе.",
        "academic_year is the first calendar year: 2026 for 2026/27; return it and student_id.",
    ),
    example='GET /v1/students/42/final-marks?academic_year=2026\n200 {"academic_year": 2026, …}',
    needs="final-marks",
    check=check,
)
