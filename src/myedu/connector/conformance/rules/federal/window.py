"""Schedule answers 400 to half, reversed and unreadable windows."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    path = case.path("federal-schedule", await case.esia_oid())
    first = (await case.window()).first
    before = first - timedelta(days=1)
    for query in (f"start={first}", f"end={first}", f"start={first}&end={before}", "start=x&end=y"):
        status(await case.http.get(path, query), 400, what=(query, query))


RULE = Rule(
    id="federal.window",
    title=Bilingual(
        "Негодное окно Schedule — 400",
        "An invalid Schedule window is a 400",
    ),
    reason=Bilingual(
        "Додуманные даты показывают не те дни, и никто об этом не узнаёт.",
        "Guessed dates show other days than requested, and no one notices.",
    ),
    fix=Bilingual(
        "start и end даются вместе, ГГГГ-ММ-ДД, end не раньше start; иначе 400.",
        "start and end are given together as YYYY-MM-DD, end not before start; otherwise answer 400.",
    ),
    example='GET /Schedule/1563978?start=2026-09-01\n400 {"resourceType": "OperationOutcome", …}',
    needs="fgis-2021",
    check=check,
)
