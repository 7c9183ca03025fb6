"""The ESIA sandbox's teacher in the school of Maria and Pavel."""

from datetime import date

from tests.connector.sdk.school import TEACHER as POST
from tests.portal.conftest import Rows
from tests.portal.diary.conftest import Home

_SNILS, _SCHOOL_IN_ESIA = "16013959652", "1000400001"


async def add_teacher(home: Home) -> None:
    """A post that teaches mathematics to the class g1, at a school that ESIA knows."""
    async with home.database.transaction() as conn:
        await conn.execute(
            "UPDATE people.organizations SET esia_oid = %s WHERE system_id = 'near'", [_SCHOOL_IN_ESIA]
        )
        rows, near = Rows(conn), {"system_id": "near"}
        await rows.person("t", snils=_SNILS, birth_date=date(1975, 7, 7), last_name="Орлова", **near)
        await rows.add("staff", id=POST.id, role="teacher", person_id="t", organization_id="o1", **near)
        await rows.add("teaching", id="d1", staff_id=POST.id, group_id="g1", subject_id="maths", **near)
