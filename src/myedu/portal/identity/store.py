"""The identity tables. Functions take secrets as they are; tables hold their SHA-256."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.esia.models import EsiaPerson, EsiaRole
from myedu.kit.db import execute, fetch_all, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.identity.models import (
    ActingRole,
    Attempt,
    AttemptRefused,
    HeldSession,
    NewSession,
)
from myedu.portal.people.models import EsiaMembership, Viewer

QUERIES = load_queries(__package__)

_KEPT_AFTER = timedelta(days=1)
"""An expired attempt is kept so long, to say why it can't be finished; a session as well."""
_IN_USE = timedelta(minutes=15)
"""A session that was seen so lately is in use: longer than the minutes to which `seen_at` is exact."""
_TRY_AGAIN = timedelta(minutes=10)
"""The pause after an attempt to ask ESIA that failed."""


def sha256(secret: str) -> bytes:
    """The SHA-256 of a secret: 256 random bits need no salt. Accepts any text that a browser may send."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


class RoleRow(msgspec.Struct, frozen=True):
    """A row of account_roles."""

    oid: str
    name: str
    ogrn: str | None
    chief: bool
    branch_of: str | None = None


class _Oid(msgspec.Struct, frozen=True):
    oid: str


async def insert_attempt(
    conn: AsyncConnection,
    *,
    state: str,
    browser: str,
    attempt: Attempt,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store an attempt until `expires_at`. `state`, `browser`: its two secrets."""
    await execute(conn, QUERIES.delete_old_attempts, {"before": now - _KEPT_AFTER})
    secrets = {"state_sha256": sha256(state), "browser_sha256": sha256(browser)}
    values = {"now": now, "expires_at": expires_at, **msgspec.structs.asdict(attempt)}
    await execute(conn, QUERIES.insert_attempt, secrets | values)


async def use_attempt(conn: AsyncConnection, *, state: str, browser: str, now: datetime) -> Attempt:
    """Mark an attempt as used and return it. Raises AttemptRefused."""
    secrets = {"state_sha256": sha256(state), "browser_sha256": sha256(browser)}
    attempt = await fetch_one(conn, QUERIES.use_attempt, {"now": now, **secrets}, Attempt)
    if attempt is None:
        raise AttemptRefused(await fetch_value(conn, QUERIES.attempt_problem, secrets) or "unknown")
    return attempt


async def save_account(conn: AsyncConnection, person: EsiaPerson, *, trusted: bool, now: datetime) -> UUID:
    """Store a person's account, new or known; its id. `trusted`: whether ESIA has verified the person."""
    account = {
        "esia_oid": person.oid,
        "snils": person.snils,
        "first_name": person.first_name or "",
        "last_name": person.last_name or "",
        "middle_name": person.middle_name,
        "birth_date": person.birth_date,
        "level": person.level.value,
        "trusted": trusted,
        "now": now,
    }
    account_id: UUID = await fetch_value(conn, QUERIES.save_account, account)
    return account_id


async def save_roles(
    conn: AsyncConnection, account_id: UUID, roles: Sequence[EsiaRole] | None, now: datetime
) -> None:
    """Replace the organisations that an account acts for; inactive roles are left out.

    None: ESIA didn't name them, which ends them and says nothing.
    """
    await execute(conn, QUERIES.delete_roles, {"account_id": account_id})
    if roles is not None:
        await execute(conn, QUERIES.note_roles, {"account_id": account_id, "now": now})
    active = [row for role in roles or () if role.active for row in rows_of(role)]
    if active:
        rows = {
            "oids": [row.oid for row in active],
            "names": [row.name for row in active],
            "ogrns": [row.ogrn for row in active],
            "chiefs": [row.chief for row in active],
            "branch_ofs": [row.branch_of for row in active],
        }
        await execute(conn, QUERIES.insert_roles, {"account_id": account_id, "now": now, **rows})


def rows_of(role: EsiaRole) -> list[RoleRow]:
    """A role as rows: who works in a branch belongs to its organisation, but is no chief of it."""
    name = role.short_name or role.full_name
    if role.branch_oid is None:
        return [RoleRow(role.organisation_oid, name, role.ogrn, role.chief)]
    branch = role.branch_name or name
    return [
        RoleRow(role.organisation_oid, name, role.ogrn, chief=False),
        RoleRow(role.branch_oid, branch, role.ogrn, role.chief, role.organisation_oid),
    ]


async def roles_of(conn: AsyncConnection, account_id: UUID) -> list[ActingRole]:
    """The organisations and branches that an account acts for, as ESIA named them last."""
    return await fetch_all(conn, QUERIES.roles_of, {"account_id": account_id}, ActingRole)


async def signed_in_oids(conn: AsyncConnection, oids: Sequence[str]) -> set[str]:
    """Which of these persons have an account."""
    found = await fetch_all(conn, QUERIES.signed_in_oids, {"oids": list(oids)}, _Oid)
    return {one.oid for one in found}


async def esia_oid_of(conn: AsyncConnection, account_id: UUID) -> str | None:
    """The person of an account, by the oid at ESIA; None if it was erased."""
    oid: str | None = await fetch_value(conn, QUERIES.esia_oid_of, {"account_id": account_id})
    return oid


