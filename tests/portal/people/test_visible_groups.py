"""The door for staff, case by case. In every case outsiders look too and see no group.

What a head confirms and what withdraws it: tests/portal/verification.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection

from myedu.portal.people.models import EsiaMembership, StaffViewer, Viewer
from myedu.portal.people.service import visible_groups

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEACHER, OTHER = "11111111145", "22222222290"
SCHOOL = EsiaMembership("7001", "1021400000014")
ELSEWHERE = EsiaMembership("7002", "1021400000025")


def staff(
    *memberships: EsiaMembership, snils: str | None = TEACHER, oid: str = "100", trusted: bool = True
) -> StaffViewer:
    level = "PR" if trusted else "P"
    viewer = Viewer(uuid4(), oid, snils, trusted, level, "Имя", "Фамилия", date(1980, 1, 1))
    return StaffViewer(viewer, memberships)


async def arrange(rows: Any, *, role: str = "teacher", **post: Any) -> None:
    """A school of two classes and an elective; the teacher's post teaches mathematics to g1."""
    await rows.add(
        "organizations", id="o1", name="Школа № 1", kind="school", time_zone="Asia/Yakutsk", esia_oid="7001"
    )
    await confirmed_school(rows)
    await confirmed_post(rows, "post", system_id=post.get("system_id", "s1"))
    for id, kind, name, year in (
        ("g1", "class", "5 «А»", 2026), ("g2", "class", "6 «А»", 2026), ("old", "class", "4 «А»", 2025),
    ):  # fmt: skip
        await rows.add(
            "groups", id=id, kind=kind, name=name, organization_id="o1", academic_year=year, grade=5
        )
    await rows.person("t", snils=TEACHER, birth_date=date(1980, 1, 1))
    await rows.add("staff", id="post", person_id="t", organization_id="o1", role=role, **post)
    for subject in ("math", "physics"):
        await rows.add("teaching", id=subject, staff_id="post", group_id="g1", subject_id=subject)
    await rows.add("teaching", id="last", staff_id="post", group_id="old", subject_id="math")


async def confirmed_school(rows: Any, id: str = "o1", oid: str = "7001") -> None:
    """A head has said that a school is this organisation of ESIA."""
    await rows.add_confirmed(
        "verified_organizations", organization_id=id, esia_oid=oid, confirmed_at=NOW, confirmed_by=uuid4()
    )


async def confirmed_post(rows: Any, id: str, *, oid: str = "100", system_id: str = "s1") -> None:
    """A head has said whose post it is."""
    whose = {"staff_id": id, "esia_oid": oid, "system_id": system_id}
    await rows.add_confirmed("verified_staff", confirmed_at=NOW, confirmed_by=uuid4(), **whose)


async def seen(conn: AsyncConnection, who: StaffViewer, now: datetime = NOW) -> list[tuple[str, str, list]]:
    """(group, relation, subjects); nothing for anybody who lacks one of the conditions."""
    outsiders = [
        staff(SCHOOL, snils=OTHER, oid="900"),  # ESIA's word without a post in the export
        staff(ELSEWHERE),  # the post without ESIA's word
        staff(),
        staff(SCHOOL, trusted=False),
        staff(SCHOOL, snils=None, oid=""),
        staff(SCHOOL, oid="101"),  # another account with the SNILS, which no head has confirmed
    ]
    for outsider in outsiders:
        assert await visible_groups(conn, outsider, now) == []
    return [(one.group_id, one.relation, one.subject_ids) for one in await visible_groups(conn, who, now)]


async def test_a_teacher_sees_the_groups_of_the_post(conn: AsyncConnection, rows: Any) -> None:
    await arrange(rows)
    assert await seen(conn, staff(ELSEWHERE, SCHOOL)) == [("g1", "teacher", ["math", "physics"])]


async def test_a_class_teacher_sees_the_class_and_a_teacher_both(conn: AsyncConnection, rows: Any) -> None:
    await arrange(rows)
    await rows.add("staff", id="second", person_id="t", organization_id="o1", role="class_teacher")
    assert [relation for _, relation, _ in await seen(conn, staff(SCHOOL))] == ["teacher"]
    await confirmed_post(rows, "second")
    await rows.add("teaching", id="talks", staff_id="second", group_id="g1", subject_id="talks")
    assert await seen(conn, staff(SCHOOL)) == [
        ("g1", "class_teacher", ["talks"]),
        ("g1", "teacher", ["math", "physics"]),
    ]


