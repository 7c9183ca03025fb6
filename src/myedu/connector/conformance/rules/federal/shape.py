"""The federal schedule can be read."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.expect import status
from myedu.connector.conformance.reading import fault_of
from myedu.connector.conformance.rule import Both, Broken, Rule
from myedu.connector.conformance.rules.federal._schedule import asked
from myedu.contract.fgis import FgisSchedule


async def check(case: Case) -> None:
    answer = await asked(case)
    status(answer, 200)
    fault = fault_of(answer, FgisSchedule)
    if fault is not None:
        raise Broken(fault.words.ru, fault.words.en, answer)


RULE = Rule(
    id="federal.shape",
    title=Both("Schedule имеет федеральную форму", "Schedule has the federal shape"),
    reason=Both(
        "По этой форме журнал читают и другие федеральные системы, не только портал.",
        "By this shape other federal systems read the journal too, not only the portal.",
    ),
    mend=Both(
        "Сверьте ответ с FgisSchedule из contract.schema.json; место ошибки названо в отчёте.",
        "Compare the answer with FgisSchedule of contract.schema.json; the report names the place.",
    ),
    example='GET /Schedule/1563978?start=…&end=…\n200 {"resourceType": "Schedule", "school": […], …}',
    needs="fgis-2021",
    check=check,
)
