"""How pages are opened: access, audit and copies of all that wait at the same moment, in one statement."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from psycopg import AsyncConnection

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.kit.telemetry import MetricSpec, Telemetry
from myedu.portal.diary import store
from myedu.portal.diary.models import Family, OpenedChild, OpenedPage
from myedu.portal.identity.models import NotSignedIn
from myedu.portal.people.service import NotVisible

_PAGES = MetricSpec("myedu_opened_pages", "counter", (), "Pages about children that were opened.")
_STATEMENTS = MetricSpec(
    "myedu_opening_statements",
    "counter",
    (),
    "Statements that opened them: one for all that waited together.",
)
METRICS = (_PAGES, _STATEMENTS)


class PageOpener:
    """Opens pages for the holders of sessions, and records their visits."""

    def __init__(self, database: Database, clock: Clock, telemetry: Telemetry) -> None:
        self._clock, self._telemetry = clock, telemetry
        self._open_pages = database.batched(self._open_together)
        self._record_visits = database.batched(self._visit_together)

    async def open(
        self,
        token: str | None,
        child: UUID | None,
        *,
        page: str,
        window: store.PageWindow = None,
        with_siblings: bool = True,
    ) -> OpenedPage:
        """The page of a child, or without one of every visible child. Raises NotSignedIn."""
        if not token:
            raise NotSignedIn("there is no session: lead to /enter")
        with self._telemetry.span("door", page=page):
            opened = await self._open_pages(store.PageRequest(token, child, page, window, with_siblings))
        if opened is None:
            raise NotSignedIn("no one has signed in with this session: lead to /enter")
        return opened

    async def _open_together(
        self, conn: AsyncConnection, pages: Sequence[store.PageRequest]
    ) -> Sequence[OpenedPage | None]:
        self._telemetry.count(_STATEMENTS.name)
        self._telemetry.count(_PAGES.name, amount=len(pages))
        return await store.open_diaries(conn, pages, self._clock.now())

    async def _visit_together(
        self, conn: AsyncConnection, visits: Sequence[store.Visit]
    ) -> Sequence[Mapping[UUID, datetime | None]]:
        return await store.record_visits(conn, visits, self._clock.now())

    async def open_child(
        self,
        token: str | None,
        child: UUID,
        *,
        page: str,
        window: store.PageWindow = None,
        with_siblings: bool = True,
    ) -> OpenedChild:
        """The page of a child. Raises NotSignedIn; NotVisible for a child whom the viewer may not see."""
        opened = await self.open(token, child, page=page, window=window, with_siblings=with_siblings)
        if not opened.children:
            raise NotVisible
        return opened.children[0]

    async def record_visit(self, family: Family, children: Sequence[UUID]) -> Mapping[UUID, datetime | None]:
        """By child, when the viewer's visit before this one ended; None for the first."""
        return await self._record_visits(store.Visit(family.viewer.account_id, children))
