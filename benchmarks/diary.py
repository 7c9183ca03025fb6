"""A signed-in mother opens her child's week from the last good copy, every check included.

Against a bare ASGI application on the same server (benchmarks/bare.py) that makes one indexed query and sends
the bytes of the JSON answer. One worker each, the same number of connections, alternating rounds, medians.
The load asks both for plain answers, so that the same bytes are sent; `first_load_kb` is what a browser gets
that asks for packed ones.
"""

import argparse
import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import brotli
import msgspec
import psycopg

from benchmarks.families import Visit, settle
from benchmarks.load import Plan, Round, Target
from benchmarks.servers import BARE, PORTAL, database, portal_settings, served
from myedu.contract.windows import Window, week_of
from myedu.kit.encryption import new_key
from myedu.kit.migrate import migrate

COPY_KEY = new_key()
COMPRESSED = "br, gzip"


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    week = week_of(datetime.now(UTC).date())
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
        migrate(url, "myedu.portal")
        visits = settle(url, week, options.mothers, COPY_KEY)
        environment = {**os.environ, **portal_settings(url, Path(folder), COPY_KEY)}
        with served(PORTAL, environment) as portal, served(BARE, environment) as bare:
            keep_answers(url, portal, week, visits)
            first = first_load(portal, week, visits[0])
            plan = Plan(
                targets(portal, bare, week, visits), options.rounds, options.seconds, options.connections
            )
            since = datetime.now(UTC)
            together = result(load(plan)) | {"batch_mean": batch_mean(url, since)}
            print(json.dumps(together | first | alone(portal, bare, week, visits, options.seconds)))
    return 0


def result(rounds: list[Round]) -> dict[str, float | str]:
    """Medians over the rounds; each share is of one round, so that the machine's other load cancels out."""
    by_name = {name: [r for r in rounds if r.name == name] for name in ("html", "json", "raw")}

    def median(name: str, field: str) -> float:
        return round(statistics.median(getattr(r, field) for r in by_name[name]), 2)

    def over_raw(name: str) -> float:
        shares = (mine.rps / raw.rps for mine, raw in zip(by_name[name], by_name["raw"], strict=True))
        return round(statistics.median(shares), 3)

    return {
        "name": "diary",
        "html_rps": median("html", "rps"),
        "json_rps": median("json", "rps"),
        "raw_query_rps": median("raw", "rps"),
        "json_over_raw": over_raw("json"),
        "html_over_raw": over_raw("html"),
        "html_p50_ms": median("html", "p50_ms"),
        "html_p99_ms": median("html", "p99_ms"),
    }


def alone(portal: int, bare: int, week: Window, visits: list[Visit], seconds: float) -> dict[str, float]:
    """One asker, so that every batch is of one page: the median of three rounds, in milliseconds."""
    rounds = load(Plan(targets(portal, bare, week, visits), 3, seconds, 1))

    def median(name: str) -> float:
        return round(statistics.median(each.p50_ms for each in rounds if each.name == name), 2)

    return {
        "alone_p50_ms": median("json"),
        "alone_html_p50_ms": median("html"),
        "alone_raw_p50_ms": median("raw"),
    }


def batch_mean(url: str, since: datetime) -> float:
    """Pages a statement: the lines of one statement have its time."""
    lines = "SELECT count(*) / count(DISTINCT at)::float FROM audit.lines WHERE at > %s"
    with psycopg.connect(url) as conn:
        ((mean,),) = conn.execute(lines, [since]).fetchall()
    return round(mean, 1)


