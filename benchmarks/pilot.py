"""The pilot at its size: the operator's first page, a night's match of all teachers, a line of the audit.

The page is opened over HTTP by an operator's session, every check and the counting of today included. A line
of the audit is written one by one by `audit.service.record`, a hundred in a transaction, against a plain
INSERT of the same columns into a table without its indexes and trigger.
"""

import argparse
import asyncio
import hashlib
import os
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from psycopg import AsyncConnection

from benchmarks.pilot_teachers import NOW, ORGANIZATIONS, REGIONS, TEACHERS, generate, measure
from benchmarks.servers import PORTAL, database, portal_settings, served
from myedu.kit.db import Database
from myedu.kit.encryption import new_key
from myedu.kit.migrate import migrate
from myedu.portal.audit import service as audit
from myedu.portal.pilot.service import count_day
from myedu.portal.signed_in import SESSION_COOKIE

_ORGANISATION, _TOKEN = "1000400002", "session-of-the-operator"
_OPENED = 40  # pages; the first ones prepare their statements
_LINES, _IN_ONE, _ROUNDS = 4000, 100, 5
_DAYS = 30
_PLAIN = (
    "INSERT INTO plain_lines"
    " (at, actor_account, actor_relation, action, region, system_id, person_id, detail)"
    " VALUES (%(at)s, %(account)s, %(relation)s, %(action)s, %(region)s, %(system)s, %(person)s, %(detail)s)"
)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks pilot")
    parser.add_argument("--teachers", type=int, default=TEACHERS)
    parser.add_argument("--organizations", type=int, default=ORGANIZATIONS)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
        migrate(url, "myedu.portal")
        began = time.perf_counter()
        generate(url, organizations=options.organizations, teachers=options.teachers)
        print(f"generated in {time.perf_counter() - began:.1f} s", flush=True)
        nights = asyncio.run(measure(url))
        asyncio.run(_settle(url))
        page_ms = _page_ms(url, Path(folder))
        ratio = asyncio.run(_audit_over_plain(url))
    line = {
        "name": "pilot",
        "regions": len(REGIONS),
        "organizations": options.organizations,
        "teachers": options.teachers,
        "readiness_page_ms": round(page_ms, 1),
        "match_teachers_s": max(nights.first_s, nights.unchanged_s, nights.changed_s),
        "audit_append_over_plain_insert": round(ratio, 2),
    }
    print(msgspec.json.encode(line).decode())
    return 0


async def _settle(url: str) -> None:
    """The regions have begun, a month is counted, journals were asked, and an operator has signed in."""
    now = datetime.now(UTC)
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute("UPDATE pilot.regions SET state = 'connected', authority_oids = '{1}'")
        await conn.execute(
            "INSERT INTO federation.hours"
            " SELECT id, date_trunc('hour', %s) - hour * interval '1 hour', 900, 890, 8, 2, '{}', '{}',"
            " array_fill(30, ARRAY[28]) FROM people.systems, generate_series(0, 23) hour",
            [now],
        )
        await conn.execute(
            "INSERT INTO exports.packages"
            " (system_id, export_id, region, mode, created_at, received_at, applied_at, state, tables)"
            " SELECT id, gen_random_uuid(), region, 'full', %s - day * interval '1 day',"
            " %s - day * interval '1 day', %s - day * interval '1 day', 'applied', '[]'"
            " FROM people.systems, generate_series(0, 400) day",
            [now, now, now],
        )
        await conn.execute(
            "WITH account AS ("
            " INSERT INTO identity.accounts"
            " (esia_oid, last_name, first_name, level, trusted, created_at, seen_at)"
            " VALUES ('operator', 'Дроздов', 'Кирилл', 'PR', true, %(now)s, %(now)s) RETURNING id"
            "), role AS ("
            " INSERT INTO identity.account_roles"
            " (account_id, organization_oid, organization_name, chief, seen_at)"
            " SELECT id, %(organisation)s, 'Оператор', false, %(now)s FROM account"
            ") INSERT INTO identity.login_sessions (token_sha256, account_id, created_at, expires_at)"
            " SELECT %(token)s, id, %(now)s, %(until)s FROM account",
            {
                "now": now, "organisation": _ORGANISATION, "until": now + timedelta(days=1),
                "token": hashlib.sha256(_TOKEN.encode()).digest(),
            },
        )  # fmt: skip
        await conn.execute("VACUUM ANALYZE verification.staff_matches")
    pool = await Database.open(url, max_size=1, name="benchmark")
    for day in range(_DAYS, 0, -1):
        await count_day(pool, now - timedelta(days=day))
    await pool.close()


def _page_ms(url: str, folder: Path) -> float:
    settings = portal_settings(url, folder, new_key())
    environment = {**os.environ, **settings, "MYEDU_OPERATOR_ORGANISATIONS": _ORGANISATION}
    took = []
    with served(PORTAL, environment) as port:
        for _ in range(_OPENED):
            began = time.perf_counter()
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/pilot",
                headers={"cookie": f"{SESSION_COOKIE}={_TOKEN}", "accept-language": "ru"},
            )
            with urllib.request.urlopen(request) as answer:
                body = answer.read().decode()
            took.append(1000 * (time.perf_counter() - began))
            if body.count('scope="row"') != len(REGIONS):
                raise SystemExit("the page does not show all regions")
    late = took[10:]
    print(
        f"/pilot: median {statistics.median(late):.1f} ms, slowest {max(late):.1f} ms, first {took[0]:.1f} ms"
    )
    return statistics.median(late)


async def _audit_over_plain(url: str) -> float:
    async with await AsyncConnection.connect(url, autocommit=True) as conn:
        await conn.execute(
            "CREATE TABLE plain_lines (LIKE audit.lines INCLUDING DEFAULTS INCLUDING IDENTITY)"
        )
        ratios = []
        for _ in range(_ROUNDS):
            line = await _seconds(conn, _record)
            plain = await _seconds(conn, _insert)
            ratios.append(line / plain)
            print(
                f"audit: {1e6 * line / _LINES:.0f} µs a line, plain {1e6 * plain / _LINES:.0f} µs", flush=True
            )
    return statistics.median(ratios)


async def _seconds(conn: AsyncConnection, write: Callable[[AsyncConnection, int], Awaitable[None]]) -> float:
    began = time.perf_counter()
    for first in range(0, _LINES, _IN_ONE):
        async with conn.transaction():
            for number in range(first, first + _IN_ONE):
                await write(conn, number)
    return time.perf_counter() - began


async def _record(conn: AsyncConnection, number: int) -> None:
    await audit.record(
        conn,
        at=NOW,
        action="diary.read",
        actor_account=None,
        actor_relation="guardian",
        region="25",
        system_id="r25-a",
        person_id=f"p{number}",
        detail={"page": "week"},
    )


async def _insert(conn: AsyncConnection, number: int) -> None:
    line = {
        "at": NOW, "account": None, "relation": "guardian", "action": "diary.read", "region": "25",
        "system": "r25-a", "person": f"p{number}", "detail": '{"page":"week"}',
    }  # fmt: skip
    await conn.execute(_PLAIN, line)
