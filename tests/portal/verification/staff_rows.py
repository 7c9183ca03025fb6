"""A school, its post and what ESIA says of its person, in few words; and the same confirmed by the head."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection

from myedu.portal.verification.service import match_region
from tests.portal.conftest import NOON, Rows

SNILS, OTHER_SNILS, OID, SCHOOL_OID = "11111111145", "22222222290", "100", "7001"
BORN = date(1980, 1, 1)
NAMES = {"last_name": "Соловьёва", "first_name": "Наталья", "middle_name": "Петровна"}
BEFORE = NOON - timedelta(days=1)


class StaffRows:
    """Writes rows of people, identity and verification, by default of one teacher of one school."""

    def __init__(self, conn: AsyncConnection, rows: Rows) -> None:
        self.conn, self.rows = conn, rows

    async def school(self, id: str = "o1", *, oid: str | None = SCHOOL_OID, head: UUID | None = None) -> None:
        """A school, confirmed if it has an `oid`."""
        await self.rows.add("organizations", id=id, name=f"Школа {id}", kind="school", time_zone="UTC")
        if oid is not None:
            await self.conn.execute(
                "INSERT INTO people.verified_organizations"
                " VALUES ('14', 's1', %s, %s, %s, coalesce(%s, gen_random_uuid()))",
                [id, oid, BEFORE, head],
            )

    async def post(
        self,
        id: str = "post",
        person: str = "t",
        *,
        school: str = "o1",
        role: str = "teacher",
        of_post: dict[str, Any] | None = None,
        **of_person: Any,
    ) -> None:
        """A post and its person."""
        await self.rows.person(person, **{"snils": SNILS, "birth_date": BORN, **NAMES, **of_person})
        await self.rows.add(
            "staff", id=id, person_id=person, organization_id=school, role=role, **(of_post or {})
        )

    async def employee(
        self, *, school: str = SCHOOL_OID, oid: str = OID, seen_at: datetime = BEFORE, **columns: Any
    ) -> None:
        """A person of ESIA's list of the school's employees."""
        row = {"snils": SNILS, "birth_date": BORN, **NAMES, **columns}
        await self.conn.execute(
            "INSERT INTO verification.esia_employees (organization_oid, person_oid, last_name, first_name,"
            " middle_name, snils, birth_date, position, chief, seen_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 'Учитель', false, %s)",
            [school, oid, *(row[name] for name in NAMES), row["snils"], row["birth_date"], seen_at],
        )

    async def account(
        self,
        *,
        oid: str = OID,
        school: str | None = SCHOOL_OID,
        seen_at: datetime = BEFORE,
        chief: bool = False,
        level: str = "PR",
        **columns: Any,
    ) -> UUID:
        """An account here; `school`: where ESIA named it at `seen_at`, None: nowhere."""
        row = {"snils": SNILS, "birth_date": BORN, **NAMES, **columns}
        cursor = await self.conn.execute(
            "INSERT INTO identity.accounts (esia_oid, last_name, first_name, middle_name, snils, birth_date,"
            " level, trusted, created_at, seen_at, roles_seen_at)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id",
            [
                oid, *(row[name] for name in NAMES), row["snils"], row["birth_date"], level, level == "PR",
                seen_at, seen_at, seen_at,
            ],
        )  # fmt: skip
        (id,) = await cursor.fetchone() or [None]
        if school is not None:
            await self.conn.execute(
                "INSERT INTO identity.account_roles (account_id, organization_oid, organization_name, chief,"
                " seen_at) VALUES (%s, %s, 'Школа', %s, %s)",
                [id, school, chief, seen_at],
            )
        assert isinstance(id, UUID)
        return id

    async def confirm(self, id: str = "post", oid: str = OID) -> None:
        """What the head has confirmed."""
        await self.conn.execute(
            "INSERT INTO people.verified_staff VALUES ('14', 's1', %s, %s, %s, gen_random_uuid())",
            [id, oid, BEFORE],
        )

    async def decline(self, id: str = "post", person: str = "t") -> None:
        """What the head has declined."""
        await self.conn.execute(
            "INSERT INTO verification.staff_declined"
            " VALUES ('14', 's1', %s, %s, %s, gen_random_uuid(), 'left')",
            [id, person, BEFORE],
        )

    async def matched(self, now: datetime = NOON, id: str = "post") -> tuple[str, list[str]] | None:
        """State and reasons of a post, after a match of the region."""
        await match_region(self.conn, "14", now)
        cursor = await self.conn.execute(
            "SELECT state, reasons FROM verification.staff_matches WHERE staff_id = %s", [id]
        )
        return await cursor.fetchone()

    async def withdrawn(self, id: str = "post") -> str | None:
        """Why what was confirmed of a post holds no more; None: it does, or nothing was."""
        cursor = await self.conn.execute(
            "SELECT withdrawn_reason FROM people.verified_staff WHERE staff_id = %s", [id]
        )
        (reason,) = await cursor.fetchone() or (None,)
        return reason  # type: ignore[no-any-return]
