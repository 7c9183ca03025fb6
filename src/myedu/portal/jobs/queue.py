"""Jobs as rows of pgqueuer, written in the transaction of whoever asks for the work.

An entry point per task and subject, one job of it at a time: pgqueuer keeps that promise in the database,
across workers.
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
