"""A signed-in mother opens her child's week from the last good copy, every check included.

Against a bare ASGI application on the same server (benchmarks/bare.py) that makes one indexed query and sends
the bytes of the JSON answer. One worker each, the same number of connections, alternating rounds, medians.
The load asks both for plain answers, so that the same bytes are sent; `first_load_kb` is what a browser gets
that asks for packed ones.
"""

import argparse
import contextlib
import gzip
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import brotli
import msgspec
import psycopg

from benchmarks.families import Visit, settle
from benchmarks.load import Plan, Round, Target
from myedu.contract.windows import Window, week_of
from myedu.esia.signing import make_rsa_keys
from myedu.kit.child import ends_with_us
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from myedu.portal.federation.sealing import new_key

SERVE = (
    "import sys; from myedu.kit.serve import run; run(sys.argv[1], host='127.0.0.1', port=int(sys.argv[2]))"
)
PORTAL = "myedu.portal.app:portal_from_environment"
BARE = "benchmarks.bare:app"
COPY_KEY = new_key()
COMPRESSED = "br, gzip"


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    week = week_of(datetime.now(UTC).date())
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
        migrate(url, "myedu.portal")
        visits = settle(url, week, options.mothers, COPY_KEY)
        environment = {**os.environ, **_portal_settings(url, Path(folder))}
        with _served(PORTAL, environment) as portal, _served(BARE, environment) as bare:
            _keep_answers(url, portal, week, visits)
            load = first_load(portal, week, visits[0])
            plan = Plan(
                _targets(portal, bare, week, visits), options.rounds, options.seconds, options.connections
            )
            print(json.dumps(result(_load(plan)) | load))
    return 0


def result(rounds: list[Round]) -> dict[str, float | str]:
    """Medians over the rounds; the shares are of one round each, so that the machine's mood cancels out."""
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


def _targets(portal: int, bare: int, week: Window, visits: list[Visit]) -> list[Target]:
    def get(path: str, *headers: str) -> str:
        return "\r\n".join([f"GET {path} HTTP/1.1", "Host: portal", *headers, "", ""])

    def cookie(visit: Visit) -> str:
        return f"Cookie: myedu_session={visit.token}"

    html = [get(_week_path(visit, week), cookie(visit)) for visit in visits]
    json_ = [get(f"/api{_week_path(visit, week)}", cookie(visit)) for visit in visits]
    raw = [get(f"/{number}", cookie(visit)) for number, visit in enumerate(visits)]
    return [Target("raw", bare, raw), Target("json", portal, json_), Target("html", portal, html)]


def _keep_answers(url: str, portal: int, week: Window, visits: list[Visit]) -> None:
    """The bytes of each JSON answer, for the bare application."""
    with psycopg.connect(url) as conn:
        conn.execute("CREATE SCHEMA bench CREATE TABLE answers (id int PRIMARY KEY, body bytea NOT NULL)")
        with conn.cursor() as cursor:
            for number, visit in enumerate(visits):
                _, answer = _fetch(portal, f"/api{_week_path(visit, week)}", visit, "")
                cursor.execute("INSERT INTO bench.answers VALUES (%s, %s)", [number, answer.encode()])
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE bench.answers")


def _load(plan: Plan) -> list[Round]:
    """In a process of its own, so that it doesn't take part in what it measures."""
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


@contextlib.contextmanager
def database(folder: Path) -> Iterator[str]:
    """A new database on the server of MYEDU_DATABASE_URL, or on an embedded one."""
    name = f"myedu_bench_{os.getpid()}"
    given = os.environ.get("MYEDU_DATABASE_URL")
    with contextlib.ExitStack() as stack:
        if given is None:
            server = stack.enter_context(EmbeddedPostgres(folder / "postgres"))
            server.create_database(name)
            yield server.url(name)
            return
        with psycopg.connect(given, autocommit=True) as conn:
            conn.execute(f"CREATE DATABASE {name}")
            yield urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
            conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _portal_settings(url: str, folder: Path) -> dict[str, str]:
    keys = make_rsa_keys(folder, "portal")
    return {
        "MYEDU_DATABASE_URL": url,
        "MYEDU_BASE_URL": "http://127.0.0.1",
        "MYEDU_ESIA_URL": "http://127.0.0.1:1",
        "MYEDU_ESIA_CLIENT_ID": "MYEDU",
        "MYEDU_ESIA_KEY": str(keys.key),
        "MYEDU_ESIA_CERTIFICATE": str(keys.certificate),
        "MYEDU_ESIA_TOKEN_KEYS": str(keys.certificate),
        "MYEDU_JOURNAL_KEY": str(keys.key),
        "MYEDU_COPY_KEYS": COPY_KEY,
        "MYEDU_FRESH_SECONDS": "86400",  # no copy grows old while we measure
    }


@contextlib.contextmanager
def _served(app: str, environment: dict[str, str]) -> Iterator[int]:
    """One worker process; its port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, app, str(port)],
        env=environment,
        preexec_fn=ends_with_us(signal.SIGTERM),  # a run that is cut short leaves no server behind
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit(f"the server on port {port} did not start: see its words above")


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks diary", description=__doc__)
    parser.add_argument("--mothers", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one measurement")
    parser.add_argument("--connections", type=int, default=16)
    return parser.parse_args(arguments)
