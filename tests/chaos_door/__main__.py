"""`python -m tests.chaos_door`: whatever strangers send or don't send, families read on as usual.

A portal runs as a program on real sockets, and readers ask it for pages all the time. One after another each
shape of `shapes.py` besieges it; between two of them the strangers rest, and that is when the readers' usual
times are measured. A shape fails if the server leaves a connection open or does not count what it cut. At the
end every reader must have got every page, no worker may have grown, and the log must have no error.
"""

import argparse
import asyncio
import math
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import msgspec

from benchmarks.families import Visit, settle
from benchmarks.servers import portal_settings
from myedu.contract.windows import Window, week_of
from myedu.demo.programs import Supervisor
from myedu.kit.encryption import new_key
from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from tests.chaos_door.readers import Seen
from tests.chaos_door.shapes import SHAPES, Shape, Target, besiege
from tests.chaos_door.stand import Portal, largest_file, reading, start_portal, wrong_lines

PATIENCE = 15.0  # seconds after which a connection counts as left open
MAY_GROW_MIB = 64  # the largest worker: 800 idle connections take some 20
AIM = 1.5  # p99 of the readers under siege, in terms of their usual one


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a run: `tried` hostile connections; what `failed`, and what readers noticed."""

    name: str = "chaos-door"
    tried: int
    failed: int
    shapes: int
    pages_read: int
    usual_p50_ms: float
    usual_p99_ms: float
    besieged_p50_ms: float
    besieged_p99_ms: float
    p99_over_usual: float
    grown_mib: int
    seconds: float


class Siege(msgspec.Struct):
    """One shape: when it was, how many connections, and what was wrong."""

    shape: Shape
    began: float
    ended: float
    tried: int
    misses: list[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Besiege the portal and print the figures in one line; 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos_door", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="SHAPE", help="names of the table (all)")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each siege and each rest (3)")
    options = parser.parse_args(arguments)
    shapes = [shape for shape in SHAPES if not options.only or shape.name in options.only]
    key, week = new_key(), week_of(datetime.now(UTC).date())
    with (
        tempfile.TemporaryDirectory(prefix="myedu-chaos-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False) as server,
    ):
        server.create_database("chaos")
        migrate(server.url("chaos"), "myedu.portal")
        visits = settle(server.url("chaos"), week, 50, key)
        settings = portal_settings(server.url("chaos"), Path(folder), key)
        # Strangers have machines of their own; here they must not take the portal's cores.
        siege = run(
            Path(folder), settings, visits, week, shapes, options.seconds, say=print, niceness=15, aim=AIM
        )
        result = asyncio.run(siege)
    print(msgspec.json.encode(result).decode())
    return 1 if result.failed else 0


async def run(
    folder: Path,
    settings: dict[str, str],
    visits: Sequence[Visit],
    week: Window,
    shapes: Sequence[Shape],
    seconds: float,
    say: Callable[[str], None],
    *,
    niceness: int = 0,
    aim: float = math.inf,
) -> Result:
    """Try every shape. The portal of `settings` must have a database with these visits.

    `niceness`: of this process, in which the strangers are. `aim`: besieged p99 in terms of the usual one.
    """
    began = time.monotonic()
    with Supervisor(folder / "logs") as supervisor:
        portal = start_portal(supervisor, settings)
        target = Target(portal.port, await largest_file(portal), PATIENCE)
        async with reading(portal, visits, week) as readers:
            os.nice(niceness)
            await asyncio.sleep(seconds)  # the workers warm up
            usual_mib = portal.largest_mib()
            sieges = []
            for shape in shapes:
                await asyncio.sleep(seconds)
                sieges.append(await _besiege(portal, target, shape, seconds))
            await asyncio.sleep(1)
            seen = await readers()
        grown = portal.largest_mib() - usual_mib
        statuses = await portal.counted("myedu_requests_total", "status")
    errors = {status: count for status, count in statuses.items() if status >= "5" and status != "503"}
    wrong = [f"{count:.0f} answers {status}" for status, count in errors.items()]  # 503 sheds strangers
    wrong += [f"the log: {line}" for line in wrong_lines(portal.log)]
    wrong += [f"a worker grew by {grown:.0f} MiB"] if grown > MAY_GROW_MIB else []
    return _result(sieges, seen, wrong, grown, time.monotonic() - began, aim, say)


async def _besiege(portal: Portal, target: Target, shape: Shape, seconds: float) -> Siege:
    before = await portal.counted("myedu_connections_cut_total", "why")
    began = time.time()
    ends = await besiege(target, shape, seconds)
    ended = time.time()
    await asyncio.sleep(0.5)  # until the workers have written what they counted
    after = await portal.counted("myedu_connections_cut_total", "why")
    misses = []
    if ends.get("left open"):
        misses.append(f"{ends['left open']} connections were left open")
    may = shape.cut.split(",") if shape.cut else []
    if may and all(after.get(why, 0) <= before.get(why, 0) for why in may):
        misses.append(f"no connection was counted as {shape.cut}")
    return Siege(shape, began, ended, sum(ends.values()), misses)


def _result(
    sieges: Sequence[Siege],
    seen: Sequence[Seen],
    wrong: Sequence[str],
    grown: float,
    seconds: float,
    aim: float,
    say: Callable[[str], None],
) -> Result:
    usual, besieged, failed = [], [], [*wrong]
    say(f"{'shape':32} {'tried':>6} {'readers p50':>12} {'p99 ms':>8}")
    for siege in sieges:
        during = [one.ms for one in seen if siege.began <= one.at < siege.ended]
        p50, p99 = _percentile(during, 50), _percentile(during, 99)
        say(f"{siege.shape.name:32} {siege.tried:6} {p50:12.1f} {p99:8.1f}")
        failed += [f"{siege.shape.name}: {miss}" for miss in siege.misses]
        besieged += during
    lost = [one for one in seen if one.status != 200]
    failed += [f"a reader got {one.status} after {one.ms:.0f} ms" for one in lost]
    first = min((siege.began for siege in sieges), default=math.inf)
    between = [(a.ended + 0.5, b.began) for a, b in pairwise(sieges)]
    usual = [one.ms for one in seen if any(start <= one.at < end for start, end in between)]
    usual += [one.ms for one in seen if first - 3 <= one.at < first]
    ratio = _percentile(besieged, 99) / _percentile(usual, 99)
    if ratio > aim:
        failed.append(f"p99 of the readers is {ratio:.2f} of the usual one; the aim is {aim}")
    for sentence in failed:
        say(f"MISS {sentence}")
    return Result(
        tried=sum(siege.tried for siege in sieges),
        failed=len(failed),
        shapes=len(sieges),
        pages_read=len(seen),
        usual_p50_ms=round(_percentile(usual, 50), 1),
        usual_p99_ms=round(_percentile(usual, 99), 1),
        besieged_p50_ms=round(_percentile(besieged, 50), 1),
        besieged_p99_ms=round(_percentile(besieged, 99), 1),
        p99_over_usual=round(ratio, 2),
        grown_mib=round(grown),
        seconds=round(seconds, 1),
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)]


if __name__ == "__main__":
    sys.exit(main())
