"""An answer about another pupil is rejected and written into the audit."""

import pytest

from myedu.portal.federation.models import Unavailable
from tests.portal.federation.conftest import MOTHER, NOW, Stand
from tests.portal.journal import FAULTS

LINES = """
    SELECT at, actor_account, actor_relation, action, region, person_id, detail
    FROM audit.lines WHERE system_id = %s
"""


async def test_an_answer_about_another_pupil_is_in_the_audit(stand: Stand) -> None:
    stand.journal.fault, _ = FAULTS["wrong student"]
    assert await stand.read() == Unavailable("wrong-student", NOW)
    async with stand.database.connection() as conn:
        lines = await (await conn.execute(LINES, [stand.student.system_id])).fetchall()
    requested = (NOW, MOTHER.account_id, "guardian")
    assert lines == [
        (*requested, "journal.wrong-student", "25", stand.student.person_id, {"method": "diary"})
    ]  # without whose data it was


@pytest.mark.parametrize("name", ["500", "html", "404"])
async def test_an_ordinary_fault_is_not_in_the_audit(stand: Stand, name: str) -> None:
    stand.journal.fault, _ = FAULTS[name]
    await stand.read()
    async with stand.database.connection() as conn:
        assert await (await conn.execute(LINES, [stand.student.system_id])).fetchall() == []
