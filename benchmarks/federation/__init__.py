"""What asking journals on demand costs, what a copy saves, and what a dead journal does to the others.

A journal of one process answers 5 KB after a known time. The program that is measured has one core;
PostgreSQL, the journal and the load generator share the other. All in one run, alternating rounds:

- misses at a steady rate, open loop: each query is new, so that every round trip, every signature, encryption
  and write is included. `miss_added_*` is a Federation's answer against bare aiohttp's in the same process;
  `page_added_*` is the portal's JSON over HTTP against the journal's to the same load generator.
- hits: the portal's JSON of a fresh copy against a bare ASGI application with one indexed query.
- 1000 equal requests at once to a portal of two workers: how many reached the journal.
- misses of one system while another one is healthy or hangs.
- the same while a family of another system opens its pages of marks, one a second: of a journal as small,
  then of one that answers each of the four parts of a year with 3 MB, 22 000 marks of one subject.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks import diary, load
from benchmarks.families import Visit, settle
from benchmarks.federation.in_process import FederationSetup
from benchmarks.federation.load_generator import Plan, Stream, Timings
from benchmarks.federation.programs import (
    MEASURED,
    OTHERS,
    a_journal,
    a_portal,
    cores,
    hand_over,
    pinned,
    register,
    settings,
)
from benchmarks.servers import BARE, PORTAL, database, served
from myedu.contract.windows import Window, week_of
from myedu.kit.encryption import new_key
from myedu.kit.migrate import migrate
from myedu.kit.private_files import write_private

EQUAL = 1000
_PAGES_SLOWER = 3
"""One worker on one core can't make 300 pages a second that all lack their copies."""
_WARM_UP = 50
"""Requests made before, which aren't counted: connections, a token, the first calls of everything."""
_OTHER_SHARE = 0.3  # of the measured system's rate goes to the other one, healthy or dead
_CHILDREN_OF_ANOTHER = 40


class World(msgspec.Struct, frozen=True):
    """What every measure needs. `visits`: one child of each family; `week` has copies, later weeks don't."""

    folder: Path
    url: str
    journal: str
    copy_key: str
    settings: dict[str, str]
    week: Window
    visits: list[Visit]
    options: argparse.Namespace


def main(arguments: list[str]) -> int:
    """Measure everything and print the figures as JSON."""
    options = _options(arguments)
    os.sched_setaffinity(0, cores(OTHERS))  # PostgreSQL inherits it
    with (
        tempfile.TemporaryDirectory(prefix="myedu-federation-") as folder,
        database(Path(folder)) as url,
        a_journal(Path(folder), options.answer_ms) as journal,
    ):
        world = _world(Path(folder), url, journal, options)
        figures = _figures(world)
    print(json.dumps({"name": "federation", "answer_ms": options.answer_ms} | figures))
    return 0


def _world(folder: Path, url: str, journal: str, options: argparse.Namespace) -> World:
    migrate(url, "myedu.portal")
    copy_key, week = new_key(), week_of(datetime.now(UTC).date())
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(folder / "journal.key.pem", pem)
    rounds = options.rounds * options.seconds * options.rate
    visits = settle(url, week, max(round(rounds) + 300, 600), copy_key)
    register(url, "bench", journal)
    return World(folder, url, journal, copy_key, settings(url, folder, copy_key), week, visits, options)


def _figures(world: World) -> dict[str, float]:
    measures = {
        "misses": misses,
        "hits": hits,
        "coalesced": coalesced,
        "dead": one_is_dead,
        "heavy": one_is_heavy,
    }
    chosen = world.options.only or measures
    return {name: figure for measure in chosen for name, figure in measures[measure](world).items()}


