"""Whose sessions are whose."""

from myedu.connector.adapters.oneroster.calendars import Session, sessions_of_schools


def session(name: str, parent: str | None = "y", kind: str = "term", starts: str = "2026-09-01") -> Session:
    return Session(name, parent, kind, "2027", starts)


YEAR = session("y", None, "schoolYear")
QUARTERS = [session(f"q{n}", "y", "gradingPeriod", f"2026-0{n}-01") for n in (2, 1)]
OF_A, OF_B = [session("a1"), session("a2", starts="2027-01-01")], [session("b1"), session("b2")]


def shared(sessions: list[Session], **named: str) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for row in sessions_of_schools(sessions, {school: ids.split() for school, ids in named.items()}):
        found.setdefault(row.school, []).append(row.session)
    return {school: " ".join(sorted(ids)) for school, ids in found.items()}


def test_a_school_has_what_it_names_with_the_parents_and_the_whole_family() -> None:
    assert shared([YEAR, *QUARTERS], s="q1") == {"s": "q1 q2 y"}


def test_a_family_that_nobody_names_belongs_to_all_who_have_the_parent() -> None:
    assert shared([YEAR, *QUARTERS, session("z", None)], s="y", t="y") == {"s": "q1 q2 y", "t": "q1 q2 y"}


def test_terms_of_one_school_are_not_given_to_its_neighbour() -> None:
    assert shared([YEAR, *OF_A, *OF_B], a="a1 a2", b="b1 b2") == {"a": "a1 a2 y", "b": "b1 b2 y"}
    assert shared([YEAR, *OF_A], a="a1", b="y") == {"a": "a1 a2 y", "b": "y"}


def test_schools_with_a_common_term_share_a_calendar() -> None:
    assert shared([YEAR, *OF_A, *OF_B], a="a1", b="b1", c="a1 a2") == {
        "a": "a1 a2 y",
        "b": "b1 y",
        "c": "a1 a2 y",
    }


def test_what_hangs_below_goes_with_its_parent() -> None:
    below = [session("m1", "a1", "gradingPeriod"), session("m2", "b1", "gradingPeriod")]
    assert shared([YEAR, *OF_A, *OF_B, *below], a="a1", b="b1") == {"a": "a1 m1 y", "b": "b1 m2 y"}


def test_sessions_are_numbered_among_the_school_s_own() -> None:
    rows = [*sessions_of_schools([YEAR, *QUARTERS, *OF_B], {"s": ["q1"], "t": ["b1"]})]
    assert {(row.session, row.number, row.siblings) for row in rows if row.school == "s"} == {
        ("y", 1, 1), ("q1", 1, 2), ("q2", 2, 2),
    }  # fmt: skip
