"""Which regions and schools are connected, and since when: for everyone, without personal data."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from psycopg import AsyncConnection

from myedu.contract.region_names import ENGLISH, RUSSIAN
from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.i18n import Words
from myedu.portal.access_requests.models import ConnectedRegion, FoundSchools
from myedu.portal.access_requests.words import moment
from myedu.portal.exports import service as exports
from myedu.portal.people import service as people
from myedu.portal.people.models import ConnectedSchool
from myedu.portal.region_names import region_name

LEAST_LETTERS, MOST_LETTERS = 2, 100
SCHOOLS_A_PAGE = 20
_KEPT = timedelta(minutes=1)
"""The landing page has the most visitors of all; regions are connected once a month."""


class _Connections(msgspec.Struct, frozen=True):
    """What is kept for a minute: since when systems and regions are connected."""

    until: datetime
    systems: dict[str, datetime]
    regions: Sequence[ConnectedRegion]


class Schools:
    """Searches connected schools; one a process, which keeps the list of regions for a minute."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock
        self._kept: _Connections | None = None

    async def regions(self) -> Sequence[ConnectedRegion]:
        """The regions with a package in force, those connected first before others."""
        return (await self._connections()).regions

    async def page(self, query: str, page: int) -> FoundSchools:
        """A page of what a search has found; empty without two letters or digits."""
        since = (await self._connections()).systems
        async with self._database.connection() as conn:
            found = await self.search(conn, query)
        first = (page - 1) * SCHOOLS_A_PAGE
        return FoundSchools(
            schools=found[first : first + SCHOOLS_A_PAGE], since=since, page=page, total=len(found)
        )

    async def search(self, conn: AsyncConnection, query: str) -> list[ConnectedSchool]:
        """Connected schools; empty for a query that is too short."""
        if not is_query(query):
            return []
        names = {
            region.code: [names[region.code] for names in (RUSSIAN, ENGLISH) if region.code in names]
            for region in await self.regions()
        }
        return await people.search_schools(conn, query[:MOST_LETTERS], names)

    async def _connections(self) -> _Connections:
        now = self._clock.now()
        if self._kept is None or not self._kept.until - _KEPT <= now < self._kept.until:
            async with self._database.connection() as conn:
                systems = {one.id: one.region for one in await people.systems(conn)}
                since = {one.system_id: one.since for one in await exports.connected(conn)}
            regions: dict[str, datetime] = {}
            for system_id, at in since.items():
                code = systems.get(system_id)
                if code is not None:
                    regions[code] = min(at, regions.get(code, at))
            ordered = sorted(regions.items(), key=lambda item: (item[1], item[0]))
            self._kept = _Connections(
                now + _KEPT, since, tuple(ConnectedRegion(code, at) for code, at in ordered)
            )
        return self._kept


def is_query(text: str) -> bool:
    """Whether there is enough to look for: two letters or digits."""
    return sum(map(len, people.search_words(text))) >= LEAST_LETTERS


def region_lines(words: Words, regions: Sequence[ConnectedRegion]) -> tuple[str, ...]:
    """«Республика Саха (Якутия): с 01.09.2026»."""
    return tuple(
        words.gettext("{region}: since {day}").format(
            region=region_name(words, region.code), day=moment(words, region.since).split(" ")[0]
        )
        for region in regions
    )
