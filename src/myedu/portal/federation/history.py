"""The history of every journal: what each process counts, written into the database once a minute.

Nothing here is waited for by a family's request. A process that is killed loses at most the last minute.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec
from psycopg import AsyncConnection

from myedu.connector.sdk.exchange_trace import ExchangeTrace
from myedu.kit.clock import Clock
from myedu.kit.db import Database, execute, fetch_all, fetch_one
from myedu.kit.sql import load_queries
from myedu.portal.federation.exchanges import SLOW_SECONDS, Exchange, exchange_of
from myedu.portal.federation.hours import Hour
from myedu.portal.federation.models import ExchangeCount, HistoryPoint, KeptExchange

QUERIES = load_queries(__package__, "history.sql")

HOURS_KEPT = timedelta(days=400)
EXCHANGES_KEPT = timedelta(days=14)
KEPT_OF_A_PROBLEM = 50
"""Exchanges of one system and problem: a flood of one kind mustn't push out the only one of another."""
_SECONDS = 60.0
_MOST_HOURS = 2000  # systems × hours, should the database be away for long
_MOST_NEW = 5  # exchanges of one system and problem in a minute

_log = logging.getLogger(__name__)


class History:
    """Counts in one process. `key`: makes labels of ids (exchanges.py)."""

    def __init__(self, clock: Clock, key: bytes) -> None:
        self._clock, self._key = clock, key
        self._hours: dict[tuple[str, datetime], Hour] = {}
        self._exchanges: list[Exchange] = []
        self._new: Counter[tuple[str, str]] = Counter()

    def add_call(
        self,
        system_id: str,
        method: str,
        seconds: float,
        trace: ExchangeTrace,
        *,
        reason: str | None,
        sentence: str = "",
    ) -> None:
        """A call to a journal ended; `reason`, `sentence`: of its error, None and empty for a good answer."""
        self._hour_of(system_id).add_call(reason, seconds)
        if reason is None and seconds < SLOW_SECONDS:
            return
        exchange = exchange_of(
            system_id, method, self._clock.now(), seconds, trace,
            reason=reason, sentence=sentence, key=self._key,
        )  # fmt: skip
        about = (system_id, exchange.problem)
        if self._new[about] < _MOST_NEW:
            self._new[about] += 1
            self._exchanges.append(exchange)

    def add_read(self, system_id: str, outcome: str, reason: str | None) -> None:
        """A read of a page has its outcome."""
        self._hour_of(system_id).add_read(outcome, reason)

    async def flush(self, database: Database) -> None:
        """Write what was counted since the last time; if that fails, it is kept for the next time."""
        hours, exchanges = list(self._hours.values()), self._exchanges
        self._hours, self._exchanges, self._new = {}, [], Counter()
        if not hours and not exchanges:
            return
        try:
            async with database.transaction() as conn:
                # in one order, so that processes that write at once wait and don't deadlock
                for hour in sorted(hours, key=lambda hour: (hour.system_id, hour.hour)):
                    await _add_hour(conn, hour)
                await _add_exchanges(conn, exchanges)
        except BaseException:
            self._take_back(hours, exchanges)
            raise

    async def keep_written(self, database: Database, stop: asyncio.Event) -> None:
        """Write once a minute until `stop`, and then what is left."""
        while not stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _SECONDS)
            try:
                await self.flush(database)
            except Exception as error:
                _log.warning("the history of journals isn't written, it is tried again", exc_info=error)

    def _hour_of(self, system_id: str) -> Hour:
        at = self._clock.now().replace(minute=0, second=0, microsecond=0)
        known = self._hours.get((system_id, at))
        if known is None:
            known = self._hours[system_id, at] = Hour(system_id=system_id, hour=at)
        return known

    def _take_back(self, hours: Iterable[Hour], exchanges: list[Exchange]) -> None:
        for hour in hours:
            key = (hour.system_id, hour.hour)
            if key in self._hours:
                self._hours[key].add(hour)
            elif len(self._hours) < _MOST_HOURS:
                self._hours[key] = hour
        for exchange in exchanges:
            about = (exchange.system_id, exchange.problem)
            if self._new[about] < _MOST_NEW:
                self._new[about] += 1
                self._exchanges.append(exchange)


async def history(
    conn: AsyncConnection, system_ids: Sequence[str], since: datetime, step: timedelta
) -> list[HistoryPoint]:
    """How journals answered, in steps of whole hours from `since`, by system and time.

    Steps in which nothing happened are left out. The newest minute isn't there yet.
    """
    wanted = {"system_ids": list(system_ids), "since": since, "step": step}
    return [hour.point() for hour in await fetch_all(conn, QUERIES.hours, wanted, Hour)]


async def exchanges(
    conn: AsyncConnection, system_id: str, problem: str | None, *, limit: int, offset: int = 0
) -> list[KeptExchange]:
    """A system's kept exchanges, the newest first: those with one problem, or all."""
    wanted = {"system_id": system_id, "problem": problem, "limit": limit, "offset": offset}
    return await fetch_all(conn, QUERIES.exchanges, wanted, KeptExchange)


async def exchange(conn: AsyncConnection, system_id: str, exchange_id: int) -> KeptExchange | None:
    """One kept exchange of a system."""
    return await fetch_one(conn, QUERIES.exchange, {"system_id": system_id, "id": exchange_id}, KeptExchange)


async def exchange_counts(conn: AsyncConnection, system_id: str) -> list[ExchangeCount]:
    """How many exchanges are kept of a system, by problem."""
    return await fetch_all(conn, QUERIES.exchange_counts, {"system_id": system_id}, ExchangeCount)


async def erase_old(database: Database, now: datetime) -> int:
    """Erase hours and exchanges whose term is over; how many."""
    async with database.transaction() as conn:
        erased = await execute(conn, QUERIES.erase_old_hours, {"before": now - HOURS_KEPT})
        return erased + await execute(conn, QUERIES.erase_old_exchanges, {"before": now - EXCHANGES_KEPT})


async def _add_hour(conn: AsyncConnection, hour: Hour) -> None:
    row = msgspec.structs.asdict(hour)
    for name in ("failures", "reasons"):
        row[name] = msgspec.json.encode(row[name]).decode()
    await execute(conn, QUERIES.add_hour, row)


async def _add_exchanges(conn: AsyncConnection, found: Sequence[Exchange]) -> None:
    for one in found:
        row = msgspec.structs.asdict(one)
        await execute(
            conn, QUERIES.add_exchange, {**row, "headers": msgspec.json.encode(one.headers).decode()}
        )
    for system_id, problem in sorted({(one.system_id, one.problem) for one in found}):
        about = {"system_id": system_id, "problem": problem, "most": KEPT_OF_A_PROBLEM}
        await execute(conn, QUERIES.drop_surplus, about)
