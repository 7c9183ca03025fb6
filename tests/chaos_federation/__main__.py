"""`python -m tests.chaos_federation`: whatever a journal does, every page is a good page that explains it.

Some seventy faults, each without a copy and with one, against a portal that runs as a program on real
sockets. For each: the week page, the same page waiting, and the JSON are 200 and say what is wrong; the calls
are counted in /metrics under the fault's own name and under no other; once the journal is repaired the page
is fresh again. An odd value of a good answer costs itself on every page that shows it. At the end the log
holds no exception and no child. Exits with 1 on any miss.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres
from tests.chaos_federation.faults import FAULTS, Fault
from tests.chaos_federation.stand import Case, Stand, Times, a_stand
from tests.chaos_federation.verdicts import (
    Verdict,
    check_audit,
    check_counts,
    visit,
    wrong_lines,
    wrong_statuses,
)

_AT_ONCE = 4
"""Concurrent cases: more would only make good answers late on a small machine."""


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a run. Times are in seconds."""

    name: str = "chaos-federation"
    faults: int
    cases: int
    pages: int
    misses: int
    wrong_lines_in_log: int
    wrong_statuses: int
    slowest_page_s: float
    slowest_recovery_s: float
    peak_mib: float
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the faults and print the figures; 1 on any miss."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos_federation", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="FAULT", help="names of the table (all)")
    parser.add_argument("--deadline", type=float, default=1.0, help="seconds that a page waits (1)")
    parser.add_argument("--flight", type=float, default=4.0, help="seconds of a call to a journal (4)")
    options = parser.parse_args(arguments)
    faults = [fault for fault in FAULTS if not options.only or fault.name in options.only]
    times = Times(options.deadline, options.flight)
    with (
        tempfile.TemporaryDirectory(prefix="myedu-chaos-") as folder,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False) as server,
    ):
        server.create_database("chaos")
        migrate(server.url("chaos"), "myedu.portal")
        result = asyncio.run(run(Path(folder), server.url("chaos"), faults, times, say=print))
    failed = result.misses + result.wrong_lines_in_log + result.wrong_statuses
    print(msgspec.json.encode(result).decode())
    print(f"chaos-federation: tried {result.cases} cases on {result.pages} pages, failed {failed}")
    return 0 if failed == 0 else 1


async def run(
    folder: Path, database_url: str, faults: Sequence[Fault], times: Times, say: Callable[[str], None]
) -> Result:
    """Try every fault, without a copy and with one. The database must be the portal's, migrated and empty."""
    began = time.monotonic()
    cases = [
        Case(2 * number + copied, fault, bool(copied))
        for number, fault in enumerate(faults)
        for copied in (False, True)
    ]
    async with a_stand(folder, database_url, times) as stand:
        await stand.write_families(cases)
        verdicts = await _visit_all(stand, cases)
        await check_counts(stand, verdicts)
        await check_audit(stand, verdicts)
        portals = (stand.open, stand.guarded)
        statuses = [line for portal in portals for line in await wrong_statuses(portal)]
        peak = max(portal.peak_mib() for portal in portals)
    lines = [line for portal in portals for line in wrong_lines(portal)]  # with the lines of their end
    _print(verdicts, [*statuses, *lines], say)
    return Result(
        faults=len(faults),
        cases=len(cases),
        pages=sum(verdict.pages for verdict in verdicts),
        misses=sum(len(verdict.misses) for verdict in verdicts),
        wrong_lines_in_log=len(lines),
        wrong_statuses=len(statuses),
        slowest_page_s=round(max(verdict.slowest for verdict in verdicts), 2),
        slowest_recovery_s=round(max(verdict.recovered for verdict in verdicts), 2),
        peak_mib=round(peak),
        seconds=round(time.monotonic() - began, 1),
    )


async def _visit_all(stand: Stand, cases: Sequence[Case]) -> list[Verdict]:
    permits = asyncio.Semaphore(_AT_ONCE)

    async def visit_in_turn(case: Case) -> Verdict:
        async with permits:
            return await visit(stand, case)

    return list(await asyncio.gather(*map(visit_in_turn, cases)))


def _print(verdicts: Sequence[Verdict], wrong: Sequence[str], say: Callable[[str], None]) -> None:
    say(f"{'fault':22} {'':6} {'state of the JSON':30} {'failed calls, counted as':32} page s")
    for verdict in verdicts:
        name, copied = verdict.case.fault.name, "copy" if verdict.case.copied else "cold"
        counted = verdict.counted or "—"
        say(f"{name:22} {copied:6} {verdict.state:30} {counted:32} {verdict.slowest:5.2f}")
        for miss in verdict.misses:
            say(f"    MISS {miss}")
    for line in wrong:
        say(f"MISS {line}")


if __name__ == "__main__":
    sys.exit(main())
