"""Dates in the tables are written as YYYY-MM-DD."""

from datetime import date

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import none_at
from myedu.connector.conformance.rule import Bilingual, Rule
from myedu.connector.conformance.rules.export._tables import wrong_cells

_DAYS = [
    ("periods", "starts_on"), ("periods", "ends_on"), ("persons", "birth_date"),
    ("enrollments", "starts_on"), ("enrollments", "ends_on"), ("guardianships", "starts_on"),
    ("guardianships", "ends_on"), ("staff", "starts_on"), ("staff", "ends_on"),
    ("teaching", "starts_on"), ("teaching", "ends_on"),
]  # fmt: skip


async def check(case: Case) -> None:
    wrong = await wrong_cells(case, _DAYS, _is_no_day)
    none_at(wrong, "день не в виде ГГГГ-ММ-ДД", "days that are not YYYY-MM-DD")


def _is_no_day(cell: str) -> bool:
    try:
        return date.fromisoformat(cell).isoformat() != cell
    except ValueError:
        return True


RULE = Rule(
    id="export.days",
    title=Bilingual(
        "Дни записаны как ГГГГ-ММ-ДД",
        "Days are written as YYYY-MM-DD",
    ),
    reason=Bilingual(
        "«01.09.2026» и «09/01/2026» — разные дни для разных программ.",
        "«01.09.2026» and «09/01/2026» mean different days to different programs.",
    ),
    fix=Bilingual(
        "Пишите местный день по ISO 8601, без времени.",
        "Write the local date in ISO 8601, without a time.",
    ),
    example="starts_on=2026-09-01",
    needs="exports",
    check=check,
)
