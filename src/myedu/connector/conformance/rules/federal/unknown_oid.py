"""An ESIA oid of nobody."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Both, Rule


async def check(case: Case) -> None:
    answer = await case.ask.get(case.path("federal-schedule", "999999999999"))
    status(answer, 404, what=("незнакомый oid", "an unknown oid"))


RULE = Rule(
    id="federal.unknown-oid",
    title=Both("О незнакомом oid — 404", "An unknown oid is a 404"),
    reason=Both(
        "Пустое расписание вместо 404 читается как каникулы.",
        "An empty timetable in place of a 404 reads as holidays.",
    ),
    mend=Both(
        "Если ученика с таким oid ЕСИА нет, отвечайте 404 с OperationOutcome not-found.",
        "Where no student has this ESIA oid answer 404 with the OperationOutcome not-found.",
    ),
    example='GET /Schedule/999999999999\n404 {"resourceType": "OperationOutcome", …}',
    needs="fgis-2021",
    check=check,
)
