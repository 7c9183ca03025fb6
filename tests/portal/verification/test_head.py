"""Who is a head: the chief of an organisation who has signed in for it. Everybody else is nobody here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest

from myedu.kit.db import Database
from myedu.portal.identity.models import NotHead, NotSignedIn, RightsUnconfirmed
from myedu.portal.people import service as people
from myedu.portal.people.models import SchoolKey
from tests.portal.conftest import NOON, OpenWorld, Rows, World
from tests.portal.identity.test_rights import A_DAY, SCHOOL, SILENT, rights_of, token_of
from tests.portal.identity.test_sign_in import OUTSIDER, TEACHER

ROLE = (
    "UPDATE identity.account_roles SET chief = %s WHERE organization_oid = %s",
    "UPDATE identity.login_sessions SET acting_for = %s",
)


def stored_role(world: World, *, chief: bool, acting_for: int | None) -> None:
    """What the last sign-in has stored."""
    with psycopg.connect(world.database_url) as conn:
        conn.execute(ROLE[0], [chief, str(SCHOOL)])
        conn.execute(ROLE[1], [None if acting_for is None else str(acting_for)])


@pytest.mark.parametrize(
    ("chief", "acting_for"),
    [(True, None), (False, SCHOOL), (True, 1000400002)],
    ids=["as a private person", "not the chief", "for another organisation"],
)
async def test_every_other_session_is_nobodys(
    open_world: OpenWorld, chief: bool, acting_for: int | None
) -> None:
    async with open_world() as world, rights_of(world) as rights, world.signed_in(TEACHER) as (browser, _):
        stored_role(world, chief=chief, acting_for=acting_for)
        for asked in (rights.acting_head, rights.acting_head_now, rights.last_known_head):
            with pytest.raises(NotHead):
                await asked(token_of(browser))
            with pytest.raises(NotSignedIn):
                await asked("no session")
        async with world.signed_in(OUTSIDER) as (other, _):
            with pytest.raises(NotHead):
                await rights.acting_head(token_of(other))


async def test_the_chief_who_signed_in_for_the_organisation_is_its_head(open_world: OpenWorld) -> None:
    now: dict[str, tuple[int, str]] = {}
    async with (
        open_world(esia_faults=now) as world,
        rights_of(world) as rights,
        world.signed_in(TEACHER) as (browser, _),
    ):
        stored_role(world, chief=True, acting_for=SCHOOL)
        head = await rights.acting_head(token_of(browser))
        assert (head.oid, head.ogrn) == (str(SCHOOL), "1020000000018")
        now["/te"] = SILENT
        world.clock.advance(timedelta(minutes=1))
        with pytest.raises(RightsUnconfirmed):
            await rights.acting_head_now(token_of(browser))
        world.clock.advance(A_DAY)
        with pytest.raises(RightsUnconfirmed):
            await rights.acting_head(token_of(browser))
        assert await rights.last_known_head(token_of(browser)) == head


async def test_a_chief_no_more_is_no_head_when_esia_says_so(open_world: OpenWorld) -> None:
    async with open_world() as world, rights_of(world) as rights, world.signed_in(TEACHER) as (browser, _):
        stored_role(world, chief=True, acting_for=SCHOOL)
        world.clock.advance(A_DAY)
        with pytest.raises(NotHead):
            await rights.acting_head(token_of(browser))  # at ESIA they are an employee


@asynccontextmanager
async def school(portal_database: Database) -> AsyncIterator[psycopg.AsyncConnection]:
    async with portal_database.connection() as conn, conn.transaction():
        await Rows(conn).school()
        yield conn
        raise psycopg.Rollback


async def test_a_school_is_confirmed_once_until_it_is_withdrawn(portal_database: Database) -> None:
    key, account = SchoolKey("14", "s1", "o1"), uuid4()

    async def confirm(conn: psycopg.AsyncConnection, oid: str, school: SchoolKey = key) -> bool:
        return await people.confirm_organization(conn, school, esia_oid=oid, account_id=account, now=NOON)

    async with school(portal_database) as conn:
        assert not await confirm(conn, "7001", SchoolKey("14", "s1", "absent"))
        assert await confirm(conn, "7001")
        assert not await confirm(conn, "7001")
        assert not await confirm(conn, "7002"), "another organisation has to be told no"
        assert await people.withdraw_organization(conn, "7002", reason="x", now=NOON) == []
        assert await people.withdraw_organization(conn, "7001", reason="not-chief", now=NOON) == [key]
        assert await people.withdraw_organization(conn, "7001", reason="x", now=NOON) == []
        assert await confirm(conn, "7002")
        await conn.execute("UPDATE people.organizations SET archived_at = %s WHERE id = 'o1'", [NOON])
        await people.withdraw_organization(conn, "7002", reason="x", now=NOON)
        assert not await confirm(conn, "7002"), "the export has it no more"
