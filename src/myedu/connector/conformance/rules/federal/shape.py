"""Schedule answers 200 with the federal structure."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import fault_of
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.rule import Bilingual, Broken, Rule
from myedu.connector.conformance.rules.federal._schedule import request_schedule
from myedu.contract.fgis import FgisSchedule


async def check(case: Case) -> None:
    answer = await request_schedule(case)
    status(answer, 200)
    fault = fault_of(answer, FgisSchedule)
    if fault is not None:
        raise Broken(fault.words.ru, fault.words.en, answer)


RULE = Rule(
    id="federal.shape",
    title=Bilingual(
        "Schedule имеет федеральную форму",
        "Schedule has the federal format",
    ),
    reason=Bilingual(
        "По этой форме журнал читают и другие федеральные системы, не только портал.",
        "Other federal systems read the journal in this format too, not only the portal.",
    ),
    fix=Bilingual(
        "Сверьте ответ с FgisSchedule из contract.schema.json; место ошибки названо в отчёте.",
        "Compare the answer with FgisSchedule in contract.schema.json; the report gives the place.",
    ),
    example='GET /Schedule/1563978?start=…&end=…\n200 {"resourceType": "Schedule", "school": […], …}',
    needs="fgis-2021",
    check=check,
)