def misses(world: World) -> dict[str, float]:
    """A Federation against bare aiohttp, then pages; each request is about another pupil."""
    in_process, pages = [], []
    with a_portal(world.folder, "portal", world.settings, on=MEASURED) as portal:
        for number in range(world.options.rounds):
            for timings, stream, core in (
                (in_process, _in_process(world, number), MEASURED),
                (pages, _pages(world, portal, number), OTHERS),
            ):
                direct = _direct(world, number)
                timings += run_load(world, [[_warm(direct), _warm(stream)], [direct], [stream]], on=core)
    figures = {"direct_p50_ms": _p(in_process, "direct", 50)}
    for name, timings in (("miss", in_process), ("page", pages)):
        for share in (50, 99):
            added = _p(timings, name, share) - _p(timings, "direct", share)
            figures[f"{name}_added_p{share}_ms"] = round(added, 2)
        figures[f"{name}_bad_share"] = _bad_share(timings, name)
    return figures


def _direct(world: World, number: int) -> Stream:
    """Requests to the journal, with a token as it gives them."""
    days = f"from={world.week.first}&to={world.week.last}"
    address = f"{world.journal}/bench/v1/students/d{{}}/diary?{days}"
    return Stream(
        "direct",
        world.options.rate,
        [address.format(n) for n in _numbers(world, number)],
        headers={"Authorization": "Bearer invented", "Accept-Encoding": "gzip"},
    )


def _in_process(world: World, number: int) -> Stream:
    students = [f"in-process-{n}" for n in _numbers(world, number)]
    return Stream("miss", world.options.rate, students, in_process=True)


def _pages(world: World, portal: str, number: int) -> Stream:
    """Pages of different mothers: only their sessions have been used before."""
    chosen = [world.visits[n] for n in _numbers(world, number)][::_PAGES_SLOWER]
    rate = world.options.rate / _PAGES_SLOWER
    return _json_of(portal, "page", rate, chosen, world.week.first + timedelta(weeks=1))


def _warm(stream: Stream) -> Stream:
    """The first few requests of a stream, taken out of it."""
    few = msgspec.structs.replace(
        stream,
        name="warm-up",
        rate=50,
        requests=stream.requests[:_WARM_UP],
        cookies=stream.cookies[:_WARM_UP],
    )
    stream.requests, stream.cookies = stream.requests[_WARM_UP:], stream.cookies[_WARM_UP:]
    return few


def _json_of(portal: str, name: str, rate: float, visits: Sequence[Visit], day: object) -> Stream:
    return Stream(
        name,
        rate,
        [f"{portal}/api/c/{visit.child}/week/{day}" for visit in visits],
        cookies=[f"myedu_session={visit.token}" for visit in visits],
    )


def _numbers(world: World, number: int) -> range:
    each = round(world.options.rate * world.options.seconds)
    return range(number * each, (number + 1) * each)


def hits(world: World) -> dict[str, float]:
    """Alternating rounds; shares are of neighbouring ones, so that the machine's other load cancels out."""
    visits, begin = world.visits[:300], pinned(MEASURED)
    # with the journal's answers of 5 KB: the pages' misses have just stored them
    week = Window(first=world.week.first + timedelta(weeks=1), last=world.week.last + timedelta(weeks=1))
    environment = {**os.environ, **world.settings, "MYEDU_FRESH_SECONDS": "86400"}
    environment["MYEDU_LOG_REQUESTS"] = "false"  # the bare application logs nothing either
    with served(PORTAL, environment, begin) as portal, served(BARE, environment, begin) as bare:
        diary.keep_answers(world.url, portal, week, visits)
        targets = [
            target for target in diary.targets(portal, bare, week, visits) if target.name in ("raw", "json")
        ]
        rounds = diary.load(load.Plan(targets, world.options.rounds + 2, 2.0, 16))
    ours, raw = ([result.rps for result in rounds if result.name == name] for name in ("json", "raw"))
    shares = [own / bare_rps for own, bare_rps in zip(ours, raw, strict=True)]
    return {
        "hit_rps": round(statistics.median(ours), 1),
        "raw_query_rps": round(statistics.median(raw), 1),
        "hit_over_raw": round(statistics.median(shares), 3),
    }


