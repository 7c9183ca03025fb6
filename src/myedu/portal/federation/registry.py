"""The journals of the country for one program: registered, not paused, each behind a bulkhead of its own."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from myedu.connector.sdk.client import JournalAddress, JournalClient
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.federation.bulkhead import Bulkhead
from myedu.portal.federation.journal import Journal
from myedu.portal.federation.models import ReadLimits
from myedu.portal.federation.telemetry import JournalTelemetry
from myedu.portal.federation.wake_ups import woken_at
from myedu.portal.people import service as people


class _Registration(msgspec.Struct, frozen=True):
    """What the register held, and when it was read."""

    address: JournalAddress | None  # None: not registered, or paused by an operator
    at: datetime
    woken_at: datetime | None  # an operator asked that it be tried at once


class JournalRegistry:
    """Finds a system's journal. Reads the register once in `ReadLimits.system_seconds`, not each time."""

    def __init__(
        self,
        database: Database,
        client_for: Callable[[JournalAddress], JournalClient],
        clock: Clock,
        limits: ReadLimits,
        telemetry: JournalTelemetry,
    ) -> None:
        self._database, self._client_for, self._clock = database, client_for, clock
        self._limits, self._telemetry = limits, telemetry
        self._ttl = timedelta(seconds=limits.system_seconds)
        self._registrations: dict[str, _Registration] = {}
        self._journals: dict[str, tuple[JournalAddress, Journal]] = {}

    async def journal_of(self, system_id: str) -> Journal | None:
        """The journal of a system; None if it isn't registered, or an operator has paused it."""
        found = self._registrations.get(system_id)
        if found is None or not timedelta() <= self._clock.now() - found.at < self._ttl:
            before, found = found, await self._look_up(system_id)
            self._registrations[system_id] = found
            if before is not None and found.woken_at != before.woken_at:
                self._wake(system_id)
        return self._journal(found.address) if found.address else None

    async def _look_up(self, system_id: str) -> _Registration:
        now = self._clock.now()
        async with self._database.connection() as conn:
            system = await people.system(conn, system_id)
            woken = await woken_at(conn, system_id)
        if system is None or system.paused_at is not None:
            return _Registration(None, now, woken)
        return _Registration(people.address_of(system), now, woken)

    def _wake(self, system_id: str) -> None:
        known = self._journals.get(system_id)
        if known is not None:
            known[1].bulkhead.wake()

    def _journal(self, address: JournalAddress) -> Journal:
        """A new address is a new server: what was learnt about the old one says nothing about it."""
        made = self._journals.get(address.system_id)
        if made is not None and made[0] == address:
            return made[1]
        bulkhead = Bulkhead(
            address.system_id, self._limits.bulkhead, self._telemetry, asyncio.get_running_loop().time
        )
        journal = Journal(self._client_for(address), bulkhead, self._clock, self._limits.capabilities_seconds)
        self._journals[address.system_id] = (address, journal)
        return journal
