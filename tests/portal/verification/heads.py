"""Schools of an export beside the ESIA sandbox's organisations, and heads who act for them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from myedu.esia.client import esia_client
from myedu.kit.db import Database
from myedu.portal.identity.room import esia_settings
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.verification.organization_reading import OrganizationReader
from tests.portal.browser import Browser, Page
from tests.portal.conftest import NOON, Rows, World

HEAD, BRANCH_HEAD, OTHER_HEAD = 1000300012, 1000300016, 1000300017
SCHOOL, BRANCH, OTHER_SCHOOL = 1000400001, 1000400011, 1000400003
OGRN, INN, KPP, KPP_OF_BRANCH = "1020000000018", "0000000001", "000001001", "000002001"

NUMBERS = {"ogrn": OGRN, "inn": INN}


@asynccontextmanager
async def database_of(world: World) -> AsyncIterator[Database]:
    database = await Database.open(world.database_url, max_size=2)
    yield database
    await database.close()


async def export_schools(world: World, *schools: dict[str, Any], system_id: str = "s1") -> None:
    """Organisations of one system in region 14, each with a class: «5 «А»» with one pupil."""
    async with database_of(world) as database, database.transaction() as conn:
        await conn.execute("SELECT people.open_region('14')")
        base = {"base_url": "http://127.0.0.1:9", "client_id": "x", "registered_at": NOON}
        await people.register_system(conn, System(id=system_id, region="14", name="Журнал Якутии", **base))
        rows = Rows(conn)
        for school in schools:
            id = school["id"]
            place = {"system_id": system_id}
            about = {"kind": "school", "name": f"Школа {id}", "time_zone": "Asia/Yakutsk"}
            await rows.add("organizations", **{**about, **school, **place})
            group = {"organization_id": id, "academic_year": 2026, "grade": 5, "kind": "class"}
            await rows.add("groups", id=f"g-{id}", name="5 «А»", **group, **place)
            studies = {"organization_id": id, "group_id": f"g-{id}"}
            await rows.pupil(f"p-{id}", studies=studies, **place)


BOTH_BRANCHES = (
    {"id": "main", "name": "Выдуманная школа № 1", "kpp": KPP, "address": "ул. Школьная, 1", **NUMBERS},
    {"id": "branch", "name": "Филиал в Примерном", "kpp": KPP_OF_BRANCH, **NUMBERS},
)


async def act_for(browser: Browser, oid: int, organization: int) -> Page:
    """Sign in for an organisation (version 1); the page that this leads to: `/school`."""
    page = await browser.get(f"/enter?organization={organization}&next=%2Fschool")
    return await browser.press(page, action="/login", button=("oid", str(oid)))


@asynccontextmanager
async def acting(world: World, oid: int, organization: int) -> AsyncIterator[tuple[Browser, Page]]:
    """A head's browser, and their `/school`."""
    async with world.signed_in(oid) as (browser, _):
        yield browser, await act_for(browser, oid, organization)


async def confirm(browser: Browser, page: Page, school: str) -> Page:
    """Press «Это моя школа» of a candidate."""
    form = next(one for one in page.forms if one.fields.get("school") == school)
    return await browser.post(form.action, form.fields)


@asynccontextmanager
async def reader_of(world: World) -> AsyncIterator[OrganizationReader]:
    """What the worker reads employees with."""
    async with (
        database_of(world) as database,
        esia_client(esia_settings(world.settings), world.clock) as esia,
    ):
        yield OrganizationReader(database, esia, world.clock)
