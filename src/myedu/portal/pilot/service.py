"""What operators, a region's officers and everyone see of the pilot; functions check the viewer first."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec
from psycopg import AsyncConnection

from myedu.kit.db import Database
from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.exports import service as exports
from myedu.portal.federation.service import recent_stats
from myedu.portal.identity import service as identity
from myedu.portal.operators import service as operators
from myedu.portal.people import service as people
from myedu.portal.people.models import Viewer
from myedu.portal.pilot import officers, readiness, store
from myedu.portal.pilot.facts import all_facts
from myedu.portal.pilot.models import (
    Day,
    MissingSchool,
    NoSuchRegion,
    Officer,
    Overview,
    PublicRegion,
    RegionFacts,
    RegionPage,
)
from myedu.portal.verification import service as verification
from myedu.portal.verification.service import MissingPost

ROWS_A_PAGE = 50
_BATCH = 2000  # rows read at once for a file
_DAYS_KEPT = timedelta(days=800)
_COUNT_LASTS = timedelta(minutes=1)

Side = Literal["operator", "officer"]
"""From where a region is looked at."""


class Reader(msgspec.Struct, frozen=True):
    """Who reads a region's pages: an operator, or an officer of this region."""

    viewer: Viewer
    side: Side
    region: str


async def reader(context: AppContext, token: str | None, side: Side, region: str, page: str) -> Reader:
    """The reader of a session. Raises NotSignedIn, NotOperator, NoSuchRegion, RightsUnconfirmed."""
    if side == "operator":
        viewer = await operators.check_operator(context, token, page)
        await _require_region(context, region)
        return Reader(viewer, side, region)
    found = await officers.officer(context, token, page)
    return Reader(found.viewer, side, officers.region_of(found, region).code)


async def reader_now(context: AppContext, token: str | None, side: Side, region: str, deed: str) -> Reader:
    """The same for a deed with consequences: ESIA is asked first."""
    if side == "operator":
        viewer = await context.service(identity.Rights).operator_now(token, deed)
        await _require_region(context, region)
        return Reader(viewer, side, region)
    found = await officers.officer_now(context, token, deed)
    return Reader(found.viewer, side, officers.region_of(found, region).code)


async def overview(context: AppContext, token: str | None) -> tuple[Viewer, Overview]:
    """All regions for an operator."""
    viewer = await operators.check_operator(context, token, "pilot")
    now, recent = context.clock.now(), recent_stats(context.telemetry)
    async with context.database.transaction() as conn:
        counted = await _lately_counted(conn, now)
        regions = await all_facts(conn, now, recent, counted=counted)
        if counted is None:
            await _keep(conn, regions)
    at = now if counted is None else min(day.counted_at for day in counted.values())
    return viewer, Overview(now=now, posts_counted_at=at, regions=regions)


async def _lately_counted(conn: AsyncConnection, now: datetime) -> dict[str, Day] | None:
    """Today's kept counts of all regions if they are a minute old at most: 280 000 posts are not counted at
    every look."""
    today = readiness.day_of(now)
    days = {day.region: day for day in await store.days(conn, today, today + timedelta(days=1))}
    cards = {card.code for card in await store.cards(conn)}
    is_good = days.keys() == cards and all(now - day.counted_at < _COUNT_LASTS for day in days.values())
    return days if is_good and days else None


async def _keep(conn: AsyncConnection, regions: Sequence[RegionFacts]) -> None:
    for region in sorted(regions, key=lambda one: one.card.code):  # in one order: two writers never deadlock
        await store.keep_day(conn, region.today)


async def home(context: AppContext, token: str | None) -> Officer:
    """An officer with their regions."""
    return await officers.officer(context, token, "region")


async def region_page(context: AppContext, who: Reader) -> RegionPage:
    """One region."""
    now = context.clock.now()
    async with context.database.connection() as conn:
        found = await all_facts(conn, now, recent_stats(context.telemetry), who.region)
        if not found:
            raise NoSuchRegion
        return RegionPage(
            now=now,
            facts=found[0],
            contacts=await store.contacts(conn, who.region),
            time_zones=await store.time_zones(conn, who.region),
        )


async def missing_schools(context: AppContext, who: Reader, page: int) -> list[MissingSchool]:
    """A page of the schools without a verified legal entity."""
    async with context.database.connection() as conn:
        offset = (page - 1) * ROWS_A_PAGE
        return await store.missing_schools(conn, who.region, limit=ROWS_A_PAGE, offset=offset)


async def missing_posts(context: AppContext, who: Reader, page: int) -> list[MissingPost]:
    """A page of the posts that nobody has verified. They are persons: the audit has a line."""
    async with context.database.transaction() as conn:
        await _note_read(conn, context.clock.now(), who, "teachers")
        offset = (page - 1) * ROWS_A_PAGE
        return await verification.missing_staff(conn, who.region, limit=ROWS_A_PAGE, offset=offset)


async def note_file(context: AppContext, who: Reader, name: str) -> None:
    """The audit's line about a file that is downloaded."""
    async with context.database.transaction() as conn:
        await _note_read(conn, context.clock.now(), who, name)


async def every_missing_school(database: Database, region: str) -> AsyncIterator[MissingSchool]:
    """All of them; no connection is held while a slow reader takes them."""
    offset = 0
    while True:
        async with database.connection() as conn:
            batch = await store.missing_schools(conn, region, limit=_BATCH, offset=offset)
        for one in batch:
            yield one
        if len(batch) < _BATCH:
            return
        offset += _BATCH


async def every_missing_post(database: Database, region: str) -> AsyncIterator[MissingPost]:
    """All of them; no connection is held while a slow reader takes them."""
    offset = 0
    while True:
        async with database.connection() as conn:
            batch = await verification.missing_staff(conn, region, limit=_BATCH, offset=offset)
        for one in batch:
            yield one
        if len(batch) < _BATCH:
            return
        offset += _BATCH


async def public_regions(database: Database) -> list[PublicRegion]:
    """What everyone may know, by name."""
    async with database.connection() as conn:
        cards = await store.cards(conn)
        systems = {one.id: one.region for one in await people.systems(conn)}
        arrivals = await exports.arrivals(conn)
        reports = await operators.conformance_of(conn)
    since: dict[str, datetime] = {}
    for one in arrivals:
        region = systems.get(one.system_id)
        if region is not None and one.first_applied_at is not None:
            since[region] = min(since.get(region, one.first_applied_at), one.first_applied_at)
    published = [report for report in reports if report.published_at is not None]
    return [
        PublicRegion(
            code=card.code,
            name=card.name,
            state=card.state,
            since=since.get(card.code),
            reports=tuple(report for report in published if systems.get(report.system_id) == card.code),
        )
        for card in cards
    ]


async def count_day(database: Database, now: datetime) -> int:
    """Keep today's readiness of every region; of how many."""
    async with database.transaction() as conn:
        regions = await all_facts(conn, now)
        await _keep(conn, regions)
        await store.erase_old_days(conn, readiness.day_of(now - _DAYS_KEPT))
    return len(regions)


async def _require_region(context: AppContext, region: str) -> None:
    async with context.database.connection() as conn:
        if await store.card(conn, region) is None:
            raise NoSuchRegion


async def _note_read(conn: AsyncConnection, now: datetime, who: Reader, page: str) -> None:
    await audit.record(
        conn,
        at=now,
        action=f"{who.side}.read",
        actor_account=who.viewer.account_id,
        actor_relation=who.side,
        region=who.region,
        detail={"page": page},
    )
