"""An operator's "try it now": every process calls a resting journal again, also after a long Retry-After."""

from datetime import timedelta

from starlette.responses import Response

from myedu.portal.federation.models import BulkheadLimits, Fresh, ReadLimits, Unavailable
from myedu.portal.federation.service import wake
from tests.connector.sdk.school import School
from tests.portal.federation.conftest import MOTHER, WEEK, Stand, Stands

RESTS_LONG = ReadLimits(
    deadline_seconds=2, system_seconds=0, bulkhead=BulkheadLimits(failures=1, pause_seconds=3600)
)


async def both_rest(stand: Stand) -> None:
    """Two processes have found the journal broken; it is well again, and neither knows."""
    for federation in (stand.federation, stand.neighbour):
        stand.clock.advance(timedelta(minutes=1))
        await federation.read_diary(stand.student, WEEK, viewer=MOTHER)
    stand.journal.fault = None
    for federation in (stand.federation, stand.neighbour):
        resting = await federation.read_diary(stand.student, WEEK, viewer=MOTHER)
        assert isinstance(resting, Unavailable)
        assert resting.reason == "resting"


async def test_all_processes_call_again(stand_of: Stands) -> None:
    stand = await stand_of(School(), RESTS_LONG)
    for fault in (Response("broken", 500), Response("later", 503, {"Retry-After": "3600"})):
        stand.journal.fault = fault
        await both_rest(stand)
        async with stand.database.transaction() as conn:
            await wake(conn, "25", stand.student.system_id, stand.clock.now(), None)
        for federation in (stand.federation, stand.neighbour):
            stand.clock.advance(timedelta(minutes=2))
            assert isinstance(await federation.read_diary(stand.student, WEEK, viewer=MOTHER), Fresh)
        async with stand.database.transaction() as conn:
            await conn.execute("DELETE FROM federation.copies")


async def test_a_health_check_says_what_is_wrong_and_counts_as_a_call(stand_of: Stands) -> None:
    stand = await stand_of(School(), RESTS_LONG)
    good = await stand.federation.ask_health(stand.student.system_id)
    assert good.reason is None
    assert good.product
    stand.journal.school.limits = None  # type: ignore[assignment]  # so that describing itself fails
    assert (await stand.federation.ask_health(stand.student.system_id)).reason == "failed"
    assert (await stand.federation.ask_health("nobody")).reason == "not-registered"
