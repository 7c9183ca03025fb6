"""A bulk set: what each file becomes, and which rows are rejected while the others are taken."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.translate import joined_id
from myedu.contract import tables
from myedu.contract.tables import REFERENCES, TABLES
from tests.connector.adapters.oneroster.conftest import NOW, Convert
from tests.connector.adapters.oneroster.sets import (
    a_set,
    altered,
    files_of,
    row_of,
    without,
    write_folder,
    write_zip,
)


def test_a_set_becomes_a_full_package_that_holds_to_the_contract(convert: Convert) -> None:
    made = convert(a_set())

    assert (made.manifest.mode, made.manifest.base, made.manifest.region) == ("full", None, "16")
    assert made.manifest.system.vendor == "Журнал «Образец»"
    assert {table: len(made.rows(table)) for table in TABLES} == {
        "organizations": 2, "periods": 5, "groups": 3, "subjects": 1, "persons": 5,
        "enrollments": 3, "guardianships": 3, "staff": 2, "teaching": 1,
    }  # fmt: skip
    assert made.report.problem_counts == {}
    for table, references in REFERENCES.items():
        for column, target in references.items():
            named = {getattr(row, column) for row in made.rows(table).values()} - {None}
            assert named <= set(made.rows(target)), (table, column)


def test_a_zip_gives_the_same_package_as_a_folder(convert: Convert, tmp_path: Path) -> None:
    folder = convert(a_set())
    archive = convert(write_zip(tmp_path / "set.zip", files_of(a_set())))
    assert {table: set(archive.rows(table)) for table in TABLES} == {
        table: set(folder.rows(table)) for table in TABLES
    }


def test_sessions_become_the_periods_of_each_school_that_uses_them(convert: Convert) -> None:
    periods = convert(a_set()).rows("periods")
    assert periods["s1~y26"] == tables.Period(
        id="s1~y26", updated_at=NOW, organization_id="s1", academic_year=2026, kind="year", number=1,
        name="2026/27", starts_on=date(2026, 9, 1), ends_on=date(2027, 5, 31),
    )  # fmt: skip
    second = periods["s1~q2"]
    assert (second.kind, second.number, second.parent_id) == ("quarter", 2, "s1~y26")
    assert (second.starts_on, second.ends_on) == (date(2026, 11, 5), date(2026, 12, 28))


@pytest.mark.parametrize(("left", "kind"), [(2, "half"), (3, "trimester"), (4, "quarter"), (1, "module")])
def test_how_many_periods_there_are_names_them(convert: Convert, left: int, kind: str) -> None:
    gone = [f"q{number}" for number in range(left + 1, 5)]
    rows = altered(without(a_set(), "academicSessions", *gone), "classes", "c9b", termSourcedIds="q1")
    assert convert(rows).rows("periods")["s1~q1"].kind == kind


def test_classes_become_groups(convert: Convert) -> None:
    groups = convert(a_set()).rows("groups")
    assert groups["c9b"] == tables.Group(
        id="c9b", updated_at=NOW, organization_id="s1", academic_year=2026, kind="class", name="9 «б»",
        grade=9, letter="Б",
    )  # fmt: skip
    assert (groups["a9b"].kind, groups["a9b"].grade, groups["a9b"].letter) == ("subgroup", 9, None)
    assert (groups["el"].kind, groups["el"].grade) == ("elective", None)


def test_a_class_without_grades_takes_the_course_s_or_its_name_s(convert: Convert) -> None:
    rows = altered(altered(a_set(), "classes", "c9b", grades=""), "classes", "el", grades="")
    groups = convert(altered(rows, "courses", "alg9", grades="11")).rows("groups")
    assert (groups["c9b"].grade, groups["el"].grade) == (9, 11)


def test_a_class_without_terms_takes_the_year_of_its_course(convert: Convert) -> None:
    made = convert(altered(a_set(), "classes", "el", termSourcedIds=""))
    assert made.rows("groups")["el"].academic_year == 2026


def test_users_become_persons(convert: Convert) -> None:
    persons = convert(a_set()).rows("persons")
    assert persons["p1"] == tables.Person(
        id="p1", updated_at=NOW, last_name="Ковалёв", first_name="Илья", middle_name="Ильич",
        birth_date=date(2011, 5, 6), sex="m", snils="11223344595",
    )  # fmt: skip
    assert (persons["p2"].sex, persons["t1"].birth_date) == ("f", None)


def test_enrollments_become_studies_teaching_and_the_class_teacher(convert: Convert) -> None:
    made = convert(a_set())
    studies = made.rows("enrollments")
    assert (studies["e1"].starts_on, studies["e1"].ends_on) == (date(2026, 9, 3), date(2027, 5, 31))
    assert (studies["e2"].starts_on, studies["e2"].ends_on) == (date(2026, 9, 1), None)  # its terms begin
    (teaching,) = made.rows("teaching").values()
    assert (teaching.id, teaching.staff_id, teaching.group_id, teaching.subject_id) == (
        "e4",
        "r-t1",
        "a9b",
        "alg9",
    )
    staff = made.rows("staff")
    assert (staff["r-t1"].role, staff["r-t1"].starts_on) == ("teacher", date(2015, 8, 25))
    assert (staff["class-teacher~e5"].role, staff["class-teacher~e5"].person_id) == ("class_teacher", "t1")


def test_agents_become_guardianships_once_in_either_direction(convert: Convert) -> None:
    links = convert(a_set()).rows("guardianships")
    described = {
        key: (row.guardian_id, row.child_id, row.relation, row.starts_on) for key, row in links.items()
    }
    assert described == {
        "m1~p1": ("m1", "p1", "parent", date(2020, 9, 1)),
        "m1~p2": ("m1", "p2", "parent", date(2020, 9, 1)),
        "g1~p1": ("g1", "p1", "guardian", date(2026, 9, 1)),  # without a date: the set's first day
    }  # fmt: skip


def test_a_relative_is_not_a_legal_representative(convert: Convert) -> None:
    made = convert(altered(a_set(), "roles", "r-g1", role="relative"))
    assert "g1~p1" not in made.rows("guardianships")
    assert any("relative is not a legal" in item.reason for item in made.report.no_place)


def test_between_two_guardians_the_student_is_the_child(convert: Convert) -> None:
    rows = a_set()
    rows["roles"].append({**rows["roles"][1], "sourcedId": "r-p2b", "role": "guardian"})
    assert "m1~p2" in convert(rows).rows("guardianships")
    made = convert(without(rows, "roles", "r-p2"))
    assert made.codes("users") == {"who-is-guardian": 2}  # the rows of both name the other
    assert "m1~p2" not in {row["id"] for row in made.raw["guardianships"]}


def test_agents_who_are_not_guardians_have_no_place(convert: Convert) -> None:
    made = convert(altered(a_set(), "roles", "r-g1", role="aide"))
    assert set(made.rows("guardianships")) == {"m1~p1", "m1~p2"}
    assert made.rows("staff")["r-g1"].role == "aide"
    assert any("neither is a parent or guardian" in item.reason for item in made.report.no_place)


def test_a_teacher_who_works_elsewhere_teaches_by_that_role(convert: Convert) -> None:
    rows = altered(a_set(), "roles", "r-t1", orgSourcedId="d1")
    assert convert(rows).rows("teaching")["e4"].staff_id == "r-t1"
    made = convert(without(rows, "roles", "r-t1"))
    assert made.codes("enrollments") == {"no-role-at-school": 1}


def test_a_teacher_of_two_places_teaches_by_the_role_at_the_school(convert: Convert) -> None:
    rows = a_set()
    rows["roles"] += [
        row_of(rows, "roles", "r-t1", sourcedId="a", orgSourcedId="d1"),
        row_of(rows, "roles", "r-t1", sourcedId="b", role="counselor"),
    ]
    assert convert(rows).rows("teaching")["e4"].staff_id == "r-t1"


def test_zones_of_single_organisations(convert: Convert) -> None:
    organizations = convert(a_set(), zones={"s1": "Asia/Yakutsk"}).rows("organizations")
    assert {row.id: row.time_zone for row in organizations.values()} == {
        "d1": "Europe/Moscow",
        "s1": "Asia/Yakutsk",
    }
    with pytest.raises(OneRosterError, match=r"'s9', which isn't in orgs\.csv"):
        convert(a_set(), zones={"s9": "Asia/Yakutsk"})


def test_the_report_names_what_has_no_place(convert: Convert) -> None:
    rows = a_set() | {
        "results": [{"sourcedId": "x1"}, {"sourcedId": "x2"}],
        "userProfiles": [{"sourcedId": "u1", "password": "geheim"}],
    }
    report = convert(rows).report
    found = {(item.file, item.column): (item.count, item.reason) for item in report.no_place}
    assert found[("results.csv", None)] == (2, "marks are read on demand, not exported")
    assert found[("userProfiles.csv", None)][0] == 1
    assert found[("users", "email")][0] == 1
    assert found[("orgs", "identifier")][0] == 1
    assert found[("demographics", "cityOfBirth")] == (1, "the contract holds neither origin nor birthplace")
    assert found[("users", "password")][0] == 0  # the column is there and empty
    assert found[("enrollments.csv", None)] == (1, "neither a student nor a teacher of the class")
    assert found[("courses.csv", None)] == (1, "a course with only homerooms is not a subject")
    text = "\n".join(report.lines())
    assert "users.csv (bulk): 5 rows" in text
    assert "geheim" not in text
    assert "Ковал" not in text


def test_an_extension_and_a_foreign_column_are_named(convert: Convert, tmp_path: Path) -> None:
    files = files_of(a_set())
    head, rest = files["orgs.csv"].split(b"\r\n", 1)
    lines = [line + b",1,2" for line in rest.split(b"\r\n") if line]
    files["orgs.csv"] = b"\r\n".join([head + b",metadata.shift,colour", *lines, b""])
    report = convert(write_folder(tmp_path / "extended", files)).report
    reasons = {item.column: item.reason for item in report.no_place if item.file == "orgs"}
    assert reasons["metadata.shift"] == "an extension known only to its sender"
    assert reasons["colour"] == "not a column of OneRoster 1.2"


SPOILED: list[tuple[str, str, dict[str, str], str, str, str]] = [
    # file, row, values, code, table, what the package has of the row
    ("orgs", "s1", {"name": " "}, "required", "organizations", "id"),
    ("academicSessions", "q1", {"startDate": "0000-09-01"}, "bad-date", "periods", "id"),
    ("academicSessions", "q1", {"startDate": "9999-12-31"}, "bad-date", "periods", "id"),
    ("academicSessions", "q1", {"startDate": "01.09.2026"}, "bad-date", "periods", "id"),
    ("academicSessions", "q1", {"endDate": "2026-09-01"}, "ends-before-start", "periods", "id"),
    ("academicSessions", "q1", {"schoolYear": "2026/27"}, "bad-year", "periods", "id"),
    ("academicSessions", "q1", {"endDate": ""}, "required", "periods", "id"),
    ("classes", "el", {"schoolSourcedId": "s9"}, "unknown-reference", "groups", "id"),
    ("courses", "alg9", {"orgSourcedId": ""}, "required", "subjects", "id"),
    ("users", "p2", {"familyName": "К\x07"}, "bad-text", "persons", "id"),
    ("users", "p2", {"givenName": "А" * 501}, "too-long", "persons", "id"),
    ("enrollments", "e1", {"endDate": "9999-99-99"}, "bad-date", "enrollments", "id"),
    ("enrollments", "e1", {"userSourcedId": "p9"}, "unknown-reference", "enrollments", "id"),
    ("enrollments", "e4", {"classSourcedId": "c9"}, "unknown-reference", "teaching", "id"),
    ("roles", "r-t1", {"orgSourcedId": "s9"}, "unknown-reference", "staff", "id"),
    ("demographics", "p1", {"birthDate": "2011-02-30"}, "bad-date", "persons", "row"),
    ("demographics", "p1", {"sex": "мужской"}, "unknown-code", "persons", "row"),
    ("users", "p1", {"userIds": "{SNILS:112-233-445 96}"}, "bad-snils", "persons", "row"),
    ("users", "p1", {"dateLastModified": "yesterday"}, "bad-instant", "persons", "row"),
    ("users", "p1", {"dateLastModified": "2026-11-22T20:00:00"}, "bad-instant", "persons", "row"),
    ("orgs", "s1", {"parentSourcedId": "d9"}, "unknown-reference", "organizations", "row"),
    ("classes", "el", {"classType": "ext:club"}, "unknown-code", "groups", "row"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row_id", "values", "code", "table", "left"), SPOILED)
def test_a_bad_row_is_reported_and_the_others_are_taken(
    convert: Convert, file: str, row_id: str, values: dict[str, str], code: str, table: str, left: str
) -> None:
    made = convert(altered(a_set(), file, row_id, **values))
    assert code in made.codes(file)
    assert any(f"line {problem.line}" for problem in made.report.problems if problem.finding.code == code)
    mine = f"s1~{row_id}" if table == "periods" else row_id
    (row,) = (row for row in made.raw[table] if row["id"] == mine)
    only_id = all(not text for name, text in row.items() if name not in ("id", "updated_at", "deleted"))
    # Only the id: the portal rejects the row and keeps what it holds; if left out, it would be archived.
    assert only_id is (left == "id")


@pytest.mark.parametrize("bad", ["", "я", "a b", "x" * 65, ".."])
def test_an_id_that_the_exchange_can_t_carry(convert: Convert, bad: str) -> None:
    made = convert(altered(a_set(), "users", "p2", sourcedId=bad))
    if bad:
        assert made.codes("users")["bad-id"] == 1  # a row, by the person and the link to the mother
    else:
        assert made.codes("users")["required"] == 1
    assert "" in {row["id"] for row in made.raw["persons"]}  # the table lacks a row
    assert "p2" not in {row["id"] for row in made.raw["persons"]}


def test_rows_that_contradict_each_other_are_both_rejected(convert: Convert) -> None:
    rows = a_set()
    rows["users"] += [rows["users"][0], {**rows["users"][1], "givenName": "Нина"}]
    made = convert(rows)
    assert made.codes("users") == {"duplicate-id": 1, "repeated-row": 1}
    assert [row["last_name"] for row in made.raw["persons"] if row["id"] in ("p1", "p2")] == ["Ковалёв", ""]


def test_an_unreadable_guardian_link_gives_no_right(convert: Convert) -> None:
    made = convert(altered(a_set(), "roles", "r-g1", endDate="31.12.2026"))
    assert set(made.rows("guardianships")) == {"m1~p1", "m1~p2"}


def test_sessions_whose_parents_run_in_a_circle(convert: Convert) -> None:
    rows = altered(a_set(), "academicSessions", "q3", parentSourcedId="q4")
    made = convert(altered(rows, "academicSessions", "q4", parentSourcedId="q3"))
    assert made.codes("academicSessions") == {"parents-in-a-circle": 2}
    # "": nothing may be archived for being absent, because the two aren't there.
    assert {row["id"] for row in made.raw["periods"]} == {"s1~y26", "s1~q1", "s1~q2", ""}


def test_a_row_marked_for_deletion_in_a_bulk_set_is_left_out(convert: Convert) -> None:
    made = convert(altered(a_set(), "enrollments", "e3", status="tobedeleted"))
    assert "e3" not in {row["id"] for row in made.raw["enrollments"]}
    assert any("tobedeleted" in item.reason for item in made.report.no_place)


def test_only_the_first_problems_of_a_kind_are_shown_and_all_are_counted(convert: Convert) -> None:
    rows = a_set()
    rows["enrollments"] += [
        {**rows["enrollments"][1], "sourcedId": f"x{n}", "userSourcedId": "p1" if n % 2 else "p9"}
        for n in range(50)
    ]
    made = convert(rows)
    assert made.codes("enrollments") == {"unknown-reference": 25}
    assert len(made.report.problems) == 20
    assert {file.file: file.rejected for file in made.report.files}["enrollments"] == 25


@pytest.mark.parametrize(
    "spoil",
    [
        lambda files: files["users.csv"].replace("Анна".encode(), "Анна".encode("cp1251")),
        lambda files: files["users.csv"].replace("Анна".encode(), "А\0нна".encode()),
        lambda files: files["users.csv"].replace("Анна".encode(), b'"' + b"x" * (10 * 1024 * 1024) + b'"'),
        lambda files: files["users.csv"].replace("Анна".encode(), b'"Anna'),
        lambda files: files["users.csv"].replace("Анна".encode(), b"Anna,Anna"),
    ],
    ids=["cp1251", "nul", "10 MB", "open quote", "comma"],
)
def test_a_line_that_can_t_be_read_costs_itself(
    convert: Convert, tmp_path: Path, spoil: Callable[[dict[str, bytes]], bytes]
) -> None:
    files = files_of(a_set())
    made = convert(write_folder(tmp_path / "spoiled", files | {"users.csv": spoil(files)}))
    (users,) = (file for file in made.report.files if file.file == "users")
    assert users.broken == 1
    assert {row["id"] for row in made.raw["persons"]} == {"p1", "m1", "g1", "t1", ""}


def test_long_ids_joined_are_one_id_still() -> None:
    assert joined_id("a", "b") == "a~b"
    assert len({joined_id("a~b", "c"), joined_id("a", "b~c"), joined_id("a", "b", "c")}) == 3
    assert len(joined_id("x" * 64, "y" * 64)) == 64
