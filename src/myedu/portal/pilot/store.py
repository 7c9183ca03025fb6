"""The tables of the pilot."""

from collections.abc import Sequence
from datetime import date

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.pilot.models import (
    MOST_CONTACTS,
    Card,
    Contact,
    Day,
    MissingSchool,
    NewContact,
)

QUERIES = load_queries(__package__)


class SchoolCount(msgspec.Struct, frozen=True):
    """Schools of a region, and how many of them have a verified legal entity."""

    region: str
    schools: int
    verified: int


class _Zone(msgspec.Struct, frozen=True):
    name: str
    schools: int


async def cards(conn: AsyncConnection) -> list[Card]:
    """All regions, by name."""
    return await fetch_all(conn, QUERIES.cards, {"region": None}, Card)


async def card(conn: AsyncConnection, region: str) -> Card | None:
    """One region."""
    return await fetch_one(conn, QUERIES.cards, {"region": region}, Card)


async def cards_of_authorities(conn: AsyncConnection, oids: Sequence[str]) -> list[Card]:
    """The regions whose authority is one of these organisations of ESIA."""
    return await fetch_all(conn, QUERIES.cards_of_authorities, {"oids": list(oids)}, Card)


async def add_card(conn: AsyncConnection, new: Card) -> bool:
    """Add a region; False if there is one with this code."""
    return await execute(conn, QUERIES.add_card, msgspec.structs.asdict(new)) > 0


async def change_card(conn: AsyncConnection, changed: Card) -> None:
    """Write a card anew."""
    await execute(conn, QUERIES.change_card, msgspec.structs.asdict(changed))


async def contacts(conn: AsyncConnection, region: str) -> list[Contact]:
    """A region's contacts."""
    return await fetch_all(conn, QUERIES.contacts, {"region": region}, Contact)


async def add_contact(conn: AsyncConnection, region: str, new: NewContact) -> int | None:
    """Add a contact; its id, None if the region has as many as it may."""
    row = {**msgspec.structs.asdict(new), "region": region, "most": MOST_CONTACTS}
    added: int | None = await fetch_value(conn, QUERIES.add_contact, row)
    return added


async def change_contact(conn: AsyncConnection, region: str, id: int, changed: NewContact) -> bool:
    """Change a contact; False if the region has none with this id."""
    row = {**msgspec.structs.asdict(changed), "region": region, "id": id}
    return await execute(conn, QUERIES.change_contact, row) > 0


async def remove_contact(conn: AsyncConnection, region: str, id: int) -> bool:
    """Remove a contact; False if the region has none with this id."""
    return await execute(conn, QUERIES.remove_contact, {"region": region, "id": id}) > 0


async def time_zones(conn: AsyncConnection, region: str) -> list[str]:
    """The time zones of a region's schools, that of most of them first."""
    return [zone.name for zone in await fetch_all(conn, QUERIES.time_zones, {"region": region}, _Zone)]


async def school_counts(conn: AsyncConnection) -> dict[str, SchoolCount]:
    """Region → its schools."""
    found = await fetch_all(conn, QUERIES.school_counts, None, SchoolCount)
    return {one.region: one for one in found}


async def missing_schools(
    conn: AsyncConnection, region: str, *, limit: int, offset: int = 0
) -> list[MissingSchool]:
    """Schools of a region without a verified legal entity."""
    wanted = {"region": region, "limit": limit, "offset": offset}
    return await fetch_all(conn, QUERIES.missing_schools, wanted, MissingSchool)


async def keep_day(conn: AsyncConnection, day: Day) -> None:
    """Keep a day's readiness; a later count of the day replaces it."""
    await execute(conn, QUERIES.keep_day, msgspec.structs.asdict(day))


async def days(conn: AsyncConnection, first: date, until: date, region: str | None = None) -> list[Day]:
    """The kept days from `first` on, before `until`, by region and day."""
    return await fetch_all(conn, QUERIES.days, {"first": first, "until": until, "region": region}, Day)


async def erase_old_days(conn: AsyncConnection, before: date) -> int:
    """Erase the days before one; how many."""
    return await execute(conn, QUERIES.erase_old_days, {"before": before})
