"""How ready a region is for the three demands, and what needs a deed: rules over facts, without I/O."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from myedu.portal.federation.models import HistoryPoint
from myedu.portal.pilot.models import (
    KEY_ENDS_SOON,
    REPORT_LASTS,
    Answered,
    Card,
    Counts,
    Day,
    RegionFacts,
    SystemFacts,
    Trouble,
)

ZONE = ZoneInfo("Europe/Moscow")  # a day of the pilot, for all regions alike
TREND_DAYS = 30

_LATE = timedelta(hours=2)  # a nightly package may take so long
_SHARE_UNAVAILABLE = 0.05  # of a day's reads; below it one slow minute would ring
_LEAST_READS = 20

TROUBLES = (
    "silent", "rests", "export-late", "export-failed", "held", "export-never", "unavailable",
    "report-failed", "report-old", "report-missing", "key-ends", "no-system", "no-officer",
    "schools", "posts",
)  # fmt: skip
"""Codes, the most urgent first."""


def day_of(now: datetime) -> date:
    """The pilot's day of a moment."""
    return now.astimezone(ZONE).date()


def answered(points: Sequence[HistoryPoint]) -> Answered:
    """One system's last day, from its hours, the oldest first."""
    silent_since = None
    for point in points:
        failed = sum(point.failures.values())
        if point.calls > failed:
            silent_since = None
        elif point.calls and silent_since is None:
            silent_since = point.at
    return Answered(
        fresh=sum(point.fresh for point in points),
        stale=sum(point.stale for point in points),
        unavailable=sum(point.unavailable for point in points),
        silent_since=silent_since,
    )


def is_on_time(card: Card, facts: SystemFacts, now: datetime) -> bool:
    """Whether a system's package came within the days that are agreed with the region."""
    last = facts.arrivals.last_good_at
    return last is not None and now - last < timedelta(days=card.export_days) + _LATE


def troubles(
    card: Card, systems: Sequence[SystemFacts], counts: Counts, now: datetime
) -> tuple[Trouble, ...]:
    """What needs a deed, the most urgent first. A region that hasn't begun, or is paused, has none."""
    if card.state in ("registered", "paused"):
        return ()
    found = [trouble for one in systems if not one.system.paused_at for trouble in _of_system(card, one, now)]
    if not systems:
        found.append(Trouble(code="no-system", severity="warn"))
    if not card.authority_oids:
        found.append(Trouble(code="no-officer", severity="warn"))
    if counts.schools_missing:
        found.append(Trouble(code="schools", severity="warn", number=counts.schools_missing))
    if counts.posts_missing:
        found.append(Trouble(code="posts", severity="warn", number=counts.posts_missing))
    return tuple(sorted(found, key=lambda one: TROUBLES.index(one.code)))


def _of_system(card: Card, facts: SystemFacts, now: datetime) -> list[Trouble]:
    return [*_of_exports(card, facts, now), *_of_journal(facts), *_of_report(facts, now)]


def _of_exports(card: Card, facts: SystemFacts, now: datetime) -> list[Trouble]:
    about, arrivals = facts.system.name, facts.arrivals
    found = []
    if arrivals.held:
        found.append(Trouble(code="held", severity="warn", about=about, number=arrivals.held))
    last = arrivals.last_good_at
    if last is None:
        found.append(Trouble(code="export-never", severity="warn", about=about))
    elif not is_on_time(card, facts, now):
        found.append(
            Trouble(code="export-late", severity="bad", about=about, number=(now - last).days, at=last)
        )
    if arrivals.code:
        found.append(Trouble(code="export-failed", severity="bad", about=about, at=arrivals.failed_at))
    return found


def _of_journal(facts: SystemFacts) -> list[Trouble]:
    about, seen = facts.system.name, facts.answered
    if seen.silent_since is not None:
        return [Trouble(code="silent", severity="bad", about=about, at=seen.silent_since)]
    if facts.rests:
        return [Trouble(code="rests", severity="bad", about=about)]
    if seen.total >= _LEAST_READS and seen.unavailable / seen.total > _SHARE_UNAVAILABLE:
        share = round(100 * seen.unavailable / seen.total)
        return [Trouble(code="unavailable", severity="warn", about=about, number=share)]
    return []


def _of_report(facts: SystemFacts, now: datetime) -> list[Trouble]:
    about, report = facts.system.name, facts.report
    found = []
    if report is None:
        found.append(Trouble(code="report-missing", severity="warn", about=about))
    elif report.exit_status != 0:
        found.append(Trouble(code="report-failed", severity="warn", about=about, at=report.judged_at))
    elif now - report.judged_at >= REPORT_LASTS:
        days = (now - report.judged_at).days
        found.append(Trouble(code="report-old", severity="warn", about=about, number=days))
    if facts.key_ends_at is not None and facts.key_ends_at - now < KEY_ENDS_SOON:
        found.append(Trouble(code="key-ends", severity="warn", about=about, at=facts.key_ends_at))
    return found


def day(card: Card, systems: Sequence[SystemFacts], counts: Counts, now: datetime) -> Day:
    """A region's readiness as numbers."""
    running = [one for one in systems if not one.system.paused_at]
    return Day(
        region=card.code,
        day=day_of(now),
        systems=len(running),
        conforming=sum(one.conforms(now) for one in running),
        on_time=sum(is_on_time(card, one, now) for one in running),
        fresh=sum(one.answered.fresh for one in systems),
        stale=sum(one.answered.stale for one in systems),
        unavailable=sum(one.answered.unavailable for one in systems),
        schools=counts.schools,
        schools_verified=counts.schools_verified,
        posts=counts.posts,
        posts_verified=counts.posts_verified,
        counted_at=now,
    )


def in_order(regions: Sequence[RegionFacts]) -> tuple[RegionFacts, ...]:
    """Those that need a deed first, the most urgent at the top; regions that have not begun at the end."""
    return tuple(sorted(regions, key=_urgency))


def _urgency(region: RegionFacts) -> tuple[int, int, str]:
    rest = ("joining", "connected", "paused", "registered").index(region.card.state)
    if not region.troubles:
        return (len(TROUBLES), rest, region.card.name)
    return (TROUBLES.index(region.troubles[0].code), rest, region.card.name)