@pytest.mark.parametrize("role", ["head", "deputy", "administrator"])
async def test_who_leads_the_school_sees_its_groups_of_this_year(
    conn: AsyncConnection, rows: Any, role: str
) -> None:
    await arrange(rows, role=role)
    assert await seen(conn, staff(SCHOOL)) == [("g1", role, ["math", "physics"]), ("g2", role, [])]


async def test_a_group_of_another_school_is_not_seen(conn: AsyncConnection, rows: Any) -> None:
    await arrange(rows, role="head")
    await rows.add(
        "organizations", id="o2", name="Школа № 2", kind="school", time_zone="Asia/Yakutsk", esia_oid="7002"
    )
    other = {"organization_id": "o2", "academic_year": 2026}
    await rows.add("groups", id="g9", kind="class", name="9 «А»", **other)
    await rows.add("teaching", id="lent", staff_id="post", group_id="g9", subject_id="math")
    assert {group for group, _, _ in await seen(conn, staff(SCHOOL))} == {"g1", "g2"}


@pytest.mark.parametrize(
    ("post", "visible"),
    [
        ({"starts_on": date(2026, 11, 23)}, True),
        ({"starts_on": date(2026, 11, 24)}, False),
        ({"ends_on": date(2026, 11, 23)}, True),
        ({"ends_on": date(2026, 11, 22)}, False),
        ({"archived_at": NOW}, False),
        ({"system_id": "s2"}, False),  # of another journal, which has neither school nor group
        ({"role": "cook"}, True),  # an unknown role has what its post teaches
    ],
)
async def test_a_post_counts_on_its_days(
    conn: AsyncConnection, rows: Any, post: dict[str, Any], visible: bool
) -> None:
    await arrange(rows, **post)
    assert bool(await seen(conn, staff(SCHOOL))) is visible


@pytest.mark.parametrize(("hour", "visible"), [(14, True), (15, False)])
async def test_the_day_is_the_schools(conn: AsyncConnection, rows: Any, hour: int, visible: bool) -> None:
    await arrange(rows, ends_on=date(2026, 11, 23))
    now = datetime(2026, 11, 23, hour, tzinfo=UTC)  # midnight in Yakutsk at 15:00
    assert bool(await seen(conn, staff(SCHOOL), now)) is visible


@pytest.mark.parametrize("table", ["organizations", "groups", "persons", "teaching"])
async def test_what_is_archived_gives_nothing(conn: AsyncConnection, rows: Any, table: str) -> None:
    await arrange(rows)
    await conn.execute(f"UPDATE people.{table} SET archived_at = now()")
    assert await seen(conn, staff(SCHOOL)) == []


@pytest.mark.parametrize("columns", ["esia_oid = NULL, ogrn = NULL", "esia_oid = '7009', ogrn = '1'"])
async def test_the_school_is_the_one_that_its_head_confirmed_whatever_the_export_says(
    conn: AsyncConnection, rows: Any, columns: str
) -> None:
    await arrange(rows)
    await conn.execute(f"UPDATE people.organizations SET {columns}")
    assert await seen(conn, staff(SCHOOL)) != []
    assert await seen(conn, staff(EsiaMembership("7009", "1021400000014"))) == []


@pytest.mark.parametrize("table", ["verified_organizations", "verified_staff"])
@pytest.mark.parametrize("how", ["withdrawn", "never confirmed"])
async def test_without_the_heads_word_nothing_is_seen(
    conn: AsyncConnection, rows: Any, table: str, how: str
) -> None:
    await arrange(rows)
    assert await seen(conn, staff(SCHOOL)) != []
    if how == "withdrawn":
        await conn.execute(f"UPDATE people.{table} SET withdrawn_at = now(), withdrawn_reason = 'x'")
    else:
        await conn.execute(f"DELETE FROM people.{table}")
    assert await seen(conn, staff(SCHOOL)) == []
