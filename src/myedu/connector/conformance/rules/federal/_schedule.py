"""What the rules of the federal profile share."""

from myedu.connector.conformance.case import Case
from myedu.connector.conformance.decode import fault_of
from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Blocked
from myedu.contract.fgis import FgisSchedule

SHAPE = "federal.shape"


async def request_schedule(case: Case) -> Answer:
    """The answer to a federal schedule of a student in the window, whatever its status. Raises Skipped."""
    oid, window = await case.esia_oid(), await case.window()
    query = {"start": window.first.isoformat(), "end": window.last.isoformat()}
    return await case.http.get(case.path("federal-schedule", oid), query)


async def schedule_of(case: Case) -> tuple[FgisSchedule, Answer]:
    """The federal schedule and its answer. Raises Skipped if no oid is known, Blocked by federal.shape."""
    answer = await request_schedule(case)
    fault = fault_of(answer, FgisSchedule) if answer.status == 200 else None
    if answer.status != 200 or fault is not None:
        ru = fault.words.ru if fault else f"ответ {answer.status}"
        en = fault.words.en if fault else f"answered {answer.status}"
        raise Blocked(SHAPE, ru, en, answer)
    return case.decode_served(answer, FgisSchedule), answer
