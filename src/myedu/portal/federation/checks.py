"""What `myedu doctor` looks at of journals: whether each answers, and what its clock says."""

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import msgspec

from myedu.connector.sdk.clients import JournalClients
from myedu.connector.sdk.errors import JournalError
from myedu.connector.sdk.responses import skew_seconds
from myedu.kit.db import fetch_all
from myedu.kit.encryption import Keyring, read_keys
from myedu.kit.terminal import tr
from myedu.portal.checks import Finding, failed, ok, warning
from myedu.portal.context import CommandContext
from myedu.portal.federation.store import QUERIES
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.settings import EncryptionSettings, JournalAccessSettings, journal_key

_ANSWER_SECONDS = 5.0
_COPIES = 10_000


async def check_journals(context: CommandContext) -> Sequence[Finding]:
    """Every registered system, all at once."""
    async with context.database.connection() as conn:
        systems = await people.systems(conn)
    if not systems:
        return [warning(tr("journals"), tr("none is registered: `myedu portal register`"))]
    clients = JournalClients(
        journal_key(context.settings),
        clock=context.clock,
        allow_private=context.settings.of(JournalAccessSettings).allow_private_journals,
        timeout=_ANSWER_SECONDS,
    )
    async with aclosing(clients):
        return await asyncio.gather(*(_journal(context, clients, system) for system in systems))


async def _journal(context: CommandContext, clients: JournalClients, system: System) -> Finding:
    about = tr("journal {id}", id=system.id)
    if system.paused_at:
        return warning(about, tr("is paused since {day}", day=f"{system.paused_at:%Y-%m-%d}"))
    try:
        reply = await clients.client_for(people.address_of(system)).capabilities()
    except JournalError as error:
        return failed(about, f"{error.sentence} ({error.reason}): docs/operations/region-down.md")
    assert reply.value is not None  # no ETag was sent
    answered = reply.value
    skew = skew_seconds(answered.server_time, context.clock.now())
    if skew is not None:
        return warning(about, tr("its clock differs by {seconds} s: tell the vendor", seconds=round(skew)))
    return ok(
        about,
        tr("{product} {version} answers", product=answered.system.product, version=answered.system.version),
    )


async def check_copies(context: CommandContext) -> Sequence[Finding]:
    """Whether the keys of the settings decrypt what is kept; looks at some thousand copies."""
    keyring = Keyring(read_keys(context.settings.of(EncryptionSettings).copy_keys))
    async with context.database.connection() as conn:
        heads = await fetch_all(conn, QUERIES.copy_heads, {"limit": _COPIES}, CopyHead)
    by_old = unknown = 0
    for one in heads:
        if not keyring.knows_key_of(one.head):
            unknown += one.copies
        elif not keyring.is_by_first_key(one.head):
            by_old += one.copies
    about, values = tr("keys of copies"), {"count": unknown or by_old}
    if unknown:
        sentence = tr(
            "{count} kept answers have a key that is not set: docs/operations/change-a-key.md", **values
        )
        return [warning(about, sentence)]
    if by_old:
        return [ok(about, tr("{count} kept answers have an older key; all can be read", **values))]
    return [ok(about, tr("all kept answers that were looked at have the first key"))]


class CopyHead(msgspec.Struct, frozen=True):
    """The beginning of kept answers, which says what key they have, and how many begin so."""

    head: bytes
    copies: int


CHECKS = (check_journals, check_copies)