def coalesced(world: World) -> dict[str, float]:
    """The share of 1000 equal requests at once, to two processes, that reached the journal."""
    child = world.visits[-1]
    register(world.url, "slow", world.journal)
    hand_over(world.url, "slow", [child])
    wide = {
        "MYEDU_WORKERS": "2",
        "MYEDU_REQUESTS_AT_ONCE": str(
            EQUAL
        ),  # this is about the journal, not about the portal's load shedding
        "MYEDU_QUEUE_SECONDS": "20",
        "MYEDU_DEADLINE_SECONDS": "20",
        "MYEDU_FLIGHT_SECONDS": "20",
    }
    with a_portal(world.folder, "two-workers", world.settings | wide, on=None) as portal:
        stream = _json_of(portal, "equal", 0, [child] * EQUAL, world.week.first + timedelta(weeks=1))
        (timings,) = run_load(world, [[stream]], on=OTHERS)
    with urllib.request.urlopen(f"{world.journal}/count/slow", timeout=5) as answer:
        calls = int(answer.read())
    return {
        "coalesced_upstream_share": calls / EQUAL,
        "coalesced_refused_at_the_door": len(timings.bad),
        "coalesced_workers": len(_workers(world.folder / "two-workers.log")),
    }


def _workers(log: Path) -> set[object]:
    """Processes that answered requests about a child."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return {line["worker"] for line in lines if "/c/" in line.get("route", "")}


def one_is_dead(world: World) -> dict[str, float]:
    """A system's p99 while another one is asked too: healthy in one round, hanging in the next."""
    rate, seconds = world.options.rate / 3, world.options.seconds + 4
    others = [f"{kind}-{number}" for number in range(world.options.rounds) for kind in ("healthy", "dead")]
    timings: dict[str, list[Timings]] = {"healthy": [], "dead": []}
    with a_portal(world.folder, "beside", world.settings, on=MEASURED) as portal:
        for number, system in enumerate(others):
            register(world.url, system, world.journal)
            place = -2 - number * _CHILDREN_OF_ANOTHER
            moved = world.visits[place - _CHILDREN_OF_ANOTHER : place]
            hand_over(world.url, system, moved)
            healthy = _over_weeks(world, portal, "healthy", rate, seconds, world.visits[:200], number)
            other = _over_weeks(world, portal, "other", rate * _OTHER_SHARE, seconds, moved, number)
            (own, _) = run_load(world, [[healthy, other]], on=OTHERS)
            timings[system.partition("-")[0]].append(own)
    beside_healthy, beside_dead = (_p(timings[kind], "healthy", 99) for kind in ("healthy", "dead"))
    return {
        "healthy_p99_ms": round(beside_healthy, 2),
        "healthy_p99_ms_when_one_is_dead": round(beside_dead, 2),
        "healthy_bad_share": _bad_share(timings["healthy"] + timings["dead"], "healthy"),
        "healthy_p99_ratio_when_one_is_dead": round(beside_dead / beside_healthy, 3),
    }


def one_is_heavy(world: World) -> dict[str, float]:
    """A system's p99 while a family of another one reads its marks: few in one round, 88 000 in the next."""
    rate, seconds = world.options.rate / 10, world.options.seconds * 2
    timings: dict[str, list[Timings]] = {"light": [], "heavy": []}
    pages: list[Timings] = []
    with (
        a_journal(world.folder, world.options.answer_ms, "another") as another,
        a_portal(world.folder, "beside-heavy", world.settings, on=MEASURED) as portal,
    ):
        for number, kind in enumerate(list(timings) * world.options.rounds):
            system, place = f"{kind}-{number}", -2 - number * _CHILDREN_OF_ANOTHER
            register(world.url, system, another)
            moved = world.visits[place - _CHILDREN_OF_ANOTHER : place]
            hand_over(world.url, system, moved)
            healthy = _over_weeks(world, portal, "healthy", rate, seconds, world.visits[:200], number)
            marks = _marks_of(portal, world.options.heavy_rate, seconds, moved)
            (_, own, other) = run_load(world, [[_warm(healthy)], [healthy, marks]], on=OTHERS)
            timings[kind].append(own)
            pages += [other] if kind == "heavy" else []
    light, heavy = (_p(timings[kind], "healthy", 99) for kind in ("light", "heavy"))
    return {
        "healthy_p99_ms_when_one_is_light": light,
        "healthy_p99_ms_when_one_is_heavy": heavy,
        "healthy_p99_ratio_when_one_is_heavy": round(heavy / light, 3),
        "heavy_page_p50_ms": _p(pages, "marks", 50),
        "heavy_bad_share": _bad_share(pages, "marks"),
    }


