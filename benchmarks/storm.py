"""1 September: fifty times the usual number of people sign in and open their first page, for a minute.

An open loop: people come at their times whether or not the portal keeps up, and who is refused goes away.
A portal of two workers, the ESIA sandbox, a reference journal and PostgreSQL share the machine with this
generator, so the figures are a lower bound. The usual rate is assumed, not measured: --rate.
Latencies are of single requests that were let in, from the moment when they were due.
"""

import argparse
import asyncio
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import uvloop

from benchmarks.storm_world import World, world
from benchmarks.visits import Answer, Visit

SIGN_IN_SHARE = 0.2  # of visits; the rest have a session: it lasts 30 days
_TRIES = 10
_AT_ONCE = 4  # sign-ins beforehand, so that readers have sessions
_QUIET_SECONDS = 2  # without a refusal or a slow page: then the storm is over
_SLOW = 2.0  # times the usual p99


class Plan(msgspec.Struct, frozen=True):
    rate: float  # visits a second on a usual day
    times: float
    before: float  # seconds
    storm: float
    after: float


def main(arguments: list[str]) -> int:
    options = _options(arguments)
    plan = Plan(options.rate, options.times, options.before, options.seconds, options.after)
    with tempfile.TemporaryDirectory(prefix="myedu-storm-") as folder:
        url = os.environ.get("MYEDU_DATABASE_URL")
        opened = world(Path(folder), mothers=options.mothers, workers=2, database_url=url, say=print)
        with opened as place:
            answers, late = uvloop.run(storm(place, plan))
            alive = uvloop.run(answers_again(place))
    print(json.dumps(result(plan, answers, late) | {"answers_afterwards": alive}))
    return 0


async def storm(place: World, plan: Plan) -> tuple[list[Answer], float]:
    """Every answer of the portal, and the generator's own p99 lateness in milliseconds."""
    sessions = await _sessions(place)
    answers: list[Answer] = []
    lateness: list[float] = []
    began = time.perf_counter()
    numbers, chance = itertools.count(), random.Random(1)
    visits = set()
    for due in arrivals(plan, chance):
        ahead = began + due - time.perf_counter()
        if ahead > 0:
            await asyncio.sleep(ahead)
        lateness.append(max(0.0, time.perf_counter() - began - due))
        visit, number = Visit(place.portal, place.esia, answers, began), next(numbers)
        if chance.random() < SIGN_IN_SHARE:
            going = visit.sign_in(place.mothers[number % len(place.mothers)], began + due)
        else:
            going = visit.read(sessions[number % len(sessions)], began + due)
        task = asyncio.create_task(going)
        visits.add(task)
        task.add_done_callback(visits.discard)
    await asyncio.gather(*visits, return_exceptions=True)
    return answers, 1000 * quantile(lateness, 0.99)


def arrivals(plan: Plan, chance: random.Random) -> Iterator[float]:
    """When people come, in seconds: independent of one another, as people are."""
    at, until = 0.0, plan.before
    for rate, seconds in ((plan.rate, 0.0), (plan.rate * plan.times, plan.storm), (plan.rate, plan.after)):
        until += seconds
        while (at := at + chance.expovariate(rate)) < until:
            yield at
        at = until


