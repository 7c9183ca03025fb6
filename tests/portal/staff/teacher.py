"""The ESIA sandbox's teacher in the school of Maria and Pavel, verified as any teacher is."""

from datetime import date
from uuid import uuid4

from myedu.portal.identity.models import HeadViewer
from myedu.portal.people import service as people
from myedu.portal.people.models import SchoolKey, Viewer
from myedu.portal.verification.models import HeadSchools
from myedu.portal.verification.service import confirm_exact_of, confirmed_schools
from tests.connector.sdk.school import TEACHER as POST
from tests.portal.conftest import NOON, Rows
from tests.portal.diary.conftest import Home

SNILS, OID, SCHOOL_IN_ESIA = "16013959652", "1000300006", "1000400001"
NAMES = {"last_name": "Орлова", "first_name": "Тамара", "middle_name": "Ивановна"}


async def add_teacher(home: Home) -> None:
    """A post that teaches mathematics to the class g1, at a school that ESIA knows; confirmed by its head."""
    await add_post(home)
    await confirm_teacher(home)


async def add_post(home: Home, **of_person: str) -> None:
    """The same, about which no head has said anything."""
    async with home.database.transaction() as conn:
        await conn.execute(
            "UPDATE people.organizations SET esia_oid = %s WHERE system_id = 'near'", [SCHOOL_IN_ESIA]
        )
        rows, near = Rows(conn), {"system_id": "near"}
        person = {"snils": SNILS, "birth_date": date(1975, 7, 7), **NAMES, **of_person}
        await rows.person("t", **person, **near)
        await rows.add("staff", id=POST.id, role="teacher", person_id="t", organization_id="o1", **near)
        await rows.add("teaching", id="d1", staff_id=POST.id, group_id="g1", subject_id="maths", **near)


async def confirm_teacher(home: Home) -> None:
    """The school's head confirms the school, and the staff whom ESIA names there as the export does."""
    head = await confirm_school(home)
    await name_at_esia(home)
    async with home.database.transaction() as conn:
        schools = HeadSchools(head, await confirmed_schools(conn, SCHOOL_IN_ESIA))
        assert await confirm_exact_of(conn, schools, NOON) == 1


async def confirm_school(home: Home) -> HeadViewer:
    """The head, who has confirmed the school."""
    viewer = Viewer(uuid4(), "1000300012", None, True, "PR", "Елена", "Воробьёва", None)
    async with home.database.transaction() as conn:
        key = SchoolKey("14", "near", "o1")
        await people.confirm_organization(
            conn, key, esia_oid=SCHOOL_IN_ESIA, account_id=viewer.account_id, now=NOON
        )
    return HeadViewer(viewer, SCHOOL_IN_ESIA, None, "", None)


async def name_at_esia(home: Home) -> None:
    """ESIA's list of the school's employees, as it was read last: the teacher and a stranger."""
    async with home.database.transaction() as conn:
        for oid, snils, names in ((OID, SNILS, NAMES), ("1", None, {"a": "Вороной", "b": "Кот", "c": None})):
            await conn.execute(
                "INSERT INTO verification.esia_employees (organization_oid, person_oid, last_name,"
                " first_name, middle_name, snils, birth_date, position, chief, seen_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, '1975-07-07', 'Учитель', false, %s)",
                [SCHOOL_IN_ESIA, oid, *names.values(), snils, NOON],
            )
