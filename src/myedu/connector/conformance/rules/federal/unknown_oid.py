"""Schedule of an unknown oid gets 404."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Rule


async def check(case: Case) -> None:
    answer = await case.http.get(case.path("federal-schedule", "999999999999"))
    status(answer, 404, what=("незнакомый oid", "an unknown oid"))


RULE = Rule(
    id="federal.unknown-oid",
    title=Bilingual(
        "О незнакомом oid — 404",
        "An unknown oid gets 404",
    ),
    reason=Bilingual(
        "Пустое расписание вместо 404 читается как каникулы.",
        "An empty timetable instead of a 404 reads as holidays.",
    ),
    fix=Bilingual(
        "Если ученика с таким oid ЕСИА нет, отвечайте 404 с OperationOutcome not-found.",
        "If no student has this ESIA oid, answer 404 with an OperationOutcome not-found.",
    ),
    example='GET /Schedule/999999999999\n404 {"resourceType": "OperationOutcome", …}',
    needs="fgis-2021",
    check=check,
)
