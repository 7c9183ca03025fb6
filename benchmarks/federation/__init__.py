"""What asking journals on demand costs, what a copy saves, and what a dead journal does to the others.

A journal of one process answers 5 KB after a known time. The program that is measured has one core;
PostgreSQL, the journal and whoever asks share the other. All in one run, alternating rounds:

- misses at a steady rate, open loop: a question that nobody has asked before, so that every trip, every
  signature, sealing and keeping is in it. `miss_added_*` is a Federation's answer against bare aiohttp's in
  the same process; `page_added_*` is the portal's JSON over HTTP against the journal's to the same asker.
- hits: the portal's JSON of a fresh copy against a bare ASGI application with one indexed query.
- 1000 equal requests at once to a portal of two workers: how many reached the journal.
- misses of one system while another, asked beside it, is well or hangs.
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
from benchmarks.federation.asker import Heard, Plan, Stream
from benchmarks.federation.inside import Inside
from benchmarks.federation.world import (
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
from myedu.kit.migrate import migrate
from myedu.portal.federation.encryption import new_key

EQUAL = 1000
_PAGES_SLOWER = 3
"""One worker on one core can't make 300 pages a second whose copies are all missing."""
_WARM_UP = 50
"""Questions asked before, which aren't counted: connections, a token, the first calls of everything."""
_OTHER_SHARE = 0.3  # of the healthy system's rate asks the other one, well or dead
_CHILDREN_OF_ANOTHER = 40


class World(msgspec.Struct, frozen=True):
    """What every measure needs. `visits`: one child a family; `week` has copies, later ones none."""

    folder: Path
    url: str
    journal: str
    copy_key: str
    settings: dict[str, str]
    week: Window
    visits: list[Visit]
    options: argparse.Namespace


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    os.sched_setaffinity(0, cores(OTHERS))  # PostgreSQL inherits it
    with (
        tempfile.TemporaryDirectory(prefix="myedu-federation-") as folder,
        database(Path(folder)) as url,
        a_journal(Path(folder), options.answer_ms) as journal,
    ):
        world = _world(Path(folder), url, journal, options)
        figures = misses(world) | hits(world) | coalesced(world) | one_is_dead(world)
    print(json.dumps({"name": "federation", "answer_ms": options.answer_ms} | figures))
    return 0


def _world(folder: Path, url: str, journal: str, options: argparse.Namespace) -> World:
    migrate(url, "myedu.portal")
    copy_key, week = new_key(), week_of(datetime.now(UTC).date())
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "journal.key.pem").write_bytes(pem)
    rounds = options.rounds * options.seconds * options.rate
    visits = settle(url, week, max(round(rounds) + 300, 600), copy_key)
    register(url, "bench", journal)
    return World(folder, url, journal, copy_key, settings(url, folder, copy_key), week, visits, options)


def misses(world: World) -> dict[str, float]:
    """A Federation against bare aiohttp, then pages; each question is about another pupil."""
    inside, pages = [], []
    with a_portal(world.folder, "portal", world.settings, on=MEASURED) as portal:
        for number in range(world.options.rounds):
            for heard, stream, core in (
                (inside, _within(world, number), MEASURED),
                (pages, _pages(world, portal, number), OTHERS),
            ):
                direct = _direct(world, number)
                heard += asked(world, [[_warm(direct), _warm(stream)], [direct], [stream]], on=core)
    figures = {"direct_p50_ms": _p(inside, "direct", 50)}
    for name, heard in (("miss", inside), ("page", pages)):
        for share in (50, 99):
            added = _p(heard, name, share) - _p(heard, "direct", share)
            figures[f"{name}_added_p{share}_ms"] = round(added, 2)
        figures[f"{name}_bad_share"] = _bad_share(heard, name)
    return figures


def _direct(world: World, number: int) -> Stream:
    """The journal, with the token that it would give."""
    days = f"from={world.week.first}&to={world.week.last}"
    address = f"{world.journal}/bench/v1/students/d{{}}/diary?{days}"
    return Stream(
        "direct",
        world.options.rate,
        [address.format(n) for n in _numbers(world, number)],
        headers={"Authorization": "Bearer invented", "Accept-Encoding": "gzip"},
    )


