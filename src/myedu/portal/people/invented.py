"""The persons of a vendor's export, for the vendors' sandbox, where all of them are invented.

Elsewhere nobody may leaf through pupils: the one door is `people.service`. So every function here asks for
the settings and gives nothing unless they are the sandbox's, which a portal with real people can't have.
"""

from collections.abc import Sequence
from datetime import date

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import fetch_all, fetch_one
from myedu.kit.settings import Settings
from myedu.kit.sql import Queries, load_queries
from myedu.portal.people.models import System
from myedu.portal.settings import is_sandbox

QUERIES = load_queries(__package__, "invented.sql")


class NotSandbox(Exception):
    """This portal may have real people: there is no such page."""


class InventedGuardian(msgspec.Struct, frozen=True):
    """`is_known`: has a SNILS or an ESIA oid, without which ESIA can't say who it is."""

    person_id: str
    name: str
    is_known: bool


class InventedPupil(msgspec.Struct, frozen=True):
    person_id: str
    name: str
    is_known: bool
    group_name: str | None
    guardians: tuple[InventedGuardian, ...]


class InventedPerson(msgspec.Struct, frozen=True):
    person_id: str
    last_name: str
    first_name: str
    middle_name: str | None
    birth_date: date | None
    sex: str | None
    snils: str | None
    esia_oid: str | None

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))


async def pupils(
    conn: AsyncConnection, settings: Settings, system: System, begins: str, limit: int
) -> Sequence[InventedPupil]:
    """Pupils whose last name begins so, by name. Raises NotSandbox."""
    wanted = {"region": system.region, "system_id": system.id, "begins": begins, "limit": limit}
    return await fetch_all(conn, _open(settings).pupils, wanted, InventedPupil)


async def person(
    conn: AsyncConnection, settings: Settings, system: System, person_id: str
) -> InventedPerson | None:
    """A person of the export. Raises NotSandbox."""
    wanted = {"region": system.region, "system_id": system.id, "person_id": person_id}
    return await fetch_one(conn, _open(settings).person, wanted, InventedPerson)


def _open(settings: Settings) -> Queries:
    if not is_sandbox(settings):
        raise NotSandbox
    return QUERIES
