"""Wrong windows of the federal method."""

from datetime import timedelta

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    path = case.path("federal-schedule", await case.esia_oid())
    first = (await case.window()).first
    before = first - timedelta(days=1)
    for query in (f"start={first}", f"end={first}", f"start={first}&end={before}", "start=x&end=y"):
        status(await case.ask.get(path, query), 400, what=(query, query))


RULE = Rule(
    id="federal.window",
    title=Both("Негодное окно Schedule — 400", "A wrong window of Schedule is a 400"),
    reason=Both(
        "Додуманные даты показывают не те дни, и никто об этом не узнаёт.",
        "Guessed days show other days than were asked, and nobody is told.",
    ),
    mend=Both(
        "start и end даются вместе, ГГГГ-ММ-ДД, end не раньше start; иначе 400.",
        "start and end are given together, YYYY-MM-DD, end not before start; else answer 400.",
    ),
    example='GET /Schedule/1563978?start=2026-09-01\n400 {"resourceType": "OperationOutcome", …}',
    needs="fgis-2021",
    check=check,
)
