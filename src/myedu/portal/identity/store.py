"""The identity tables. Secrets come in as they are and go to the tables as SHA-256."""

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
"""An attempt that is over can still say why it can't be finished."""


def sha256(secret: str) -> bytes:
    """What a table keeps of a secret; 256 random bits need no salt. Any text a browser sends will do."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).digest()


async def begin_attempt(
    conn: AsyncConnection,
    *,
    state: str,
    browser: str,
    attempt: Attempt,
    now: datetime,
    expires_at: datetime,
) -> None:
    await execute(conn, QUERIES.forget_attempts, {"before": now - _KEPT_AFTER})
    secrets = {"state_sha256": sha256(state), "browser_sha256": sha256(browser)}
    rest = {"now": now, "expires_at": expires_at, **msgspec.structs.asdict(attempt)}
    await execute(conn, QUERIES.begin_attempt, secrets | rest)


async def use_attempt(conn: AsyncConnection, *, state: str, browser: str, now: datetime) -> Attempt:
    """Use a sign-in up; raises AttemptRefused."""
    secrets = {"state_sha256": sha256(state), "browser_sha256": sha256(browser)}
    attempt = await fetch_one(conn, QUERIES.use_attempt, {"now": now, **secrets}, Attempt)
    if attempt is None:
        raise AttemptRefused(await fetch_value(conn, QUERIES.attempt_problem, secrets) or "unknown")
    return attempt


async def keep_account(conn: AsyncConnection, person: EsiaPerson, *, trusted: bool, now: datetime) -> UUID:
    """The account of a person, new or known; `trusted` says whether its SNILS may be believed."""
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
    account_id: UUID = await fetch_value(conn, QUERIES.keep_account, account)
    return account_id


async def keep_roles(
    conn: AsyncConnection, account_id: UUID, roles: Sequence[EsiaRole], now: datetime
) -> None:
    """Replace the organisations that an account acts for; without those where the person works no more."""
    await execute(conn, QUERIES.forget_roles, {"account_id": account_id})
    active = [role for role in roles if role.active]
    if active:
        rows = {
            "oids": [role.organisation_oid for role in active],
            "names": [role.short_name or role.full_name for role in active],
            "ogrns": [role.ogrn for role in active],
            "chiefs": [role.chief for role in active],
        }
        await execute(conn, QUERIES.keep_roles, {"account_id": account_id, "now": now, **rows})


async def acts_for(conn: AsyncConnection, account_id: UUID, oids: Sequence[str]) -> bool:
    """Whether the account had a role in one of the organisations at its last sign-in."""
    found: bool = await fetch_value(conn, QUERIES.acts_for, {"account_id": account_id, "oids": list(oids)})
    return found


async def open_session(
    conn: AsyncConnection, token: str, account_id: UUID, now: datetime, expires_at: datetime
) -> None:
    session = {"account_id": account_id, "now": now, "expires_at": expires_at}
    await execute(conn, QUERIES.open_session, {"token_sha256": sha256(token), **session})


async def close_session(conn: AsyncConnection, token: str, now: datetime) -> UUID | None:
    """End a session; whose it was, None when it was over already."""
    session = {"token_sha256": sha256(token), "now": now}
    account_id: UUID | None = await fetch_value(conn, QUERIES.close_session, session)
    return account_id


async def close_sessions(conn: AsyncConnection, account_id: UUID, now: datetime) -> None:
    """End every session of an account."""
    await execute(conn, QUERIES.close_sessions, {"account_id": account_id, "now": now})


async def viewer_of(conn: AsyncConnection, token: str, now: datetime) -> Viewer | None:
    return await fetch_one(conn, QUERIES.viewer_of, {"token_sha256": sha256(token), "now": now}, Viewer)