def _within(world: World, number: int) -> Stream:
    students = [f"inside-{n}" for n in _numbers(world, number)]
    return Stream("miss", world.options.rate, students, inside=True)


def _pages(world: World, portal: str, number: int) -> Stream:
    """Each of another mother: nothing of her question has been seen before but her session."""
    chosen = [world.visits[n] for n in _numbers(world, number)][::_PAGES_SLOWER]
    rate = world.options.rate / _PAGES_SLOWER
    return _json_of(portal, "page", rate, chosen, world.week.first + timedelta(weeks=1))


def _warm(stream: Stream) -> Stream:
    """The first few questions of a stream, taken out of it."""
    few = msgspec.structs.replace(
        stream, name="warm-up", rate=50, asked=stream.asked[:_WARM_UP], cookies=stream.cookies[:_WARM_UP]
    )
    stream.asked, stream.cookies = stream.asked[_WARM_UP:], stream.cookies[_WARM_UP:]
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
    """Alternating rounds; the share is of neighbours, so that the machine's mood cancels out."""
    visits, begin = world.visits[:300], pinned(MEASURED)
    # of the journal's 5 KB: the page's misses have just kept them
    week = Window(first=world.week.first + timedelta(weeks=1), last=world.week.last + timedelta(weeks=1))
    environment = {**os.environ, **world.settings, "MYEDU_FRESH_SECONDS": "86400"}
    environment["MYEDU_LOG_REQUESTS"] = "false"  # the bare application logs nothing either
    with served(PORTAL, environment, begin) as portal, served(BARE, environment, begin) as bare:
        diary.keep_answers(world.url, portal, week, visits)
        targets = [one for one in diary.targets(portal, bare, week, visits) if one.name in ("raw", "json")]
        rounds = diary.load(load.Plan(targets, world.options.rounds + 2, 2.0, 16))
    ours, raw = ([one.rps for one in rounds if one.name == name] for name in ("json", "raw"))
    shares = [mine / theirs for mine, theirs in zip(ours, raw, strict=True)]
    return {
        "hit_rps": round(statistics.median(ours), 1),
        "raw_query_rps": round(statistics.median(raw), 1),
        "hit_over_raw": round(statistics.median(shares), 3),
    }


def coalesced(world: World) -> dict[str, float]:
    """Of 1000 equal requests at once, over two processes, the share that the journal saw."""
    child = world.visits[-1]
    register(world.url, "slow", world.journal)
    hand_over(world.url, "slow", [child])
    wide = {
        "MYEDU_WORKERS": "2",
        "MYEDU_REQUESTS_AT_ONCE": str(EQUAL),  # this is about the journal, not about our own door
        "MYEDU_QUEUE_SECONDS": "20",
        "MYEDU_DEADLINE_SECONDS": "20",
        "MYEDU_FLIGHT_SECONDS": "20",
    }
    with a_portal(world.folder, "two-workers", world.settings | wide, on=None) as portal:
        stream = _json_of(portal, "equal", 0, [child] * EQUAL, world.week.first + timedelta(weeks=1))
        (heard,) = asked(world, [[stream]], on=OTHERS)
    with urllib.request.urlopen(f"{world.journal}/count/slow", timeout=5) as answer:
        calls = int(answer.read())
    return {
        "coalesced_upstream_share": calls / EQUAL,
        "coalesced_refused_at_the_door": len(heard.bad),
        "coalesced_workers": len(_workers(world.folder / "two-workers.log")),
    }


