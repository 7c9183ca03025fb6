"""One journal: its state and history, its exchanges, and what an operator does about it."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import AsyncConnection

from myedu.portal.context import AppContext
from myedu.portal.exports import service as exports
from myedu.portal.exports.models import AppliedPackage, LoadContext, PackageRefused
from myedu.portal.federation import service as federation
from myedu.portal.federation.models import KeptExchange
from myedu.portal.identity import service as identity
from myedu.portal.operators import conformance
from myedu.portal.operators.models import (
    ExchangeFacts,
    JournalFacts,
    LastPackage,
    PublishedReport,
    ReportFiles,
    Span,
    Times,
)
from myedu.portal.people import service as people
from myedu.portal.people.models import System, Viewer

EXCHANGES_A_PAGE = 20
_MAX_ID = 2**63 - 1  # PostgreSQL's bigint
ZONE = ZoneInfo("Europe/Moscow")  # operators of one country read one clock
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


class NoSuchJournal(Exception):
    """No system, or no exchange, at this address."""


class NotTheLast(Exception):
    """Another package is the region's last one by now, or what was before it is not kept."""


def times_of(span: Span, now: datetime) -> Times:
    """The 24 hours or 30 days that end with the present one; days are Moscow's, which has no summer time."""
    if span == "day":
        return Times(span, now.replace(minute=0, second=0, microsecond=0) - 23 * _HOUR, _HOUR, 24)
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return Times(span, midnight - 29 * _DAY, _DAY, 30)


async def journal(
    context: AppContext, token: str | None, system_id: str, span: Span, problem: str | None, page: int
) -> JournalFacts:
    """One journal's state, history and exchanges. Raises NoSuchJournal."""
    viewer, now = await _viewer(context, token, "journal"), context.clock.now()
    times = times_of(span, now)
    load = load_context(context)
    async with context.database.connection() as conn:
        system = await _system(conn, system_id)
        line = await exports.system(conn, system_id)
        points = await federation.history(conn, [system_id], times.since, times.step)
        packages = await exports.package_history(conn, [system_id], times.since, times.step)
        newest = [one for one in await exports.newest_packages(conn) if one.system_id == system_id]
        counts = await federation.exchange_counts(conn, system_id)
        judged = await conformance.facts_of(conn, system_id)
        shown = problem if any(one.problem == problem for one in counts) else None
        found = await federation.exchanges(
            conn, system_id, shown, limit=EXCHANGES_A_PAGE, offset=(page - 1) * EXCHANGES_A_PAGE
        )
    if line is None:
        raise NoSuchJournal
    recent = federation.recent_stats(context.telemetry).journals
    return JournalFacts(
        viewer=viewer,
        now=now,
        system=system,
        line=line,
        stats=next((one for one in recent if one.system_id == system_id), None),
        times=times,
        points=points,
        packages=packages,
        newest=newest,
        last=await _last_of(load, system),
        counts=counts,
        problem=shown,
        exchanges=found,
        page=page,
        conformance=judged,
    )


async def exchange(context: AppContext, token: str | None, system_id: str, exchange_id: int) -> ExchangeFacts:
    """One kept exchange. Raises NoSuchJournal."""
    viewer = await _viewer(context, token, "exchange")
    if exchange_id > _MAX_ID:
        raise NoSuchJournal
    async with context.database.connection() as conn:
        system = await _system(conn, system_id)
        found: KeptExchange | None = await federation.exchange(conn, system_id, exchange_id)
    if found is None:
        raise NoSuchJournal
    return ExchangeFacts(viewer, system, found)


async def pause(context: AppContext, token: str | None, system_id: str) -> None:
    """Keep a journal out. ESIA is asked first whether the viewer still is an operator, as by all deeds."""
    account = await _operator_now(context, token, "pause")
    async with context.database.transaction() as conn:
        await _system(conn, system_id)
        await people.pause_system(conn, system_id, context.clock.now(), account)


async def resume(context: AppContext, token: str | None, system_id: str) -> None:
    """Let a journal in again."""
    account = await _operator_now(context, token, "resume")
    async with context.database.transaction() as conn:
        await _system(conn, system_id)
        await people.resume_system(conn, system_id, context.clock.now(), account)