def result(plan: Plan, answers: list[Answer], late_ms: float) -> dict[str, object]:
    """The figures; `answers` of the whole run."""
    begins, ends = plan.before, plan.before + plan.storm
    usual = [one for one in answers if one.at < begins]
    during = [one for one in answers if begins <= one.at < ends]
    let_in = [one for one in during if one.status in (200, 303)]
    statuses = Counter(one.status for one in during)
    by_step = {
        step: {
            "let_in": sum(one.step == step for one in let_in),
            "p50_ms": _ms(let_in, 0.5, step),
            "p99_ms": _ms(let_in, 0.99, step),
        }
        for step in sorted({one.step for one in during})
    }
    return {
        "name": "storm",
        "usual_visits_per_s": plan.rate,
        "storm_visits_per_s": plan.rate * plan.times,
        "storm_requests_per_s": round(len(during) / plan.storm, 1),
        "let_in": len(let_in),
        "let_in_per_s": round(len(let_in) / plan.storm, 1),
        "refused_503": statuses[503],
        "errors_other": sum(count for status, count in statuses.items() if status not in (200, 303, 503)),
        "refused_without_words": sum(not one.honest for one in answers),
        "usual_p50_ms": _ms(usual, 0.5),
        "usual_p99_ms": _ms(usual, 0.99),
        "p50_ms": _ms(let_in, 0.5),
        "p99_ms": _ms(let_in, 0.99),
        "by_step": by_step,
        "refusal_p99_ms": _ms([one for one in during if one.status == 503], 0.99),
        "recovery_s": recovery(answers, usual, ends),
        "generator_late_p99_ms": round(late_ms, 1),
    }


def recovery(answers: list[Answer], usual: list[Answer], ends: float) -> float | None:
    """Seconds from the storm's end to the end of the last bad second; None: not yet over.

    A second is bad in which a request was refused or failed, or in which half of them were slow: slower
    than twice the p99 of before. One slow request alone is no overload.
    """
    slow = _SLOW * quantile([one.seconds for one in usual], 0.99)
    after = [one for one in answers if one.at >= ends]
    if not after:
        return None
    seconds: dict[int, list[Answer]] = {}
    for one in after:
        seconds.setdefault(int(one.at - ends), []).append(one)
    bad = [second for second, heard in seconds.items() if _is_bad(heard, slow)]
    over = max(bad, default=-1) + 1
    return None if max(one.at for one in after) - ends - over < _QUIET_SECONDS else float(over)


def _is_bad(heard: list[Answer], slow: float) -> bool:
    failed = any(one.status not in (200, 303) for one in heard)
    return failed or quantile([one.seconds for one in heard], 0.5) > slow


def quantile(values: list[float], share: float) -> float:
    """Of at least one value; 0 of none."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def _ms(answers: list[Answer], share: float, step: str | None = None) -> float:
    return round(1000 * quantile([one.seconds for one in answers if step in (None, one.step)], share), 1)


async def _sessions(place: World) -> list[str]:
    """Every mother signs in once before it begins: her account is known, her child's week has a copy."""
    found: list[str] = []
    oids = iter(place.mothers)

    async def one_by_one() -> None:
        for oid in oids:
            found.append(await _signed_in(place, oid))

    await asyncio.gather(*(one_by_one() for _ in range(_AT_ONCE)))
    return found


async def _signed_in(place: World, oid: int) -> str:
    for _ in range(_TRIES):
        visit = Visit(place.portal, place.esia, [], 0.0)
        session = await visit.sign_in(oid, time.perf_counter())
        if session is not None:
            return session
        await asyncio.sleep(0.5)  # a narrow portal refuses some
    raise RuntimeError(f"a sign-in failed before the storm: see {place.portal_log}")


async def answers_again(place: World) -> bool:
    """Whether somebody can sign in and gets a page."""
    visit = Visit(place.portal, place.esia, answers := [], time.perf_counter())
    return (
        await visit.sign_in(place.mothers[0], time.perf_counter()) is not None and answers[-1].status == 200
    )


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks storm", description=__doc__)
    parser.add_argument("--rate", type=float, default=10.0, help="visits a second on a usual day (10)")
    parser.add_argument("--times", type=float, default=50.0, help="how many times that in the storm (50)")
    parser.add_argument("--seconds", type=float, default=60.0, help="of the storm (60)")
    parser.add_argument("--before", type=float, default=15.0, help="seconds of a usual day before it (15)")
    parser.add_argument("--after", type=float, default=15.0, help="and after it (15)")
    parser.add_argument("--mothers", type=int, default=300, help="different people (300)")
    return parser.parse_args(arguments)
