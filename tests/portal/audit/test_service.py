"""The audit is append-only, and is committed or rolled back with the action."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest
from psycopg import AsyncConnection

from myedu.kit.db import Database
from myedu.portal.audit import service
from tests.conftest import as_owner

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_a_line_has_who_what_whom_and_when(conn: AsyncConnection) -> None:
    account = uuid4()
    await service.record(
        conn,
        at=NOW,
        action="diary.read",
        actor_account=account,
        actor_relation="guardian",
        region="14",
        system_id="s1",
        person_id="girl",
        detail={"page": "week"},
    )
    cursor = await conn.execute(
        "SELECT at, actor_relation, action, region, system_id, person_id, detail FROM audit.lines"
        " WHERE actor_account = %s",
        [account],
    )
    assert await cursor.fetchall() == [(NOW, "guardian", "diary.read", "14", "s1", "girl", {"page": "week"})]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit.lines SET action = 'diary.tick'",
        "DELETE FROM audit.lines",
        "TRUNCATE audit.lines",
    ],
)
def test_lines_can_not_be_changed_by_mistake(portal_database_url: str, change: str) -> None:
    """The owner can drop the trigger first; the portal's role can't (tests/portal/test_database_roles.py)."""
    with (
        psycopg.connect(as_owner(portal_database_url)) as conn,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"),
    ):
        conn.execute(change)


async def test_a_person_is_identified_by_all_fields_or_none(conn: AsyncConnection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        await service.record(
            conn, at=NOW, action="diary.read", actor_account=None, actor_relation="system", person_id="girl"
        )


async def test_the_line_of_a_failed_action_is_rolled_back(portal_database: Database) -> None:
    account = uuid4()

    async def fail_after_the_line() -> None:
        async with portal_database.transaction() as conn:
            await service.record(
                conn, at=NOW, action="diary.read", actor_account=account, actor_relation="self"
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_the_line()
    async with portal_database.connection() as conn:
        cursor = await conn.execute("SELECT count(*) FROM audit.lines WHERE actor_account = %s", [account])
        assert await cursor.fetchone() == (0,)
