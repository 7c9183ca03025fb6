"""What is measured of PostgreSQL: connections that requests wait for, replication slots, archiving."""

import msgspec

from myedu.kit.db import Database, fetch_all, fetch_value
from myedu.kit.sql import load_queries
from myedu.kit.telemetry import MetricSpec, Telemetry
from myedu.portal.context import WorkerContext

QUERIES = load_queries("myedu.portal", "database_metrics.sql")

_WAITING = MetricSpec(
    "myedu_database_waiting", "sum", (), "Requests that wait for a connection to PostgreSQL."
)

METRICS = (
    _WAITING,
    MetricSpec(
        "myedu_database_slot_kept_bytes",
        "largest",
        ("slot",),
        "Bytes of its log that PostgreSQL keeps for a replication slot: of a standby or of the backup.",
    ),
    MetricSpec(
        "myedu_database_slot_active",
        "largest",
        ("slot",),
        "1 while somebody reads from the replication slot.",
    ),
    MetricSpec(
        "myedu_database_archive_failing",
        "largest",
        (),
        "1 while the last file of PostgreSQL's log that was to be archived could not be.",
    ),
)


class Slot(msgspec.Struct, frozen=True):
    """A replication slot."""

    name: str
    is_active: bool
    kept_bytes: float


def watch_waiting(telemetry: Telemetry, database: Database) -> None:
    """Measure, in a process that serves, how many requests wait for a connection."""
    telemetry.update_gauges_by("database", lambda: telemetry.set(_WAITING.name, database.waiting))


async def measure(context: WorkerContext) -> None:
    """Set, in the worker, what PostgreSQL tells of itself to every role."""
    async with context.database.connection() as conn:
        slots = await fetch_all(conn, QUERIES.slots, None, Slot)
        fails: bool = await fetch_value(conn, QUERIES.archive_fails, None)
    record = context.telemetry
    record.set_all("myedu_database_slot_kept_bytes", {(slot.name,): slot.kept_bytes for slot in slots})
    record.set_all("myedu_database_slot_active", {(slot.name,): float(slot.is_active) for slot in slots})
    record.set("myedu_database_archive_failing", float(fails))
