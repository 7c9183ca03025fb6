"""The one door, case by case. In every case a confirmed outsider looks too and sees no one."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import AsyncConnection

from myedu.portal.people import service
from myedu.portal.people.models import Kid, Viewer

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MOTHER, FATHER, GIRL, BOY = "11111111145", "22222222290", "33333333335", "44444444480"
BORN = date(2015, 5, 5)


def viewer(oid: str, snils: str | None, *, level: str = "PR", trusted: bool | None = None) -> Viewer:
    is_trusted = level in ("PR", "KD") if trusted is None else trusted
    return Viewer(uuid4(), oid, snils, is_trusted, level, "Имя", "Фамилия", None)


THE_MOTHER = viewer("100", MOTHER)
THE_FATHER = viewer("200", FATHER)
THE_GIRL = viewer("300", GIRL)
OUTSIDER = viewer("900", "99999999920")


async def family(rows: Any, *, link: dict[str, Any] | None = None, **girl: Any) -> None:
    """A mother and her daughter of eleven in a Moscow school, linked by the export."""
    await rows.school()
    await rows.person("mother", snils=MOTHER, birth_date=date(1985, 1, 1))
    await rows.pupil("girl", **{"snils": GIRL, **girl})
    await rows.guardian_of("mother", "girl", **(link or {}))


async def seen(conn: AsyncConnection, who: Viewer, now: datetime = NOW) -> list[tuple[str, str]]:
    """(person id, relation) of all whom `who` sees; the outsider and the unconfirmed double see no one."""
    assert await service.visible_students(conn, OUTSIDER, now) == []
    unconfirmed = viewer(who.esia_oid, who.snils, level="P")
    assert await service.visible_students(conn, unconfirmed, now) == []
    students = await service.visible_students(conn, who, now)
    return [(student.person_id, student.relation) for student in students]


Arrange = Callable[[AsyncConnection, Any], Awaitable[None]]


def linked(**link: Any) -> Arrange:
    async def arrange(conn: AsyncConnection, rows: Any) -> None:
        await family(rows, link=link)

    return arrange


def girl_is(**girl: Any) -> Arrange:
    async def arrange(conn: AsyncConnection, rows: Any) -> None:
        await family(rows, **girl)

    return arrange


def unlinked_but_esia_says(kid: Kid, **girl: Any) -> Arrange:
    async def arrange(conn: AsyncConnection, rows: Any) -> None:
        await rows.school()
        await rows.pupil("girl", **{"snils": GIRL, **girl})
        await service.remember_kids(conn, "100", [kid], NOW)

    return arrange


def linked_and_esia_says(*, born: date | None = BORN, **link: Any) -> Arrange:
    async def arrange(conn: AsyncConnection, rows: Any) -> None:
        await family(rows, link=link, birth_date=born)
        await service.remember_kids(conn, "100", [Kid(GIRL, None, BORN)], NOW)

    return arrange


HER_GIRL = [("girl", "guardian")]
CASES = {
    "guardian by the export": (linked(), HER_GIRL),
    "guardian from today on": (linked(starts_on=date(2026, 11, 23)), HER_GIRL),
    "guardian from tomorrow on": (linked(starts_on=date(2026, 11, 24)), []),
    "guardian until today": (linked(ends_on=date(2026, 11, 23)), HER_GIRL),
    "guardian until yesterday": (linked(ends_on=date(2026, 11, 22)), []),
    "revoked": (linked(revoked_at=NOW), []),
    "revoked in a minute": (linked(revoked_at=NOW + timedelta(minutes=1)), HER_GIRL),
    "the link is archived": (linked(archived_at=NOW), []),
    "the child is archived": (girl_is(archived_at=NOW), []),
    "left the school yesterday": (girl_is(studies={"ends_on": date(2026, 11, 22)}), []),
    "leaves the school today": (girl_is(studies={"ends_on": date(2026, 11, 23)}), HER_GIRL),
    "comes to the school tomorrow": (girl_is(studies={"starts_on": date(2026, 11, 24)}), []),
    "the enrolment is archived": (girl_is(studies={"archived_at": NOW}), []),
    "the birth date is unknown": (girl_is(birth_date=None), []),
    "the child is of age": (girl_is(birth_date=date(2008, 11, 22)), []),
    "guardian by ESIA alone": (unlinked_but_esia_says(Kid(GIRL, None, BORN)), HER_GIRL),
    "ESIA knows the birth date, the journal doesn't": (
        unlinked_but_esia_says(Kid(GIRL, None, BORN), birth_date=None),
        HER_GIRL,
    ),
    "ESIA and the journal differ on the birth date": (
        unlinked_but_esia_says(Kid(GIRL, None, date(2015, 5, 6))),
        [],
    ),
    "ESIA's child is of age": (
        unlinked_but_esia_says(Kid(GIRL, None, date(2008, 11, 22)), birth_date=None),
        [],
    ),
    "ESIA names another child": (unlinked_but_esia_says(Kid(BOY, None, BORN)), []),
    "both ESIA and the export": (linked_and_esia_says(), HER_GIRL),
    "both, the journal without her birth date": (linked_and_esia_says(born=None), HER_GIRL),
    "ESIA before the export's link begins": (linked_and_esia_says(starts_on=date(2026, 11, 24)), HER_GIRL),
    "ESIA beside an archived link": (linked_and_esia_says(archived_at=NOW), HER_GIRL),
    "revoked beats ESIA": (linked_and_esia_says(revoked_at=NOW), []),
    "ended beats ESIA": (linked_and_esia_says(ends_on=date(2026, 11, 22)), []),
    "revoked beats ESIA when the export names the link no more": (
        linked_and_esia_says(revoked_at=NOW, archived_at=NOW),
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_a_mother_sees(conn: AsyncConnection, rows: Any, case: str) -> None:
    arrange, expected = CASES[case]
    await arrange(conn, rows)
    assert await seen(conn, THE_MOTHER) == expected


async def test_a_pupil_sees_herself_and_not_her_sister(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    await rows.pupil("sister", snils=BOY)
    await rows.guardian_of("mother", "sister")
    assert await seen(conn, THE_GIRL) == [("girl", "self")]


async def test_a_pupil_of_age_sees_herself(conn: AsyncConnection, rows: Any) -> None:
    await family(rows, birth_date=date(2008, 1, 1))
    assert await seen(conn, THE_GIRL) == [("girl", "self")]
    assert await seen(conn, THE_MOTHER) == []


async def test_a_childs_own_account_sees_itself(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    assert await seen(conn, viewer("300", GIRL, level="KD")) == [("girl", "self")]


async def test_a_child_is_nobodys_guardian_whatever_the_journal_says(
    conn: AsyncConnection, rows: Any
) -> None:
    await family(rows)
    await rows.pupil("brother", snils=BOY)
    await rows.guardian_of("girl", "brother")
    assert await seen(conn, viewer("300", GIRL, level="KD")) == [("girl", "self")]


async def test_both_parents_are_equal(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    await rows.person("father", snils=FATHER)
    await rows.guardian_of("father", "girl")
    assert await seen(conn, THE_MOTHER) == await seen(conn, THE_FATHER) == HER_GIRL


async def test_one_parents_revocation_is_not_the_others(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    await rows.person("father", snils=FATHER)
    await rows.guardian_of("father", "girl", revoked_at=NOW)
    await service.remember_kids(conn, "200", [Kid(GIRL, None, BORN)], NOW)
    assert await seen(conn, THE_FATHER) == []
    assert await seen(conn, THE_MOTHER) == HER_GIRL


async def test_guardian_of_one_child_is_not_of_the_sibling(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    await rows.pupil("brother", snils=BOY)
    assert await seen(conn, THE_MOTHER) == HER_GIRL


async def test_a_revocation_closes_every_link_of_the_pair_that_began_before(
    conn: AsyncConnection, rows: Any
) -> None:
    await family(rows)
    await rows.guardian_of("mother", "girl", id="second", revoked_at=NOW - timedelta(days=1))
    assert await seen(conn, THE_MOTHER) == []


async def test_a_link_made_after_a_revocation_counts(conn: AsyncConnection, rows: Any) -> None:
    await family(rows, link={"revoked_at": NOW - timedelta(days=30)})
    await rows.guardian_of("mother", "girl", id="again", starts_on=date(2026, 11, 1))
    assert await seen(conn, THE_MOTHER) == HER_GIRL


async def test_the_export_may_know_the_oid_and_no_snils(conn: AsyncConnection, rows: Any) -> None:
    await rows.school()
    await rows.person("mother", esia_oid="100")
    await rows.pupil("girl")
    await rows.guardian_of("mother", "girl")
    assert await seen(conn, viewer("100", None)) == HER_GIRL


async def test_nobody_is_matched_by_a_missing_snils(conn: AsyncConnection, rows: Any) -> None:
    await rows.school()
    await rows.person("mother")
    await rows.pupil("girl")
    await rows.guardian_of("mother", "girl")
    assert await seen(conn, viewer("100", None)) == []


async def test_names_decide_nothing(conn: AsyncConnection, rows: Any) -> None:
    await rows.school()
    await rows.person("mother", snils=MOTHER, first_name="Алёна", last_name="Королёва")
    await rows.pupil("girl", snils=GIRL, last_name="Королева")
    await rows.guardian_of("mother", "girl")
    await rows.person("namesake", snils=FATHER, first_name="Алёна", last_name="Королёва")
    assert await seen(conn, THE_MOTHER) == HER_GIRL
    assert await seen(conn, THE_FATHER) == []


async def test_one_child_in_two_journals_is_two_rows(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    await rows.school(system_id="s2", time_zone="Asia/Vladivostok")
    await rows.pupil("girl", snils=GIRL, system_id="s2")
    await service.remember_kids(conn, "100", [Kid(GIRL, None, BORN)], NOW)
    students = await service.visible_students(conn, THE_MOTHER, NOW)
    assert [(each.system_id, each.time_zone) for each in students] == [
        ("s1", "Europe/Moscow"),
        ("s2", "Asia/Vladivostok"),
    ]
    assert students[0].child != students[1].child
    assert await service.visible_students(conn, OUTSIDER, NOW) == []


async def test_ids_of_another_region_are_other_people(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    await rows.school(region="25")
    await rows.pupil("girl", region="25", studies={"region": "25"})
    students = await service.visible_students(conn, THE_MOTHER, NOW)
    assert [student.region for student in students] == ["14"]


async def test_a_child_is_one_row_with_the_class_before_the_elective(
    conn: AsyncConnection, rows: Any
) -> None:
    await family(rows)
    elective = {"id": "e2", "person_id": "girl", "organization_id": "o1", "group_id": "g2"}
    await rows.add("enrollments", **elective, starts_on=date(2026, 10, 1))
    (student,) = await service.visible_students(conn, THE_MOTHER, NOW)
    assert (student.group_id, student.group_name, student.grade) == ("g1", "5 «А»", 5)


async def test_the_eldest_comes_first(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    for id, born in (("baby", date(2018, 1, 1)), ("eldest", date(2010, 1, 1))):
        await rows.pupil(id, birth_date=born)
        await rows.guardian_of("mother", id)
    assert [id for id, _ in await seen(conn, THE_MOTHER)] == ["eldest", "girl", "baby"]


EIGHTEENTH = {
    # zone → 23:59 of the day before, by the school's clock: a guardian's last minute
    "Asia/Srednekolymsk": datetime(2026, 11, 23, 12, 59, tzinfo=UTC),
    "Europe/Kaliningrad": datetime(2026, 11, 23, 21, 59, tzinfo=UTC),
}


@pytest.mark.parametrize("zone", EIGHTEENTH)
async def test_the_18th_birthday_begins_at_the_schools_midnight(
    conn: AsyncConnection, rows: Any, zone: str
) -> None:
    await rows.school(time_zone=zone)
    await rows.person("mother", snils=MOTHER)
    await rows.pupil("girl", snils=GIRL, birth_date=date(2008, 11, 24))
    await rows.guardian_of("mother", "girl")
    await service.remember_kids(conn, "100", [Kid(GIRL, None, date(2008, 11, 24))], NOW)
    last_minute = EIGHTEENTH[zone]
    assert await seen(conn, THE_MOTHER, last_minute) == HER_GIRL
    assert await seen(conn, THE_MOTHER, last_minute + timedelta(minutes=1)) == []
    assert await seen(conn, THE_GIRL, last_minute + timedelta(minutes=1)) == [("girl", "self")]


async def test_who_was_born_on_29_february_is_of_age_on_1_march(conn: AsyncConnection, rows: Any) -> None:
    await family(rows, birth_date=date(2008, 2, 29), studies={"starts_on": date(2025, 9, 1)})
    assert await seen(conn, THE_MOTHER, datetime(2026, 2, 28, 9, tzinfo=UTC)) == HER_GIRL
    assert await seen(conn, THE_MOTHER, datetime(2026, 3, 1, 9, tzinfo=UTC)) == []


async def test_a_stranger_and_nobody_are_the_same_error(conn: AsyncConnection, rows: Any) -> None:
    await family(rows)
    (student,) = await service.visible_students(conn, THE_MOTHER, NOW)
    assert await service.visible_student(conn, THE_MOTHER, student.child, NOW) == student
    errors = []
    for child in (student.child, UUID(int=0)):
        with pytest.raises(service.NotVisible) as caught:
            await service.visible_student(conn, OUTSIDER, child, NOW)
        errors.append((type(caught.value), str(caught.value)))
    assert errors[0] == errors[1]


async def test_a_page_that_is_one_statement_reaches_the_child_by_its_index(conn: AsyncConnection) -> None:
    """The function must stay inlinable: a condition outside it has to arrive at persons.public_id."""
    await conn.execute("SET LOCAL enable_seqscan = off")
    cursor = await conn.execute(
        "EXPLAIN SELECT * FROM people.visible_students('1', '2', true, now()) WHERE child = %s", [uuid4()]
    )
    plan = "\n".join(row[0] for row in await cursor.fetchall())
    assert "Function Scan" not in plan
    assert "public_id =" in plan
