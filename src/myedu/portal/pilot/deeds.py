"""What is changed of a region's card, each in one transaction with its line of the audit."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.portal.audit import service as audit
from myedu.portal.operators import service as operators
from myedu.portal.pilot import store
from myedu.portal.pilot.models import MOST_CONTACTS, Card, NewContact, NoSuchRegion


class TooManyContacts(Exception):
    """The region has as many contacts as it may: remove one first."""

    def __init__(self) -> None:
        super().__init__(f"a region has at most {MOST_CONTACTS} contacts: remove one first")


class By(msgspec.Struct, frozen=True):
    """Who does it. `account_id`: None in a terminal."""

    relation: str
    account_id: UUID | None = None


TERMINAL = By("operator")


async def add_region(conn: AsyncConnection, by: By, new: Card, now: datetime) -> bool:
    """Add a region; False if it is there."""
    added = await store.add_card(conn, new)
    if added:
        await _note(conn, by, now, "region.add", new.code, name=new.name)
    return added


async def change_card(conn: AsyncConnection, by: By, changed: Card, now: datetime) -> None:
    """Change a card; the audit has the names of the fields, and the values of those that decide something."""
    before = await store.card(conn, changed.code)
    if before is None:
        raise NoSuchRegion
    differing = [name for name in Card.__struct_fields__ if getattr(before, name) != getattr(changed, name)]
    if differing:
        await store.change_card(conn, changed)
        about = {"state": changed.state, "authority": ",".join(changed.authority_oids)}
        await _note(conn, by, now, "region.change", changed.code, fields=",".join(differing), **about)


async def add_contact(conn: AsyncConnection, by: By, region: str, new: NewContact, now: datetime) -> None:
    """Add a contact. Raises TooManyContacts."""
    id = await store.add_contact(conn, region, new)
    if id is None:
        raise TooManyContacts
    await _note(conn, by, now, "region.contact-add", region, contact=id, role=new.role)


async def change_contact(
    conn: AsyncConnection, by: By, region: str, id: int, changed: NewContact, now: datetime
) -> None:
    """Change a contact. Raises NoSuchRegion for another region's and for none."""
    if not await store.change_contact(conn, region, id, changed):
        raise NoSuchRegion
    await _note(conn, by, now, "region.contact-change", region, contact=id, role=changed.role)


async def remove_contact(conn: AsyncConnection, by: By, region: str, id: int, now: datetime) -> None:
    """Remove a contact; one that is gone already is no error."""
    if await store.remove_contact(conn, region, id):
        await _note(conn, by, now, "region.contact-remove", region, contact=id)


async def publish(conn: AsyncConnection, by: By, region: str, now: datetime, *, agreed: bool) -> None:
    """Let everyone read the conformance reports of the region's systems, or end that."""
    for report in await operators.conformance_of(conn, region):
        await operators.set_published(
            conn,
            report.system_id,
            published=agreed,
            account=by.account_id,
            now=now,
            relation=by.relation,
        )


async def _note(conn: AsyncConnection, by: By, now: datetime, deed: str, region: str, **detail: Any) -> None:
    await audit.record(
        conn,
        at=now,
        action=deed,
        actor_account=by.account_id,
        actor_relation=by.relation,
        region=region,
        detail=detail,
    )
