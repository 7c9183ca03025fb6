"""A Federation in the process that measures: what it adds to a call, and nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import msgspec

from myedu.connector.sdk.clients import JournalClients
from myedu.contract.windows import Window
from myedu.kit.clock import SystemClock
from myedu.kit.db import Database
from myedu.kit.telemetry import Metrics, Telemetry
from myedu.portal.federation.caches import open_caches
from myedu.portal.federation.models import BulkheadLimits, Fresh, ReadLimits
from myedu.portal.federation.service import Federation
from myedu.portal.federation.telemetry import METRICS, JournalTelemetry
from myedu.portal.people.models import Student, Viewer


class FederationSetup(msgspec.Struct):
    """What it is made of; the system is asked about the days from `first` to `last`."""

    database_url: str
    journal_key: str  # path
    copy_key: str
    system_id: str
    first: date
    last: date


Ask = Callable[[str], Awaitable[str | None]]
"""Reads a student's diary; what was wrong with the answer, or None."""


@asynccontextmanager
async def open_federation(setup: FederationSetup) -> AsyncIterator[Ask]:
    """As the room opens it, with the settings' defaults."""
    async with AsyncExitStack() as stack:
        clock, telemetry = SystemClock(), JournalTelemetry(Telemetry(Metrics(METRICS)))
        database = await Database.open(setup.database_url, max_size=8)
        stack.push_async_callback(database.close)
        key = Path(setup.journal_key).read_text()  # noqa: ASYNC240 - a small file, once
        clients = await stack.enter_async_context(
            aclosing(
                JournalClients(
                    key, clock=clock, allow_private=True, connections=BulkheadLimits().calls_most + 4
                )
            )
        )
        caches = await stack.enter_async_context(
            aclosing(open_caches(database, [setup.copy_key], telemetry=telemetry))
        )
        federation = Federation(
            database, clients.client_for, clock, ReadLimits(), caches=caches, telemetry=telemetry
        )
        stack.push_async_callback(federation.close)
        window = Window(first=setup.first, last=setup.last)

        async def read(student_id: str) -> str | None:
            outcome = await federation.read_diary(
                _student(setup.system_id, student_id), window, viewer=_viewer()
            )
            return None if isinstance(outcome, Fresh) else outcome.reason

        yield read


def _student(system_id: str, student_id: str) -> Student:
    return Student(
        child=uuid4(),
        region="14",
        system_id=system_id,
        person_id=student_id,
        relation="guardian",
        first_name="Айталина",
        last_name="Лебедева",
        middle_name=None,
        birth_date=date(2012, 5, 5),
        organization_id="o1",
        organization_name="Школа № 1",
        time_zone="Asia/Yakutsk",
        group_id="g1",
        group_name="9 «Б»",
        grade=9,
    )


def _viewer() -> Viewer:
    """Another viewer for each read: as in the morning, no claim has been signed before."""
    return Viewer(uuid4(), "oid", None, True, "PR", "Анна", "Лебедева", date(1985, 1, 1))
