"""Sessions without a browser: the viewer of a token, and what an unconfirmed account keeps."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import psycopg
import pytest

from myedu.esia.models import AccountLevel, EsiaKid, EsiaPerson
from myedu.kit.db import Database
from myedu.portal.identity import service
from myedu.portal.identity.models import NewSession, NotSignedIn, SignedIn, Unconfirmed
from myedu.portal.people.models import Place, Viewer
from tests.portal.conftest import Rows

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)
KID = EsiaKid(
    record_id="1",
    oid=None,
    last_name="Лебедева",
    first_name="Анна",
    middle_name=None,
    birth_date=date(2015, 5, 5),
    gender="F",
    snils="33333333335",
)


def person(oid: str, level: AccountLevel = AccountLevel.CONFIRMED, snils: str = "11111111145") -> EsiaPerson:
    return EsiaPerson(
        oid=oid,
        last_name="Лебедева",
        first_name="Ирина",
        middle_name=None,
        birth_date=date(1985, 1, 1),
        gender="F",
        snils=snils,
        trusted=level is AccountLevel.CONFIRMED,
        level=level,
    )


async def signed_in(database: Database, profile: service.EsiaProfile, earlier: str | None = None) -> SignedIn:
    return await service.sign_in(
        database, profile, return_to="/", earlier_token=earlier, now=NOW, new=NewSession(A_DAY)
    )


async def viewer(database: Database, token: str | None, now: datetime = NOW) -> Viewer | None:
    async with database.connection() as conn:
        return await service.viewer_from_token(conn, token, now)


async def kids_of(database: Database, oid: str) -> int:
    async with database.connection() as conn:
        cursor = await conn.execute("SELECT count(*) FROM people.esia_kids WHERE parent_oid = %s", [oid])
        return (await cursor.fetchone() or (0,))[0]


async def test_a_token_gives_its_person_and_no_other(portal_database: Database) -> None:
    mother = await signed_in(portal_database, service.EsiaProfile(person("501"), [], []))
    outsider = await signed_in(portal_database, service.EsiaProfile(person("502"), [], []))
    seen = await viewer(portal_database, mother.token)
    assert seen is not None
    assert (seen.esia_oid, seen.account_id, seen.trusted, seen.level) == (
        "501",
        mother.account_id,
        True,
        "PR",
    )
    other = await viewer(portal_database, outsider.token)
    assert other is not None
    assert other.esia_oid == "502"
    for token in (None, "", "x", mother.token[:-1], mother.token.swapcase()):
        assert await viewer(portal_database, token) is None
    assert await viewer(portal_database, mother.token, NOW + A_DAY) is None


async def test_a_missing_session_is_an_error_where_a_viewer_is_required(portal_database: Database) -> None:
    async with portal_database.connection() as conn:
        with pytest.raises(NotSignedIn):
            await service.require_viewer(conn, "x", NOW)


async def test_an_account_that_lost_its_confirmation_loses_sessions_and_kids(
    portal_database: Database,
) -> None:
    nameless = msgspec.structs.replace(KID, snils=None)
    before = await signed_in(portal_database, service.EsiaProfile(person("503"), [KID, nameless], []))
    assert await kids_of(portal_database, "503") == 1
    with pytest.raises(Unconfirmed):
        await signed_in(portal_database, service.EsiaProfile(person("503", AccountLevel.UNCONFIRMED), [], []))
    assert await viewer(portal_database, before.token) is None
    assert await kids_of(portal_database, "503") == 0


async def test_children_that_esia_cannot_name_now_are_those_of_the_last_sign_in(
    portal_database: Database,
) -> None:
    await signed_in(portal_database, service.EsiaProfile(person("504"), [KID], []))
    await signed_in(portal_database, service.EsiaProfile(person("504"), None, []))
    assert await kids_of(portal_database, "504") == 1
    await signed_in(portal_database, service.EsiaProfile(person("504"), [], []))
    assert await kids_of(portal_database, "504") == 0


async def test_signing_out_twice_is_no_error(portal_database: Database) -> None:
    session = await signed_in(portal_database, service.EsiaProfile(person("504"), [], []))
    for _ in range(2):
        await service.sign_out(portal_database, session.token, NOW)
    assert await viewer(portal_database, session.token) is None
    async with portal_database.connection() as conn:
        cursor = await conn.execute(
            "SELECT count(*) FROM audit.lines WHERE actor_account = %s AND action = 'session.sign-out'",
            [session.account_id],
        )
        assert await cursor.fetchone() == (1,)


async def test_erased_persons_lose_account_sessions_and_token(portal_database: Database) -> None:
    """Unless another journal has them; others' accounts stay."""
    await signed_in(portal_database, service.EsiaProfile(person("530"), [], [], "a refresh token"))
    other = await signed_in(portal_database, service.EsiaProfile(person("531", snils="22222222280"), [], []))
    place = Place("14", "s1")
    async with portal_database.connection() as conn, conn.transaction():
        await conn.execute(
            "INSERT INTO people.erased (region, system_id, person_id, public_id, snils)"
            " VALUES ('14', 's1', 'p', gen_random_uuid(), '11111111145')"
        )
        held = "SELECT count(*) FROM identity.accounts WHERE snils = '11111111145'"
        await Rows(conn).person("p", snils="11111111145", system_id="s2")
        await service.erase_persons(conn, place)
        assert await (await conn.execute(held)).fetchone() != (0,), "another journal has the person"
        await conn.execute("DELETE FROM people.persons WHERE system_id = 's2'")
        await service.erase_persons(conn, place)
        assert await (await conn.execute(held)).fetchone() == (0,)
        left = await conn.execute(
            "SELECT count(*) FROM identity.login_sessions WHERE account_id = %s", [other.account_id]
        )
        assert await left.fetchone() == (1,)
        raise psycopg.Rollback
