"""Each reason from what the exports have: what the family is told, what the school."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from psycopg import AsyncConnection

from myedu.portal.access_requests.diagnosis import (
    age_on,
    is_doubtful,
    kid_reason,
    may_be_pupil,
    own_reason,
    school_reasons,
)
from myedu.portal.access_requests.models import FamilyReason, SchoolReason
from myedu.portal.people import service as people
from myedu.portal.people.models import Candidate, Kid, OwnFacts, SoughtChild, Viewer
from tests.portal.conftest import NOON, Rows

SNILS, PARENT, OTHER = "11111111145", "22222222290", "33333333335"
BORN, TODAY = date(2013, 4, 4), NOON.date()
VIEWER = Viewer(uuid4(), "100", PARENT, True, "PR", "Алина", "Чижова", date(1986, 10, 25))
NAMES = {"last_name": "Чижов", "first_name": "Пётр"}


@pytest.fixture
async def school(conn: AsyncConnection, rows: Rows) -> Rows:
    await rows.school()
    kid = Kid(SNILS, None, BORN, "Чижов", "Пётр", None)
    await people.remember_kids(conn, VIEWER.esia_oid, [kid], NOON)
    return rows


async def kid_facts(conn: AsyncConnection) -> OwnFacts:
    own, kid = await people.own_facts(conn, VIEWER, NOON)
    assert (own.asks_for, kid.asks_for) == ("self", "kid")
    return kid


CASES: dict[str, tuple[dict[str, Any] | None, FamilyReason]] = {
    "nobody has the SNILS": (None, "not-found-by-snils"),
    "no SNILS in the journal": ({"snils": None}, "not-found-by-snils"),
    "another SNILS in the journal": ({"snils": OTHER}, "not-found-by-snils"),
    "all agrees": ({}, "shown"),
    "no birth date in the journal": ({"birth_date": None}, "shown"),
    "another name": ({"last_name": "Чижев", "first_name": "Петр"}, "shown"),
    "another birth date": ({"birth_date": date(2013, 4, 5)}, "birth-date-differs"),
    "archived": ({"archived_at": NOON}, "left"),
    "left the class": ({"studies": {"ends_on": TODAY - timedelta(days=2)}}, "not-enrolled"),
    "enrolment archived": ({"studies": {"archived_at": NOON}}, "not-enrolled"),
    "begins later": ({"studies": {"starts_on": TODAY + timedelta(days=5)}}, "not-begun"),
}


@pytest.mark.parametrize("case", CASES)
async def test_why_a_child_of_esia_is_not_shown(conn: AsyncConnection, school: Rows, case: str) -> None:
    changes, reason = CASES[case]
    if changes is not None:
        await school.pupil("kid", **{"snils": SNILS, "birth_date": BORN, **NAMES, **changes})
    facts = await kid_facts(conn)
    assert kid_reason(facts, TODAY) == reason
    visible = await people.visible_students(conn, VIEWER, NOON)
    assert (facts.child is not None) == bool(visible) == (reason == "shown")


@pytest.mark.parametrize(
    "link",
    [
        {"revoked_at": NOON - timedelta(days=9)},
        {"ends_on": TODAY - timedelta(days=9)},
        {"revoked_at": NOON - timedelta(days=9), "archived_at": NOON},
    ],
)
@pytest.mark.parametrize("changes", [{}, {"birth_date": date(2013, 4, 5)}, {"archived_at": NOON}])
async def test_a_closed_link_is_told_as_no_such_snils(
    conn: AsyncConnection, school: Rows, link: dict[str, Any], changes: dict[str, Any]
) -> None:
    await school.pupil("kid", **{"snils": SNILS, "birth_date": BORN, **changes})
    await school.person("me", snils=PARENT)
    await school.guardian_of("me", "kid", **link)
    facts = await kid_facts(conn)
    assert facts.child is None
    assert kid_reason(facts, TODAY) == "not-found-by-snils"


async def test_another_parents_closed_link_changes_nothing(conn: AsyncConnection, school: Rows) -> None:
    await school.pupil("kid", snils=SNILS, birth_date=date(2013, 4, 5))
    await school.person("other", snils=OTHER)
    await school.guardian_of("other", "kid", revoked_at=NOON - timedelta(days=9))
    assert kid_reason(await kid_facts(conn), TODAY) == "birth-date-differs"


async def test_nothing_is_said_of_anybody_elses_snils(conn: AsyncConnection, school: Rows) -> None:
    await school.pupil("stranger", snils=OTHER, **NAMES, birth_date=BORN)
    facts = await people.own_facts(conn, VIEWER, NOON)
    assert [(one.snils, one.current, one.archived) for one in facts] == [(PARENT, 0, 0), (SNILS, 0, 0)]


async def test_of_full_age(conn: AsyncConnection, school: Rows) -> None:
    facts = await kid_facts(conn)
    assert kid_reason(facts, date(2031, 4, 3)) == "not-found-by-snils"
    assert kid_reason(facts, date(2031, 4, 4)) == "adult"
    assert age_on(date(2012, 2, 29), date(2030, 2, 28)) == 17


def own(**changes: Any) -> OwnFacts:
    facts: dict[str, Any] = {
        "asks_for": "self", "snils": PARENT, "last_name": None, "first_name": None, "middle_name": None,
        "birth_date": None, "child": None, "current": 0, "archived": 0, "same_birth_date": False,
        "barred": False, "studies": False, "begins_on": None,
    }  # fmt: skip
    return OwnFacts(**{**facts, **changes})


def viewer(**changes: Any) -> Viewer:
    fields = {name: getattr(VIEWER, name) for name in VIEWER.__struct_fields__}
    return Viewer(**{**fields, **changes})


def test_why_ones_own_diary_is_not_shown() -> None:
    assert own_reason(viewer(), own()) == "not-found-by-snils"
    assert own_reason(viewer(trusted=False), own()) == "account-not-confirmed"
    assert own_reason(viewer(snils=None), own(snils=None)) == "no-own-snils"
    assert own_reason(viewer(), own(archived=1)) == "left"
    assert own_reason(viewer(), own(current=1)) == "not-enrolled"
    assert own_reason(viewer(), own(current=1, begins_on=TODAY)) == "not-begun"
    assert own_reason(viewer(), own(current=1, studies=True)) == "school-must-check"
    assert own_reason(viewer(), own(child=uuid4())) == "shown"


def test_parents_need_not_read_why_they_have_no_diary() -> None:
    assert not may_be_pupil(viewer(), own(), TODAY)
    assert may_be_pupil(viewer(birth_date=date(2010, 1, 1)), own(), TODAY)
    assert may_be_pupil(viewer(), own(current=1, studies=True), TODAY)


async def test_children_without_snils_are_counted(conn: AsyncConnection) -> None:
    await people.remember_kids(conn, "100", [], NOON, incomplete=2)
    assert await people.incomplete_kids(conn, VIEWER) == 2
    await people.remember_kids(conn, "100", [], NOON)
    assert await people.incomplete_kids(conn, VIEWER) == 0


def sought(**changes: Any) -> SoughtChild:
    return SoughtChild(**{"asks_for": "kid", "snils": SNILS, "birth_date": BORN, **NAMES, **changes})


async def found(conn: AsyncConnection, child: SoughtChild) -> list[Candidate]:
    return await people.candidates(
        conn, ("14", "s1", "o1"), child, asker_oid=VIEWER.esia_oid, asker_snils=PARENT, today=TODAY
    )


SCHOOL_CASES: dict[str, tuple[dict[str, Any] | None, list[SchoolReason]]] = {
    "nobody": (None, ["no-candidate"]),
    "all agrees": ({"snils": SNILS}, ["agrees"]),
    "no SNILS": ({"snils": None}, ["snils-missing"]),
    "another SNILS": ({"snils": OTHER}, ["snils-differs"]),
    "e for yo": ({"snils": SNILS, "first_name": "Петр"}, ["name-yo"]),
    "another name": ({"snils": SNILS, "last_name": "Стрижов"}, ["name-differs"]),
    "another birth date": ({"snils": SNILS, "birth_date": date(2014, 4, 4)}, ["birth-date-differs"]),
    "no birth date": ({"snils": None, "birth_date": None}, ["snils-missing", "birth-date-missing"]),
    "left": ({"snils": SNILS, "studies": {"ends_on": date(2026, 10, 1)}}, ["not-enrolled"]),
    "archived": ({"snils": SNILS, "archived_at": NOON}, ["archived"]),
    "only the last name": ({"snils": OTHER, "first_name": "Олег"}, ["snils-differs", "name-differs"]),
    "only the names of another year": (
        {"snils": OTHER, "first_name": "Олег", "birth_date": None},
        ["no-candidate"],
    ),
}


@pytest.mark.parametrize("case", SCHOOL_CASES)
async def test_what_the_school_is_told(conn: AsyncConnection, rows: Rows, case: str) -> None:
    changes, reasons = SCHOOL_CASES[case]
    await rows.school()
    if changes is not None:
        await rows.pupil("kid", **{"birth_date": BORN, **NAMES, **changes})
    assert school_reasons(sought(), await found(conn, sought())) == reasons


async def test_two_candidates(conn: AsyncConnection, rows: Rows) -> None:
    await rows.school()
    await rows.pupil("one", **NAMES, birth_date=BORN)
    await rows.pupil("two", **{**NAMES, "first_name": "Петр"}, birth_date=BORN)
    pupils = await found(conn, sought())
    assert is_doubtful(sought(), pupils)
    assert school_reasons(sought(), pupils)[:2] == ["two-candidates", "snils-missing"]


async def test_links_of_a_typed_child(conn: AsyncConnection, rows: Rows) -> None:
    typed = sought(asks_for="typed", snils=None)
    await rows.school()
    await rows.pupil("kid", **NAMES, birth_date=BORN, snils=SNILS)
    assert school_reasons(typed, await found(conn, typed)) == ["no-guardian"]
    await rows.person("other", snils=OTHER)
    await rows.guardian_of("other", "kid")
    assert school_reasons(typed, await found(conn, typed)) == ["other-guardians"]
    await people.remember_kids(conn, "200", [Kid(SNILS, None, BORN)], NOON)
    assert school_reasons(typed, await found(conn, typed)) == ["other-guardians", "kid-of-another"]
    await rows.person("me", snils=PARENT)
    await rows.guardian_of("me", "kid", revoked_at=NOON)
    assert school_reasons(typed, await found(conn, typed)) == ["closed-link"]
    assert school_reasons(sought(), await found(conn, sought())) == ["closed-link"]
    await conn.execute("UPDATE people.guardianships SET revoked_at = NULL")
    assert school_reasons(typed, await found(conn, typed)) == ["agrees"]


async def test_pupils_of_other_schools_are_no_candidates(conn: AsyncConnection, rows: Rows) -> None:
    await rows.school()
    await rows.add("organizations", id="o2", name="Школа № 2", kind="school", time_zone="UTC")
    await rows.add(
        "groups", id="g3", kind="class", name="5 «А»", organization_id="o2", academic_year=2026, grade=5
    )
    await rows.pupil("kid", **NAMES, birth_date=BORN, snils=SNILS,
                     studies={"organization_id": "o2", "group_id": "g3"})  # fmt: skip
    assert await found(conn, sought()) == []
