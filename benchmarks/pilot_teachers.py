"""Ten regions of teachers at true size, with mistakes, and how long a match of all with ESIA takes."""

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg

from myedu.contract.region_names import RUSSIAN
from myedu.kit.db import Database
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from myedu.portal.verification.service import match_regions

REGIONS = tuple(sorted(RUSSIAN))
ORGANIZATIONS, TEACHERS = 6_500, 280_000
NOW = datetime(2026, 12, 1, 22, 30, tzinfo=UTC)

_FIRST = "{Анна,Пётр,Мария,Иван,Ольга,Семён,Елена,Артём,Татьяна,Фёдор}"
_LAST = "{Иванова,Петрова,Соловьёва,Королёва,Орлова,Зайцева,Римская-Корсакова,Алексеева,Киселёва,Белова}"

# A tenth of the schools is not confirmed. Of ten teachers nine stand in ESIA's list, five have an account.
# Of a hundred two have no SNILS, three changed their name, two have a wrong birth date, one another's
# SNILS; the е of a fifth is an ё at ESIA.
_STATEMENTS = """
INSERT INTO people.systems (id, region, name, base_url, client_id, registered_at)
SELECT 'r' || region || '-a', region, 'Журнал', 'http://127.0.0.1:1', 'myedu', %(now)s
FROM unnest(%(regions)s::text[]) region;
INSERT INTO people.organizations (region, system_id, id, name, kind, time_zone, esia_oid, ogrn, updated_at)
SELECT region, 'r' || region || '-a', 'o' || number, 'Школа № ' || number, 'school', 'Europe/Moscow',
    region || lpad(number::text, 8, '0'), '10' || region || lpad(number::text, 9, '0'), %(now)s
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(schools)s) number;
INSERT INTO people.persons
    (region, system_id, id, last_name, first_name, middle_name, birth_date, snils, updated_at)
SELECT region, 'r' || region || '-a', 't' || number,
    (%(last)s::text[])[1 + number %% 10] || CASE WHEN number %% 100 < 3 THEN 'ц' ELSE '' END,
    (%(first)s::text[])[1 + number / 10 %% 10], 'Петровна',
    date '1960-01-01' + number %% 14000 + CASE WHEN number %% 100 IN (10, 11) THEN 1 ELSE 0 END,
    CASE
        WHEN number %% 100 IN (20, 21) THEN NULL
        WHEN number %% 100 = 30 THEN region || lpad((number + 1)::text, 9, '0')
        ELSE region || lpad(number::text, 9, '0')
    END, %(now)s
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(teachers)s) number;
INSERT INTO people.staff (region, system_id, id, person_id, organization_id, role, updated_at)
SELECT region, 'r' || region || '-a', 's' || number, 't' || number, 'o' || 1 + number %% %(schools)s,
    CASE WHEN number <= %(schools)s THEN 'head' WHEN number %% 40 = 0 THEN 'deputy' ELSE 'teacher' END,
    %(now)s
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(teachers)s) number;
INSERT INTO identity.accounts
    (esia_oid, snils, last_name, first_name, middle_name, birth_date, level, trusted, created_at, seen_at,
    roles_seen_at)
SELECT region || lpad(number::text, 9, '0'), region || lpad(number::text, 9, '0'),
    (%(last)s::text[])[1 + number %% 10],
    CASE
        WHEN number %% 5 = 0 THEN translate((%(first)s::text[])[1 + number / 10 %% 10], 'е', 'ё')
        ELSE (%(first)s::text[])[1 + number / 10 %% 10]
    END, 'Петровна', date '1960-01-01' + number %% 14000, 'PR', true, %(now)s, %(now)s, %(now)s
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(teachers)s) number
WHERE number %% 2 = 0 OR number <= %(schools)s;
INSERT INTO identity.account_roles
    (account_id, organization_oid, organization_name, chief, seen_at)
SELECT account.id, region || lpad((1 + number %% %(schools)s)::text, 8, '0'), 'Школа', number <= %(schools)s,
    %(now)s
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(teachers)s) number
JOIN identity.accounts account ON true
WHERE account.esia_oid = region || lpad(number::text, 9, '0') AND number %% 10 <> 7;
INSERT INTO people.verified_organizations
    (region, system_id, organization_id, esia_oid, confirmed_at, confirmed_by)
SELECT region, 'r' || region || '-a', 'o' || number, region || lpad(number::text, 8, '0'), %(now)s, account.id
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(schools)s) number
JOIN identity.accounts account ON true
WHERE account.esia_oid = region || lpad((1 + (number + %(schools)s - 2) %% %(schools)s)::text, 9, '0')
    AND number %% 10 <> 3;
INSERT INTO verification.esia_employees (
    organization_oid, person_oid, last_name, first_name, middle_name, snils, birth_date, position, chief,
    seen_at
)
SELECT region || lpad((1 + number %% %(schools)s)::text, 8, '0'), region || lpad(number::text, 9, '0'),
    (%(last)s::text[])[1 + number %% 10],
    translate((%(first)s::text[])[1 + number / 10 %% 10], 'ё', 'е'), 'Петровна',
    region || lpad(number::text, 9, '0'), date '1960-01-01' + number %% 14000, 'Учитель',
    number <= %(schools)s, %(now)s
FROM unnest(%(regions)s::text[]) region, generate_series(1, %(teachers)s) number
WHERE number %% 10 <> 7;
"""


