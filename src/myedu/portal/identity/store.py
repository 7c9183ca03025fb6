"""The identity tables. Functions take secrets as they are; tables hold their SHA-256."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from myedu.esia.models import EsiaPerson, EsiaRole
from myedu.kit.db import execute, fetch_one, fetch_value
from myedu.kit.sql import load_queries
from myedu.portal.identity.models import Attempt, AttemptRefused
from myedu.portal.people.models import Viewer

QUERIES = load_queries(__package__)

_KEPT_AFTER = timedelta(days=1)
"""An expired attempt is kept so long, to say why it can't be finished."""


def sha256(secret: str) -> bytes:
    """The SHA-256 of a secret: 256 random bits need no salt. Accepts any text that a browser may send."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


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
    conn: AsyncConnection, account_id: UUID, roles: Sequence[EsiaRole], now: datetime
) -> None:
    """Replace the organisations that an account acts for; inactive roles are left out."""
    await execute(conn, QUERIES.delete_roles, {"account_id": account_id})
    active = [role for role in roles if role.active]
    if active:
        rows = {
            "oids": [role.organisation_oid for role in active],
            "names": [role.short_name or role.full_name for role in active],
            "ogrns": [role.ogrn for role in active],
            "chiefs": [role.chief for role in active],
        }
        await execute(conn, QUERIES.insert_roles, {"account_id": account_id, "now": now, **rows})


async def acts_for(conn: AsyncConnection, account_id: UUID, oids: Sequence[str]) -> bool:
    """Whether the account had a role in one of the organisations (ESIA oids) at its last sign-in."""
    found: bool = await fetch_value(conn, QUERIES.acts_for, {"account_id": account_id, "oids": list(oids)})
    return found


async def open_session(
    conn: AsyncConnection, token: str, account_id: UUID, now: datetime, expires_at: datetime
) -> None:
    """Store a session."""
    session = {"account_id": account_id, "now": now, "expires_at": expires_at}
    await execute(conn, QUERIES.open_session, {"token_sha256": sha256(token), **session})


async def close_session(conn: AsyncConnection, token: str, now: datetime) -> UUID | None:
    """Close a session; its account, None if it was over already."""
    session = {"token_sha256": sha256(token), "now": now}
    account_id: UUID | None = await fetch_value(conn, QUERIES.close_session, session)
    return account_id


async def close_sessions(conn: AsyncConnection, account_id: UUID, now: datetime) -> None:
    """Close every session of an account."""
    await execute(conn, QUERIES.close_sessions, {"account_id": account_id, "now": now})


async def viewer_of(conn: AsyncConnection, token: str, now: datetime) -> Viewer | None:
    """The viewer of an open session; None for an unknown, closed or expired one."""
    return await fetch_one(conn, QUERIES.viewer_of, {"token_sha256": sha256(token), "now": now}, Viewer)
