"""What the rules of load share: the same question many times."""

import asyncio
import math
from collections.abc import Sequence

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.case import Case, query_of

USUAL_RATE = 10.0
"""Requests a second for a system that declares none: a school's evening."""
MOST_AT_ONCE = 600
"""More says nothing about a system that declares thousands."""


async def at_rate(case: Case, per_second: float, seconds: float) -> list[Answer]:
    """Schedules asked at a steady rate, whether or not the answers keep up."""
    count = max(math.ceil(per_second * seconds), 1)

    async def one(number: int) -> Answer:
        await asyncio.sleep(number / per_second)
        return await _asked(case, case.students[number % len(case.students)])

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def at_once(case: Case, count: int) -> list[tuple[str, Answer]]:
    """(student, answer) of that many schedules asked at the same time."""
    whose = [case.students[number % len(case.students)] for number in range(count)]
    answers = await asyncio.gather(*(_asked(case, one) for one in whose))
    return list(zip(whose, answers, strict=True))


def stated_rate(case: Case) -> float:
    """What the system declares, at most as much as a laptop can ask."""
    return min(case.capabilities.limits.requests_per_second or USUAL_RATE, 200.0)


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value that `share` of the sorted values don't exceed."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


async def _asked(case: Case, student_id: str) -> Answer:
    query = query_of(await case.window())
    return await case.ask.send("GET", case.path("schedule", student_id), query, paced=False)
