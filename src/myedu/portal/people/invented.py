"""Persons of a vendor's export, in the vendors' sandbox, where all of them are invented.

Elsewhere there is no way to browse pupils. So every function here takes the settings and raises NotSandbox
unless they are of a sandbox, which a portal with real people can't have.
"""

from collections.abc import Sequence

from psycopg import AsyncConnection

from myedu.kit.db import fetch_all, fetch_one
from myedu.kit.settings import Settings
from myedu.kit.sql import Queries, load_queries
from myedu.portal.people.models import InventedPerson, InventedPupil, System
from myedu.portal.settings import is_sandbox

QUERIES = load_queries(__package__, "invented.sql")


class NotSandbox(Exception):
    """The portal may have real people: answer as if there were no such page."""


async def invented_pupils(
    conn: AsyncConnection, settings: Settings, system: System, begins: str, limit: int
) -> Sequence[InventedPupil]:
    """Pupils whose last name begins so, by name. Raises NotSandbox."""
    wanted = {"region": system.region, "system_id": system.id, "begins": begins, "limit": limit}
    return await fetch_all(conn, _open(settings).pupils, wanted, InventedPupil)


async def invented_person(
    conn: AsyncConnection, settings: Settings, system: System, person_id: str
) -> InventedPerson | None:
    """A person of the export. Raises NotSandbox."""
    wanted = {"region": system.region, "system_id": system.id, "person_id": person_id}
    return await fetch_one(conn, _open(settings).person, wanted, InventedPerson)


def _open(settings: Settings) -> Queries:
    if not is_sandbox(settings):
        raise NotSandbox
    return QUERIES
