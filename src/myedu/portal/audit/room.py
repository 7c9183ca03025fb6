"""The room `audit`."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from myedu.portal.audit import service
from myedu.portal.audit.commands import COMMANDS
from myedu.portal.context import AppContext
from myedu.portal.room import Room

_log = logging.getLogger(__name__)


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, object]]:
    async with context.database.connection() as conn:
        if await service.can_change(conn):
            _log.warning(
                "the portal's role of the database could change the audit: give the tables to another role,"
                " see docs/operations/database-roles.md"
            )
    yield {}


ROOM = Room(
    name="audit",
    open=_open,
    commands=COMMANDS,
    published_sql={"audit.lines": "written in a statement that opens a diary or matches posts (INSERT only)"},
)