def _workers(log: Path) -> set[object]:
    """Processes that answered questions about a child."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    return {line["worker"] for line in lines if "/c/" in line.get("route", "")}


def one_is_dead(world: World) -> dict[str, float]:
    """A system's p99 while another is asked beside it: well in one round, hanging in the next."""
    rate, seconds = world.options.rate / 3, world.options.seconds + 4
    others = [f"{kind}-{number}" for number in range(world.options.rounds) for kind in ("well", "dead")]
    heard: dict[str, list[Heard]] = {"well": [], "dead": []}
    with a_portal(world.folder, "beside", world.settings, on=MEASURED) as portal:
        for number, system in enumerate(others):
            register(world.url, system, world.journal)
            place = -2 - number * _CHILDREN_OF_ANOTHER
            moved = world.visits[place - _CHILDREN_OF_ANOTHER : place]
            hand_over(world.url, system, moved)
            healthy = _over_weeks(world, portal, "healthy", rate, seconds, world.visits[:200], number)
            other = _over_weeks(world, portal, "other", rate * _OTHER_SHARE, seconds, moved, number)
            (own, _) = asked(world, [[healthy, other]], on=OTHERS)
            heard[system.partition("-")[0]].append(own)
    well, dead = (_p(heard[kind], "healthy", 99) for kind in ("well", "dead"))
    return {
        "healthy_p99_ms": round(well, 2),
        "healthy_p99_ms_when_one_is_dead": round(dead, 2),
        "healthy_bad_share": _bad_share(heard["well"] + heard["dead"], "healthy"),
        "healthy_p99_ratio_when_one_is_dead": round(dead / well, 3),
    }


def _over_weeks(
    world: World, portal: str, name: str, rate: float, seconds: float, visits: Sequence[Visit], number: int
) -> Stream:
    """Questions not asked before: every child's weeks, later ones in each round."""
    stream = Stream(name, rate, [])
    each = -(-round(rate * seconds) // len(visits))  # weeks of a child
    for place in range(round(rate * seconds)):
        visit = visits[place % len(visits)]
        weeks = 2 + number * each + place // len(visits)
        one = _json_of(portal, name, rate, [visit], world.week.first + timedelta(weeks=weeks))
        stream.asked += one.asked
        stream.cookies += one.cookies
    return stream


def asked(world: World, rounds: list[list[Stream]], *, on: int) -> list[Heard]:
    """What an asker on this core heard. Many bad answers: the machine was too small for the rate."""
    inside = Inside(
        world.url,
        world.settings["MYEDU_JOURNAL_KEY"],
        world.copy_key,
        "bench",
        world.week.first,
        world.week.last,
    )
    needed = any(stream.inside for streams in rounds for stream in streams)
    done = subprocess.run(
        [sys.executable, "-c", "from benchmarks.federation import asker; asker.main()"],
        input=msgspec.json.encode(Plan(rounds, inside if needed else None)),
        stdout=subprocess.PIPE,
        preexec_fn=pinned(on),
        check=True,
    )
    found = msgspec.json.decode(done.stdout, type=list[Heard])
    for one in found:
        p50, p99 = (_p([one], one.name, share) for share in (50, 99))
        print(f"{one.name:8} {len(one.ms):5}  p50 {p50:8.2f} ms  p99 {p99:8.2f} ms", end="")
        print(f"  bad {len(one.bad)}  asked late p99 {one.late_ms:.2f} ms", flush=True)
        if one.bad:
            print(f"         bad: {dict(Counter(one.bad))}", flush=True)
    return found


def _p(heard: Sequence[Heard], name: str, share: int) -> float:
    """A percentile over all rounds, in milliseconds."""
    times = sorted(ms for one in heard if one.name == name for ms in one.ms)
    return round(times[len(times) * share // 100], 2)


def _bad_share(heard: Sequence[Heard], name: str) -> float:
    own = [one for one in heard if one.name == name]
    return round(sum(len(one.bad) for one in own) / sum(len(one.ms) for one in own), 4)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks federation", description=__doc__)
    parser.add_argument("--rate", type=float, default=300.0, help="misses a second (300)")
    parser.add_argument("--seconds", type=float, default=6.0, help="of one round (6)")
    parser.add_argument("--rounds", type=int, default=3, help="of each measure (3)")
    parser.add_argument("--answer-ms", type=float, default=20.0, help="the journal's known time (20)")
    return parser.parse_args(arguments)
