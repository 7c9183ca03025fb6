"""Jobs as rows of pgqueuer, written in the caller's transaction.

Each task and subject have an entry point of their own, with a concurrency limit of one job, which pgqueuer
enforces in the database, across workers.
"""

from pgqueuer.adapters.drivers.psycopg import PsycopgDriver
from pgqueuer.adapters.persistence.qb import (
    QueryBuilderEnvironment,
    QueryQueueBuilder,
    QuerySchedulerBuilder,
)
from pgqueuer.domain.settings import DBSettings
from pgqueuer.queries import Queries
from psycopg import AsyncConnection

SETTINGS = DBSettings(db_schema="jobs")


def entrypoint(task: str, subject: str) -> str:
    """pgqueuer's name for the jobs of a task about a subject."""
    return f"{task}/{subject}"


def queue_on(conn: AsyncConnection) -> Queries:
    """pgqueuer's statements over a connection of ours, for its tables in the schema `jobs`."""
    return Queries(
        PsycopgDriver(conn),
        qbe=QueryBuilderEnvironment(SETTINGS),
        qbq=QueryQueueBuilder(SETTINGS),
        qbs=QuerySchedulerBuilder(SETTINGS),
    )