def _marks_of(portal: str, rate: float, seconds: float, visits: Sequence[Visit]) -> Stream:
    """A child's page of all subjects, then the subject's, then the next child's."""
    stream = Stream("marks", rate, [])
    for place in range(round(rate * seconds)):
        visit = visits[place // 2 % len(visits)]
        stream.requests.append(f"{portal}/c/{visit.child}/{('marks', 'subjects/s0')[place % 2]}?wait=1")
        stream.cookies.append(f"myedu_session={visit.token}")
    return stream


def _over_weeks(
    world: World, portal: str, name: str, rate: float, seconds: float, visits: Sequence[Visit], number: int
) -> Stream:
    """Requests not made before: every child's weeks, later ones in each round."""
    stream = Stream(name, rate, [])
    each = -(-round(rate * seconds) // len(visits))  # weeks of a child
    for place in range(round(rate * seconds)):
        visit = visits[place % len(visits)]
        weeks = 2 + number * each + place // len(visits)
        page = _json_of(portal, name, rate, [visit], world.week.first + timedelta(weeks=weeks))
        stream.requests += page.requests
        stream.cookies += page.cookies
    return stream


def run_load(world: World, rounds: list[list[Stream]], *, on: int) -> list[Timings]:
    """The timings of a load generator on this core. Many bad answers mean that the rate is too high."""
    setup = FederationSetup(
        world.url,
        world.settings["MYEDU_JOURNAL_KEY"],
        world.copy_key,
        "bench",
        world.week.first,
        world.week.last,
    )
    needed = any(stream.in_process for streams in rounds for stream in streams)
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks.federation import load_generator; load_generator.main()"],
        input=msgspec.json.encode(Plan(rounds, setup if needed else None)),
        stdout=subprocess.PIPE,
        preexec_fn=pinned(on),
        check=True,
    )
    found = msgspec.json.decode(done.stdout, type=list[Timings])
    for timing in found:
        p50, p99 = (_p([timing], timing.name, share) for share in (50, 99))
        print(f"{timing.name:8} {len(timing.ms):5}  p50 {p50:8.2f} ms  p99 {p99:8.2f} ms", end="")
        print(f"  bad {len(timing.bad)}  sent late p99 {timing.late_ms:.2f} ms", flush=True)
        if timing.bad:
            print(f"         bad: {dict(Counter(timing.bad))}", flush=True)
    return found


def _p(timings: Sequence[Timings], name: str, share: int) -> float:
    """A percentile over all rounds, in milliseconds."""
    times = sorted(ms for timing in timings if timing.name == name for ms in timing.ms)
    return round(times[len(times) * share // 100], 2)


def _bad_share(timings: Sequence[Timings], name: str) -> float:
    own = [timing for timing in timings if timing.name == name]
    return round(sum(len(timing.bad) for timing in own) / sum(len(timing.ms) for timing in own), 4)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks federation", description=__doc__)
    parser.add_argument("--rate", type=float, default=300.0, help="misses a second (300)")
    parser.add_argument("--seconds", type=float, default=6.0, help="of one round (6)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measure (3)")
    parser.add_argument("--heavy-rate", type=float, default=1.0, help="pages a second of a heavy journal (1)")
    parser.add_argument("--only", nargs="+", choices=["misses", "hits", "coalesced", "dead", "heavy"])
    parser.add_argument("--answer-ms", type=float, default=20.0, help="the journal's known time (20)")
    return parser.parse_args(arguments)
