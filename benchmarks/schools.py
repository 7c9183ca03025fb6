"""60 000 connected schools in ten regions: how long the search of one takes that anybody may call."""

import argparse
import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import msgspec
import psycopg

from myedu.contract.region_names import RUSSIAN
from myedu.kit.db import Database
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from myedu.portal.people import service as people

SCHOOLS, ROUNDS = 60_000, 9
QUERIES = (
    *("школа", "сош 15", "Королёв 5", "королев17", "якутия", "татарстан 5"),
    *("ленина 5999", "нет такой школы", "о", "средняя школа 17 усть"),
)
_TOWNS = "{Якутск,Владивосток,Казань,Усть-Нера,Королёв}"
_INSERT = """
INSERT INTO people.organizations
    (region, system_id, id, name, short_name, address, kind, time_zone, updated_at)
SELECT region, 's' || region, number::text,
    'Муниципальное бюджетное общеобразовательное учреждение «Средняя общеобразовательная школа № '
        || number %% 197 || '» города ' || (%(towns)s::text[])[1 + number %% 5] || number %% 300,
    'МБОУ СОШ № ' || number %% 197,
    name || ', г. ' || (%(towns)s::text[])[1 + number %% 5] || number %% 300 || ', ул. Ленина, д. ' || number,
    'school', 'Europe/Moscow', now()
FROM unnest(%(regions)s::text[], %(names)s::text[]) place (region, name),
    generate_series(1, %(schools)s) number
"""


def main(arguments: list[str]) -> int:
    """Fill an embedded server, then time each query."""
    argparse.ArgumentParser(prog="python -m benchmarks schools", description=__doc__).parse_args(arguments)
    with (
        tempfile.TemporaryDirectory() as folder,
        EmbeddedPostgres(Path(folder) / "data", durable=False) as server,
    ):
        server.create_database("schools")
        url = server.url("schools")
        migrate(url, "myedu.portal")
        _fill(url)
        medians = asyncio.run(_search(url))
    result = {"name": "schools", "schools": SCHOOLS, "search_ms": max(medians.values())}
    print(msgspec.json.encode(result).decode())
    return 0


def _fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as conn:
        for region in RUSSIAN:
            conn.execute("SELECT people.open_region(%s)", [region])
        places = {"regions": list(RUSSIAN), "names": list(RUSSIAN.values()), "towns": _TOWNS}
        conn.execute(_INSERT, {**places, "schools": SCHOOLS // len(RUSSIAN)})
        conn.execute("VACUUM ANALYZE people.organizations")


async def _search(url: str) -> dict[str, float]:
    database = await Database.open(url, max_size=1)
    names = {code: [name] for code, name in RUSSIAN.items()}
    medians = {}
    async with database.connection() as conn:
        for query in QUERIES:
            times = []
            for _ in range(ROUNDS):
                began = time.perf_counter()
                found = await people.search_schools(conn, query, names)
                times.append(1000 * (time.perf_counter() - began))
            medians[query] = round(statistics.median(times), 1)
            print(f"{query}: {len(found)} found, {medians[query]} ms, the first time {times[0]:.1f} ms")
    await database.close()
    return medians