async def role_seen_at(conn: AsyncConnection, account_id: UUID, oids: Sequence[str]) -> datetime | None:
    """When ESIA last named a role in one of the organisations (ESIA oids); None if there is none."""
    query = {"account_id": account_id, "oids": list(oids)}
    found: datetime | None = await fetch_value(conn, QUERIES.role_seen_at, query)
    return found


async def memberships(conn: AsyncConnection, account_id: UUID, since: datetime) -> list[EsiaMembership]:
    """The organisations that an account acts for, as ESIA has said after `since`."""
    query = {"account_id": account_id, "since": since}
    return await fetch_all(conn, QUERIES.memberships, query, EsiaMembership)


async def acting_role(conn: AsyncConnection, token: str) -> ActingRole | None:
    """The role that a session was opened for; None for a private person's, or if ESIA names it no more."""
    return await fetch_one(conn, QUERIES.acting_role, {"token_sha256": sha256(token)}, ActingRole)


async def open_session(
    conn: AsyncConnection,
    token: str,
    account_id: UUID,
    now: datetime,
    new: NewSession,
    refresh_token: bytes | None,
) -> None:
    """Store a session. `refresh_token`: of ESIA, encrypted."""
    await execute(conn, QUERIES.delete_old_sessions, {"before": now - _KEPT_AFTER})
    session = {"account_id": account_id, "now": now, "expires_at": now + new.lasts, "idle": new.idle}
    about = {"device": new.device, "refresh_token": refresh_token, "acting_for": new.acting_for}
    await execute(conn, QUERIES.open_session, {"token_sha256": sha256(token), **session, **about})


async def close_session(conn: AsyncConnection, token_sha256: bytes, now: datetime) -> UUID | None:
    """Close a session; its account, None if it was over already."""
    session = {"token_sha256": token_sha256, "now": now}
    account_id: UUID | None = await fetch_value(conn, QUERIES.close_session, session)
    return account_id


async def close_sessions(
    conn: AsyncConnection, account_id: UUID, now: datetime, but: bytes | None = None
) -> int:
    """Close every session of an account but the one of a token's SHA-256; how many."""
    return await execute(conn, QUERIES.close_sessions, {"account_id": account_id, "now": now, "but": but})


class StoredSession(msgspec.Struct, frozen=True):
    """An open session as the table has it."""

    token_sha256: bytes
    device: str
    created_at: datetime
    seen_at: datetime


async def open_sessions(conn: AsyncConnection, account_id: UUID, now: datetime) -> list[StoredSession]:
    """The open sessions of an account, the one used last first."""
    query = {"account_id": account_id, "now": now}
    return await fetch_all(conn, QUERIES.open_sessions, query, StoredSession)


async def held_session(conn: AsyncConnection, token_sha256: bytes, now: datetime) -> HeldSession | None:
    """An open session with its refresh token."""
    query = {"token_sha256": token_sha256, "now": now}
    return await fetch_one(conn, QUERIES.held_session, query, HeldSession)


async def claim_session(
    conn: AsyncConnection, token_sha256: bytes, now: datetime, until: datetime
) -> HeldSession | None:
    """Take the right to use a session's refresh token; None if another process has it."""
    query = {"token_sha256": token_sha256, "now": now, "until": until}
    return await fetch_one(conn, QUERIES.claim_session, query, HeldSession)


async def claim_due_sessions(
    conn: AsyncConnection, now: datetime, until: datetime, *, asked_before: datetime, most: int
) -> list[HeldSession]:
    """The same for at most so many sessions in use about whose people ESIA spoke before `asked_before`."""
    times = {"used_since": now - _IN_USE, "asked_before": asked_before, "tried_before": now - _TRY_AGAIN}
    query = {"now": now, "until": until, "most": most, **times}
    return await fetch_all(conn, QUERIES.claim_due_sessions, query, HeldSession)


async def save_refresh_token(conn: AsyncConnection, token_sha256: bytes, refresh_token: bytes | None) -> None:
    """Keep a session's next refresh token, encrypted; None: ESIA takes none any more."""
    query = {"token_sha256": token_sha256, "refresh_token": refresh_token}
    await execute(conn, QUERIES.save_refresh_token, query)


async def release_session(conn: AsyncConnection, token_sha256: bytes) -> None:
    """Let others use a session's refresh token."""
    await execute(conn, QUERIES.release_session, {"token_sha256": token_sha256})


async def forget_idle_tokens(conn: AsyncConnection, before: datetime) -> int:
    """Forget the refresh tokens of sessions that were last used before a time; how many."""
    return await execute(conn, QUERIES.forget_idle_tokens, {"before": before})


async def erase_accounts(conn: AsyncConnection, snils: Sequence[str]) -> None:
    """Erase the accounts of these SNILS with all that belongs to them."""
    if snils:
        await execute(conn, QUERIES.erase_accounts, {"snils": list(snils)})


async def viewer_of(conn: AsyncConnection, token: str, now: datetime) -> Viewer | None:
    """The viewer of an open session; None for an unknown, closed or expired one."""
    return await fetch_one(conn, QUERIES.viewer_of, {"token_sha256": sha256(token), "now": now}, Viewer)
