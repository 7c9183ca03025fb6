"""What the rules of load share: the same request many times."""

import asyncio
import math
from collections.abc import Sequence

from myedu.connector.conformance.case import Case, query_of
from myedu.connector.conformance.http import Answer

USUAL_RATE = 10.0
"""Requests a second assumed of a system that declares none: the evening load of one school."""
MOST_AT_ONCE = 600
"""Requests sent at once at most: a burst this small says nothing about a system that declares thousands."""


async def at_rate(case: Case, per_second: float, seconds: float) -> list[Answer]:
    """Schedules requested at a steady rate, whether or not the answers keep up."""
    count = max(math.ceil(per_second * seconds), 1)

    async def send(number: int) -> Answer:
        await asyncio.sleep(number / per_second)
        return await _get_schedule(case, case.students[number % len(case.students)])

    return list(await asyncio.gather(*(send(number) for number in range(count))))


async def at_once(case: Case, count: int) -> list[tuple[str, Answer]]:
    """(student id, answer) of `count` schedules requested at the same time."""
    student_ids = [case.students[number % len(case.students)] for number in range(count)]
    answers = await asyncio.gather(*(_get_schedule(case, student_id) for student_id in student_ids))
    return list(zip(student_ids, answers, strict=True))


def stated_rate(case: Case) -> float:
    """Requests a second that the system declares, at most 200: what a laptop can send."""
    return min(case.capabilities.limits.requests_per_second or USUAL_RATE, 200.0)


def quantile(seconds: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values don't exceed: the nearest-rank percentile."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


async def _get_schedule(case: Case, student_id: str) -> Answer:
    query = query_of(await case.window())
    return await case.http.send("GET", case.path("schedule", student_id), query, paced=False)
