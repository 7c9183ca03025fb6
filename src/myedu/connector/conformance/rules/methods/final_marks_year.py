"""Final marks without a year, or of none."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    path = case.path("final-marks")
    for query in ("", "academic_year=", "academic_year=2026%2F27", "academic_year=26"):
        answer = await case.ask.get(path, query)
        refused(answer, "bad-parameter", what=(query or "без года", query or "no year"))


RULE = Rule(
    id="methods.final-marks-year",
    title=Both("Без учебного года — 400", "Without a year it is a 400"),
    reason=Both(
        "Год по умолчанию в августе у всех разный: одни покажут пустой новый, другие законченный старый.",
        "In August everybody's default differs: some show a new empty year, some the old one.",
    ),
    mend=Both(
        "academic_year обязателен: целое от 2000 до 2100; иначе 400 bad-parameter.",
        "academic_year is required: a whole number from 2000 to 2100; else answer 400 bad-parameter.",
    ),
    example='GET /v1/students/42/final-marks\n400 {"code": "bad-parameter", "field": "academic_year"}',
    needs="final-marks",
    check=check,
)
