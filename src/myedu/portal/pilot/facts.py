"""A region's facts, gathered from the rooms below in a handful of statements for all regions at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from psycopg import AsyncConnection

from myedu.portal.exports import service as exports
from myedu.portal.exports.models import Arrivals
from myedu.portal.federation import service as federation
from myedu.portal.federation.models import HistoryPoint, RecentStats
from myedu.portal.operators import service as operators
from myedu.portal.operators.models import ConformanceOf
from myedu.portal.people import service as people
from myedu.portal.people.models import System
from myedu.portal.pilot import readiness, store
from myedu.portal.pilot.models import Answered, Card, Counts, Day, RegionFacts, SystemFacts
from myedu.portal.verification import service as verification

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


async def all_facts(
    conn: AsyncConnection,
    now: datetime,
    recent: RecentStats | None = None,
    region: str | None = None,
    *,
    counted: Mapping[str, Day] | None = None,
) -> tuple[RegionFacts, ...]:
    """Every region, those that need a deed first; or one. `recent`: of this program's journals.

    `counted`: region → a count of its posts that is good enough; without it they are counted.

    1. the cards; 2. systems with their packages, reports and the last day's answers; 3. schools and posts,
    counted now; 4. the trend of the days before.
    """
    cards = await store.cards(conn) if region is None else _found(await store.card(conn, region))
    systems = await _systems(conn, now, recent, region)
    counts = await _counts(conn, counted)
    trend = await _trend(conn, now, region)
    return readiness.in_order(
        [
            _region(card, systems[card.code], counts.get(card.code, Counts()), trend[card.code], now)
            for card in cards
        ]
    )


def _found(card: Card | None) -> list[Card]:
    return [] if card is None else [card]


def _region(
    card: Card, systems: Sequence[SystemFacts], counts: Counts, trend: Sequence[Day], now: datetime
) -> RegionFacts:
    return RegionFacts(
        card=card,
        systems=tuple(systems),
        counts=counts,
        troubles=readiness.troubles(card, systems, counts, now),
        trend=tuple(trend),
        today=readiness.day(card, systems, counts, now),
    )


async def _systems(
    conn: AsyncConnection, now: datetime, recent: RecentStats | None, region: str | None
) -> Mapping[str, list[SystemFacts]]:
    registered = [one for one in await people.systems(conn) if region in (None, one.region)]
    arrivals = {one.system_id: one for one in await exports.arrivals(conn)}
    reports = {one.system_id: one for one in await operators.conformance_of(conn, region)}
    since = now.replace(minute=0, second=0, microsecond=0) - _DAY
    points = await federation.history(conn, [one.id for one in registered], since, _HOUR)
    resting = _resting(recent)
    found: defaultdict[str, list[SystemFacts]] = defaultdict(list)
    for one in registered:
        own = [point for point in points if point.system_id == one.id]
        found[one.region].append(
            _system(one, arrivals[one.id], reports.get(one.id), own, rests=one.id in resting)
        )
    return found


def _system(
    system: System,
    arrivals: Arrivals,
    report: ConformanceOf | None,
    points: Sequence[HistoryPoint],
    *,
    rests: bool,
) -> SystemFacts:
    return SystemFacts(
        system=system,
        arrivals=arrivals,
        report=report,
        answered=readiness.answered(points) if points else Answered(),
        rests=rests,
        key_ends_at=_end_of(system.secret_file),
    )


def _resting(recent: RecentStats | None) -> set[str]:
    return {one.system_id for one in recent.journals if one.breaker.get("open")} if recent else set()


def _end_of(file: str | None) -> datetime | None:
    """When a system's certificate ends; None for a plain secret, which has no end, and for no file."""
    if file is None:
        return None
    try:
        return x509.load_pem_x509_certificate(Path(file).read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return None


async def _counts(conn: AsyncConnection, counted: Mapping[str, Day] | None) -> dict[str, Counts]:
    schools = await store.school_counts(conn)
    if counted is not None:
        return {
            region: Counts(
                schools=schools[region].schools if region in schools else 0,
                schools_verified=schools[region].verified if region in schools else 0,
                posts=day.posts,
                posts_verified=day.posts_verified,
            )
            for region, day in counted.items()
        }
    posts = {one.region: one for one in await verification.staff_totals(conn)}
    counts = {}
    for region in schools.keys() | posts.keys():
        school, post = schools.get(region), posts.get(region)
        counts[region] = Counts(
            schools=school.schools if school else 0,
            schools_verified=school.verified if school else 0,
            posts=post.total if post else 0,
            posts_verified=post.verified if post else 0,
            posts_waiting=post.waiting if post else 0,
            posts_differing=post.differing if post else 0,
        )
    return counts


async def _trend(conn: AsyncConnection, now: datetime, region: str | None) -> Mapping[str, list[Day]]:
    today = readiness.day_of(now)
    found: defaultdict[str, list[Day]] = defaultdict(list)
    for day in await store.days(conn, today - readiness.TREND_DAYS * _DAY, today, region):
        found[day.region].append(day)
    return found