class Measured(msgspec.Struct, frozen=True):
    """Seconds of nights: the first one writes all, the second nothing, the third what has changed."""

    first_s: float
    unchanged_s: float
    changed_s: float
    posts: int


def generate(
    url: str,
    *,
    regions: tuple[str, ...] = REGIONS,
    organizations: int = ORGANIZATIONS,
    teachers: int = TEACHERS,
) -> None:
    """Schools, staff, what ESIA says of them and what heads have confirmed, in a migrated database."""
    values = {
        "regions": list(regions),
        "schools": organizations // len(regions),
        "teachers": teachers // len(regions),
        "first": _FIRST,
        "last": _LAST,
        "now": NOW,
    }
    with psycopg.connect(url) as conn:
        for region in regions:
            conn.execute("SELECT people.open_region(%s)", [region])
        for statement in filter(str.strip, _STATEMENTS.split(";\n")):
            conn.execute(statement, values)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")


async def measure(url: str) -> Measured:
    """Three nights; between the last two the head confirms and ESIA and the exports change."""
    database = await Database.open(url, max_size=2, name="benchmark")
    try:
        first, posts = await _night(database, NOW)
        second, _ = await _night(database, NOW + timedelta(days=1))
        async with database.transaction() as conn:
            await conn.execute(
                "INSERT INTO people.verified_staff"
                " (region, system_id, staff_id, esia_oid, confirmed_at, confirmed_by)"
                " SELECT region, system_id, staff_id, esia_oid, %s, gen_random_uuid()"
                " FROM verification.staff_matches WHERE reasons = '{head-not-confirmed}'",
                [NOW],
            )
            await conn.execute(
                "DELETE FROM verification.esia_employees WHERE person_oid LIKE '%55';"
                " DELETE FROM identity.account_roles role USING identity.accounts account"
                " WHERE account.id = role.account_id AND account.esia_oid LIKE '%55'"
            )
        third, _ = await _night(database, NOW + timedelta(days=2))
        return Measured(round(first, 2), round(second, 2), round(third, 2), posts)
    finally:
        await database.close()


async def _night(database: Database, now: datetime) -> tuple[float, int]:
    began = time.perf_counter()
    result = await match_regions(database, now)
    seconds = time.perf_counter() - began
    print(
        f"{result.posts} posts: {result.changed} changed, {result.withdrawn} withdrawn, {seconds:.2f} s",
        flush=True,
    )
    return seconds, result.posts


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks pilot_teachers")
    parser.add_argument("--teachers", type=int, default=TEACHERS)
    parser.add_argument("--organizations", type=int, default=ORGANIZATIONS)
    options = parser.parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "data") as server,
    ):
        server.create_database("portal")
        url = server.url("portal")
        migrate(url, "myedu.portal")
        began = time.perf_counter()
        generate(url, organizations=options.organizations, teachers=options.teachers)
        print(f"generated in {time.perf_counter() - began:.1f} s", flush=True)
        measured = asyncio.run(measure(url))
    line = {
        "name": "pilot_teachers",
        "organizations": options.organizations,
        **msgspec.structs.asdict(measured),
    }
    print(msgspec.json.encode(line).decode())
    return 0
