"""Dates that don't exist or have another format are refused."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import refused
from myedu.connector.conformance.rule import Bilingual, Rule

_BAD = ("2026-02-30", "01.09.2026", "20260901", "2026-W36-2", "", "9999-12-31")


async def check(case: Case) -> None:
    for name in case.day_methods[:2]:
        for text in _BAD:
            query = {"from": text, "to": text}
            refused(
                await case.http.get(case.path(name), query), "bad-day", what=(f"from={text}", f"from={text}")
            )


RULE = Rule(
    id="methods.window-bad-day",
    title=Bilingual(
        "Даты, которых нет, отвергаются",
        "Dates that don't exist are refused",
    ),
    reason=Bilingual(
        "30 февраля, прочитанное как 2 марта, показывает семье другой день.",
        "If February 30 is read as March 2, the family sees a different day.",
    ),
    fix=Bilingual(
        "Дата — ровно ГГГГ-ММ-ДД, с 2000 по 2100 год; на остальное отвечайте 400 bad-day.",
        "A date is exactly YYYY-MM-DD, from 2000 to 2100; answer anything else with 400 bad-day.",
    ),
    example='GET /v1/students/42/schedule?from=2026-02-30&to=…\n400 {"code": "bad-day", "field": "from"}',
    check=check,
)