def first_load(portal: int, week: Window, visit: Visit) -> dict[str, float]:
    """What a phone fetches for the week page, in kilobytes (1000 bytes) as the server sends them."""
    html, page = _fetch(portal, _week_path(visit, week), visit)
    sent = {
        name: _fetch(portal, name, visit)
        for name in re.findall(r'(?:href|src|data-worker)="(/(?:static/|sw)[^"]+)"', page)
    }
    style = next(text for name, (_, text) in sent.items() if name.endswith(".css"))
    for name in _fonts_of(style, set(page)):
        sent.setdefault(name, _fetch(portal, name, visit))
    scripts = [_fetch(portal, name, visit, "gzip")[0] for name in sent if name.endswith(".js")]
    total = html + sum(size for size, _ in sent.values())
    return {"first_load_js_gz_kb": round(sum(scripts) / 1000, 1), "first_load_kb": round(total / 1000, 1)}


def _fonts_of(style: str, letters: set[str]) -> list[str]:
    """The font files that a browser needs for these letters, in every weight."""
    codes = {ord(letter) for letter in letters if letter > " "}
    needed = []
    for face in re.findall(r"@font-face\s*{([^}]*)}", style):
        ranges = re.findall(r"[Uu]\+([0-9A-Fa-f]+)(?:-([0-9A-Fa-f]+))?", face)
        if any(int(first, 16) <= code <= int(last or first, 16) for first, last in ranges for code in codes):
            needed.append("/static/" + re.findall(r"url\([\"']?(?:/static/|\./)?([^)\"']+)", face)[0])
    return needed


def _fetch(port: int, path: str, visit: Visit, encodings: str = COMPRESSED) -> tuple[int, str]:
    """How many bytes of body are sent, and the body as text."""
    headers = {
        "Cookie": f"myedu_session={visit.token}",
        "Accept-Encoding": encodings,
        "Accept-Language": "ru",
    }
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        body = answer.read()
        encoding = answer.headers.get("content-encoding", "")
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding](body)
    return len(body), plain.decode(errors="replace")


def _week_path(visit: Visit, week: Window) -> str:
    return f"/c/{visit.child}/week/{week.first}"


def targets(portal: int, bare: int, week: Window, visits: list[Visit]) -> list[Target]:
    """The week as JSON and as a page, and the bare application: the same visits for each."""

    def get(path: str, *headers: str) -> str:
        return "\r\n".join([f"GET {path} HTTP/1.1", "Host: portal", *headers, "", ""])

    def cookie(visit: Visit) -> str:
        return f"Cookie: myedu_session={visit.token}"

    html = [get(_week_path(visit, week), cookie(visit)) for visit in visits]
    json_ = [get(f"/api{_week_path(visit, week)}", cookie(visit)) for visit in visits]
    raw = [get(f"/{number}", cookie(visit)) for number, visit in enumerate(visits)]
    return [Target("raw", bare, raw), Target("json", portal, json_), Target("html", portal, html)]


def keep_answers(url: str, portal: int, week: Window, visits: list[Visit]) -> None:
    """The bytes of each JSON answer, for the bare application."""
    with psycopg.connect(url) as conn:
        conn.execute("CREATE SCHEMA bench CREATE TABLE answers (id int PRIMARY KEY, body bytea NOT NULL)")
        with conn.cursor() as cursor:
            for number, visit in enumerate(visits):
                _, answer = _fetch(portal, f"/api{_week_path(visit, week)}", visit, "")
                cursor.execute("INSERT INTO bench.answers VALUES (%s, %s)", [number, answer.encode()])
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE bench.answers")


def load(plan: Plan) -> list[Round]:
    """In a process of its own, so that it doesn't take part in what it measures; on our cores."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load"],
        input=msgspec.json.encode(plan),
        stdout=subprocess.PIPE,
        check=True,
    )
    rounds = msgspec.json.decode(done.stdout, type=list[Round])
    for each in rounds:
        print(
            f"{each.name:5} {each.rps:7.0f}/s  p50 {each.p50_ms:6.2f} ms  p99 {each.p99_ms:6.2f} ms"
            f"  {each.bytes_each / 1000:5.1f} kB"
        )
    return rounds


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks diary", description=__doc__)
    parser.add_argument("--mothers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one measurement")
    parser.add_argument("--connections", type=int, default=16)
    return parser.parse_args(arguments)
