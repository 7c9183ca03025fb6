"""Final marks without a valid academic_year are refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    path = case.path("final-marks")
    for query in ("", "academic_year=", "academic_year=2026%2F27", "academic_year=26"):
        answer = await case.http.get(path, query)
        refused(answer, "bad-parameter", what=(query or "без года", query or "no year"))


RULE = Rule(
    id="methods.final-marks-year",
    title=Bilingual(
        "Без учебного года — 400",
        "A request without a school year gets 400",
    ),
    reason=Bilingual(
        "Год по умолчанию в августе у всех разный: одни покажут пустой новый, другие законченный старый.",
        "In August, defaults differ: some systems show an empty new year, others the old one.",
    ),
    fix=Bilingual(
        "academic_year обязателен: целое от 2000 до 2100; иначе 400 bad-parameter.",
        "academic_year is required: an integer from 2000 to 2100; otherwise answer 400 bad-parameter.",
    ),
    example='GET /v1/students/42/final-marks\n400 {"code": "bad-parameter", "field": "academic_year"}',
    needs="final-marks",
    check=check,
)