async def wake(context: AppContext, token: str | None, system_id: str) -> str | None:
    """Ask a journal now; if it answers, every process calls it again. The code of what went wrong, or None.

    The federal profile has nothing that can be asked without a pupil: there the next read is the trial.
    """
    account = await _operator_now(context, token, "wake")
    async with context.database.connection() as conn:
        system = await _system(conn, system_id)
    if system.profile is None:
        health = await context.service(federation.Federation).ask_health(system_id)
        if health.reason is not None:
            return health.reason
    async with context.database.transaction() as conn:
        await federation.wake(conn, system.region, system_id, context.clock.now(), account)
    return None


async def pull(context: AppContext, token: str | None, system_id: str) -> None:
    """Queue a journal's failed imports again, or fetch its export now."""
    account = await _operator_now(context, token, "pull")
    async with context.database.transaction() as conn:
        await _system(conn, system_id)
        await exports.retry(conn, system_id, account, context.clock.now())


async def last_package(context: AppContext, system_id: str) -> LastPackage:
    """What a roll-back would put back, for an operator who was checked. Raises NoSuchJournal."""
    async with context.database.connection() as conn:
        system = await _system(conn, system_id)
    return LastPackage(system, await _last_of(load_context(context), system))


async def roll_back(context: AppContext, token: str | None, system_id: str, export_id: UUID) -> None:
    """Queue the roll-back of the region's last package. Raises NotTheLast, NoSuchJournal."""
    account = await _operator_now(context, token, "roll-back")
    async with context.database.connection() as conn:
        system = await _system(conn, system_id)
    last = await _last_of(load_context(context), system)
    if last is None or last.export_id != export_id:
        raise NotTheLast
    async with context.database.transaction() as conn:
        await exports.request_roll_back(conn, system_id, export_id, account, context.clock.now())


async def ask_for_report(context: AppContext, token: str | None, system_id: str) -> None:
    """Queue a run of the judge. Raises NoSuchJournal."""
    account = await _operator_now(context, token, "conformance")
    async with context.database.transaction() as conn:
        system = await _system(conn, system_id)
        await conformance.ask_for_report(conn, system, account, context.clock.now())


async def report_files(context: AppContext, token: str | None, system_id: str, run_id: int) -> ReportFiles:
    """A report as files. Raises NoSuchJournal."""
    await _viewer(context, token, "conformance")
    if run_id > _MAX_ID:
        raise NoSuchJournal
    async with context.database.connection() as conn:
        found = await conformance.report_files(conn, system_id, run_id)
    if found is None:
        raise NoSuchJournal
    return found


async def publish(context: AppContext, token: str | None, system_id: str, *, published: bool) -> None:
    """Publish a system's reports because its region agrees, or withdraw them. Raises NoSuchJournal."""
    account = await _operator_now(context, token, "publish" if published else "withdraw")
    async with context.database.transaction() as conn:
        await _system(conn, system_id)
        now = context.clock.now()
        await conformance.set_published(conn, system_id, published=published, account=account, now=now)


async def published(context: AppContext, system_id: str) -> tuple[System, PublishedReport]:
    """What everyone may read of a system. Raises NoSuchJournal: not published and not there are the same."""
    async with context.database.connection() as conn:
        report = await conformance.published_report(conn, system_id)
        if report is None:
            raise NoSuchJournal
        return await _system(conn, system_id), report


def load_context(context: AppContext) -> LoadContext:
    """What the import works with, for reading about its packages."""
    return LoadContext(context.database, context.clock, exports.spool_of(context.settings))


async def _last_of(load: LoadContext, system: System) -> AppliedPackage | None:
    try:
        last = await exports.last_package(load, system.region)
    except PackageRefused:
        return None
    return last if last.system_id == system.id else None


async def _system(conn: AsyncConnection, system_id: str) -> System:
    found = await people.system(conn, system_id)
    if found is None:
        raise NoSuchJournal
    return found


async def _viewer(context: AppContext, token: str | None, page: str) -> Viewer:
    return await context.service(identity.Rights).operator(token, page)


async def _operator_now(context: AppContext, token: str | None, deed: str) -> UUID:
    viewer = await context.service(identity.Rights).operator_now(token, deed)
    return viewer.account_id
