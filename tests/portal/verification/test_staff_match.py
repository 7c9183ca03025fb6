"""Posts and ESIA's people: each case in which a person is waiting, differing or verified, and why."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection

from myedu.portal.people import service as people
from myedu.portal.people.models import EsiaMembership, Place, StaffViewer, Viewer
from myedu.portal.people.service import visible_groups
from myedu.portal.verification.service import match_region
from myedu.portal.verification.staff_matching import due_regions, erase_persons, match_part
from myedu.portal.verification.staff_models import DIFFERING, REASONS, WAITING
from tests.portal.conftest import NOON, Rows
from tests.portal.verification.staff_rows import (
    BORN,
    OID,
    OTHER_SNILS,
    SCHOOL_OID,
    SNILS,
    StaffRows,
)

NIGHT = timedelta(days=1)


@pytest.fixture
def staff(conn: AsyncConnection, rows: Rows) -> StaffRows:
    return StaffRows(conn, rows)


@pytest.mark.parametrize(
    "at_esia",
    [
        {},
        {"last_name": "СОЛОВЬЕВА"},
        {"first_name": " наталья  ", "middle_name": None},
        {"last_name": "Соловьёва", "birth_date": None},
    ],
    ids=["the same", "ё, capitals", "spaces, no patronymic", "no birth date"],
)
async def test_whom_esia_names_alike_waits_for_the_head(staff: StaffRows, at_esia: dict[str, Any]) -> None:
    await staff.school()
    await staff.post()
    await staff.employee(**at_esia)
    assert await staff.matched() == ("waiting", ["head-not-confirmed"])


@pytest.mark.parametrize(
    ("one", "other"), [("Римская-Корсакова", "Римская – корсакова"), ("ван дер Аа", "Ван  дер  Аа")]
)
async def test_hyphens_and_spaces_are_no_difference(staff: StaffRows, one: str, other: str) -> None:
    await staff.school()
    await staff.post(last_name=one)
    await staff.employee(last_name=other)
    assert await staff.matched() == ("waiting", ["head-not-confirmed"])


@pytest.mark.parametrize(
    ("at_esia", "reasons"),
    [
        ({"last_name": "Петрова"}, ["name-differs"]),
        ({"first_name": "Наталия"}, ["name-differs"]),
        ({"middle_name": "Ивановна"}, ["name-differs"]),
        ({"birth_date": date(1980, 1, 2)}, ["birth-date-differs"]),
        ({"last_name": "Петрова", "birth_date": date(1981, 1, 1)}, ["name-differs", "birth-date-differs"]),
    ],
)
async def test_what_differs_is_never_equal(
    staff: StaffRows, at_esia: dict[str, Any], reasons: list[str]
) -> None:
    await staff.school()
    await staff.post()
    await staff.employee(**at_esia)
    assert await staff.matched() == ("differing", [*reasons, "head-not-confirmed"])


async def test_a_row_without_identifiers_is_matched_with_nobody(staff: StaffRows) -> None:
    await staff.school()
    await staff.post(snils=None)
    await staff.employee()
    assert await staff.matched() == ("differing", ["snils-missing"])


async def test_one_snils_in_two_persons_is_a_guess(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.rows.person("another", snils=SNILS, last_name="Козлов", first_name="Пётр")
    await staff.employee()
    assert await staff.matched() == ("differing", ["snils-of-another", "head-not-confirmed"])


async def test_two_rows_of_one_person_are_told(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.post("second", "t2", last_name="Соловьева")
    await staff.employee()
    twice = ("differing", ["twice-in-export", "head-not-confirmed"])
    assert await staff.matched() == twice
    assert await staff.matched(id="second") == twice


async def test_the_same_person_in_another_system_is_no_difference(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.rows.person("t", snils=SNILS, last_name="Соловьёва", first_name="Наталья", system_id="s2")
    await staff.employee()
    assert await staff.matched() == ("waiting", ["head-not-confirmed"])


async def test_identifiers_of_two_people_are_candidates(staff: StaffRows) -> None:
    await staff.school()
    await staff.post(esia_oid="200")
    await staff.employee()
    await staff.employee(oid="200", snils=OTHER_SNILS)
    assert await staff.matched() == ("differing", ["two-at-esia", "head-not-confirmed"])


async def test_the_oid_alone_is_enough(staff: StaffRows) -> None:
    await staff.school()
    await staff.post(snils=None, esia_oid=OID)
    await staff.employee(snils=None)
    assert await staff.matched() == ("waiting", ["head-not-confirmed"])


async def test_until_esia_says_something_a_teacher_has_to_sign_in(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    assert await staff.matched() == ("waiting", ["not-signed-in"])
    await staff.account(school=None)
    assert await staff.matched() == ("waiting", ["not-signed-in"]), "an account with no role says nothing"
    await staff.employee(oid="300", snils=OTHER_SNILS)
    assert await staff.matched() == ("waiting", ["unknown-at-esia"])


async def test_the_role_of_who_has_signed_in_counts(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.account()
    assert await staff.matched() == ("waiting", ["head-not-confirmed"])


async def test_of_esias_words_the_newest_counts(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.account(seen_at=NOON - 3 * NIGHT)
    await staff.employee(oid="300", snils=OTHER_SNILS, seen_at=NOON - 2 * NIGHT)
    assert await staff.matched() == ("waiting", ["unknown-at-esia"]), "the list is newer"
    await staff.conn.execute("UPDATE identity.account_roles SET seen_at = %s", [NOON - NIGHT])
    assert await staff.matched() == ("waiting", ["head-not-confirmed"]), "the sign-in is newer"


async def test_another_schools_employee_is_nobody_here(staff: StaffRows) -> None:
    await staff.school()
    await staff.school("o2", oid="7002")
    await staff.post()
    await staff.employee(school="7002", last_name="Петрова")
    await staff.account(school="7002", last_name="Петрова")
    assert await staff.matched() == ("waiting", ["not-signed-in"])


async def test_an_account_that_is_not_confirmed_waits(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.employee()
    await staff.account(level="P", school=None, seen_at=NOON - 2 * NIGHT)
    assert await staff.matched() == ("waiting", ["account-unconfirmed", "head-not-confirmed"])


async def test_a_school_that_nobody_has_confirmed_keeps_its_staff_waiting(staff: StaffRows) -> None:
    await staff.school(oid=None)
    await staff.post()
    await staff.employee(last_name="Петрова")
    assert await staff.matched() == ("waiting", ["school-unconfirmed"])


async def test_confirmed_is_verified_and_what_differs_remains_a_remark(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.employee(last_name="Петрова")
    await staff.confirm()
    assert await staff.matched() == ("verified", ["name-differs"])
    assert await staff.withdrawn() is None


@pytest.mark.parametrize(
    ("statement", "reason", "found"),
    [
        ("UPDATE people.staff SET archived_at = now()", "post-ended", ("differing", ["post-ended"])),
        ("UPDATE people.persons SET archived_at = now()", "post-ended", ("differing", ["post-ended"])),
        ("UPDATE people.staff SET ends_on = '2026-11-22'", "post-ended", ("differing", ["post-ended"])),
        (
            "UPDATE verification.esia_employees SET person_oid = '300', snils = NULL",
            "not-employed-at-esia",
            ("differing", ["not-employed-at-esia"]),
        ),
        (
            "UPDATE people.verified_organizations SET withdrawn_at = now(), withdrawn_reason = 'x'",
            "school-unconfirmed",
            ("waiting", ["school-unconfirmed"]),
        ),
        (
            "UPDATE people.persons SET snils = '22222222290'; INSERT INTO verification.esia_employees"
            " SELECT organization_oid, '300', last_name, first_name, middle_name, '22222222290', birth_date,"
            " position, chief, seen_at FROM verification.esia_employees",
            "another-person",
            ("waiting", ["head-not-confirmed"]),
        ),
    ],
)
async def test_what_was_confirmed_is_withdrawn(
    staff: StaffRows, statement: str, reason: str, found: tuple[str, list[str]]
) -> None:
    await arrange_class(staff)
    assert await staff.matched() == ("verified", [])
    assert await seen(staff) == ["g1"]
    await staff.conn.execute(statement)
    assert await staff.matched(NOON + NIGHT) == found
    assert await staff.withdrawn() == reason
    assert await seen(staff) == []
    lines = await staff.conn.execute(
        "SELECT actor_relation, person_id, detail FROM audit.lines WHERE action = 'staff.withdraw'"
    )
    assert await lines.fetchall() == [("system", "t", {"post": "post", "reason": reason})]
    assert (await match_region(staff.conn, "14", NOON + 2 * NIGHT)).withdrawn == 0, "once"


async def test_a_role_that_the_persons_own_roles_lack_is_withdrawn(staff: StaffRows) -> None:
    await arrange_class(staff, seen_at=NOON - 3 * NIGHT)
    await staff.account(school=None, seen_at=NOON - 2 * NIGHT)
    assert await staff.matched() == ("differing", ["not-employed-at-esia"])
    assert await seen(staff) == []


async def test_while_esia_is_silent_nothing_is_withdrawn(staff: StaffRows) -> None:
    await arrange_class(staff)
    await staff.conn.execute("DELETE FROM verification.esia_employees")
    await staff.account(school=None)
    await staff.conn.execute("UPDATE identity.accounts SET roles_seen_at = NULL")
    found = await staff.matched()
    assert found is not None
    assert found[0] == "verified"


async def test_what_the_head_declines_is_not_confirmed_by_the_night(staff: StaffRows) -> None:
    await arrange_class(staff)
    await staff.decline()
    assert await staff.matched() == ("differing", ["declined-by-head"])
    assert await seen(staff) == []
    assert await staff.matched(NOON + NIGHT) == ("differing", ["declined-by-head"])


async def test_a_post_that_ended_is_shown_for_a_month(staff: StaffRows) -> None:
    await arrange_class(staff)
    await staff.conn.execute("UPDATE people.staff SET archived_at = %s", [NOON])
    assert await staff.matched() == ("differing", ["post-ended"])
    assert await staff.matched(NOON + 29 * NIGHT) == ("differing", ["post-ended"])
    assert await staff.matched(NOON + 31 * NIGHT) is None


async def test_the_head_who_confirmed_the_school_has_their_own_post(staff: StaffRows) -> None:
    head = await staff.account(chief=True)
    await staff.school(head=head)
    await staff.post(role="head")
    await staff.post("another", "t2", role="head", snils=OTHER_SNILS)
    await staff.account(oid="200", snils=OTHER_SNILS, chief=True)
    assert await staff.matched() == ("verified", [])
    assert await staff.matched(id="another") == ("waiting", ["head-not-confirmed"]), "did not confirm it"
    lines = await staff.conn.execute("SELECT actor_account, action, detail FROM audit.lines")
    assert await lines.fetchall() == [(head, "staff.confirm", {"post": "post", "reason": "own-post"})]


@pytest.mark.parametrize("lacks", ["chief", "the name"])
async def test_a_head_of_whom_anything_differs_confirms_as_others_do(staff: StaffRows, lacks: str) -> None:
    head = await staff.account(chief=lacks != "chief", **({"last_name": "Я"} if lacks == "the name" else {}))
    await staff.school(head=head)
    await staff.post(role="head")
    found = await staff.matched()
    assert found is not None
    assert "head-not-confirmed" in found[1]


async def test_only_what_has_changed_is_written(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.post("second", "t2", snils=OTHER_SNILS)
    await staff.employee()
    assert (await match_region(staff.conn, "14", NOON)).changed == 2
    await staff.conn.execute("UPDATE verification.esia_employees SET seen_at = seen_at + interval '1 day'")
    result = await match_region(staff.conn, "14", NOON + NIGHT)
    assert (result.posts, result.changed) == (2, 0)
    await staff.conn.execute("UPDATE people.persons SET snils = NULL WHERE id = 't'")
    assert (await match_region(staff.conn, "14", NOON + NIGHT)).changed == 1
    await staff.conn.execute("UPDATE people.staff SET archived_at = now() WHERE id = 'second'")
    assert (await match_region(staff.conn, "14", NOON + NIGHT)).changed == 1
    cursor = await staff.conn.execute("SELECT staff_id FROM verification.staff_matches")
    assert await cursor.fetchall() == [("post",)]


async def test_a_school_is_matched_without_its_region(staff: StaffRows) -> None:
    await staff.school()
    await staff.school("o2", oid="7002")
    await staff.post()
    await staff.post("second", "t2", school="o2", snils=OTHER_SNILS)
    school = {"region": "14", "system_id": "s1", "organization_id": "o2"}
    result = await match_part(staff.conn, NOON, **school)
    assert result is not None
    assert (result.posts, result.changed) == (1, 1)
    assert await staff.matched() == ("waiting", ["not-signed-in"])
    result = await match_part(staff.conn, NOON, **school, person_id="t")
    assert result is not None
    assert (result.posts, result.changed) == (0, 0)


async def test_a_region_is_due_when_other_packages_are_in_force(staff: StaffRows) -> None:
    await staff.conn.execute(
        "INSERT INTO people.systems (id, region, name, base_url, client_id, registered_at)"
        " VALUES ('s1', '14', 'Журнал', 'http://127.0.0.1', 'myedu', now())"
    )
    assert await due_regions(staff.conn) == []
    package = (
        "INSERT INTO exports.packages"
        " (system_id, export_id, region, mode, created_at, received_at, applied_at, state)"
        " VALUES ('s1', gen_random_uuid(), '14', 'full', %s, now(), now(), 'applied')"
    )
    for night in range(2):
        await staff.conn.execute(package, [NOON + night * NIGHT])
        assert await due_regions(staff.conn) == ["14"]
        await match_region(staff.conn, "14", NOON)
        assert await due_regions(staff.conn) == []
    await staff.conn.execute(
        "UPDATE exports.packages SET state = 'rolled-back', code = 'x', reason = 'x', applied_at = NULL"
        " WHERE created_at > %s",
        [NOON],
    )
    assert await due_regions(staff.conn) == ["14"], "an operator rolled the last one back"


async def test_what_is_kept_of_erased_persons_goes(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.post("stays", "t2", snils=OTHER_SNILS)
    await staff.decline()
    await staff.decline("stays", "t2")
    await staff.matched()
    await staff.conn.execute(
        "INSERT INTO people.erased VALUES ('14', 's1', 't', gen_random_uuid(), %s)", [SNILS]
    )
    await erase_persons(staff.conn, "14", "s1")
    for table in ("staff_matches", "staff_declined"):
        cursor = await staff.conn.execute(f"SELECT staff_id FROM verification.{table}")
        assert await cursor.fetchall() == [("stays",)]


async def test_what_was_confirmed_of_erased_posts_goes(staff: StaffRows) -> None:
    await staff.school()
    await staff.post()
    await staff.confirm()
    await staff.confirm("erased")
    await people.erase_staff(staff.conn, Place("14", "s1"))
    cursor = await staff.conn.execute("SELECT staff_id FROM people.verified_staff")
    assert await cursor.fetchall() == [("post",)]


def test_every_reason_is_of_one_kind() -> None:
    assert len(set(REASONS)) == len(DIFFERING) + len(WAITING)


async def arrange_class(staff: StaffRows, **at_esia: Any) -> None:
    """A verified teacher with a class."""
    await staff.school()
    await staff.post()
    await staff.rows.add(
        "groups", id="g1", kind="class", name="5 «А»", organization_id="o1", academic_year=2026, grade=5
    )
    await staff.rows.add("teaching", id="l1", staff_id="post", group_id="g1", subject_id="math")
    await staff.employee(**at_esia)
    await staff.confirm()


async def seen(staff: StaffRows) -> list[str]:
    """The groups that the teacher sees; outsiders see none."""
    role = (EsiaMembership(SCHOOL_OID),)

    def viewer(oid: str, snils: str) -> Viewer:
        return Viewer(uuid4(), oid, snils, True, "PR", "Имя", "Фамилия", BORN)

    for outsider in (
        StaffViewer(viewer("900", OTHER_SNILS), role),  # works there, has no post
        StaffViewer(viewer("901", SNILS), role),  # another account with the SNILS
        StaffViewer(viewer(OID, SNILS), (EsiaMembership("7002"),)),  # ESIA names another school
        StaffViewer(viewer(OID, SNILS), ()),
    ):
        assert await visible_groups(staff.conn, outsider, NOON) == []
    found = await visible_groups(staff.conn, StaffViewer(viewer(OID, SNILS), role), NOON)
    return [group.group_id for group in found]
