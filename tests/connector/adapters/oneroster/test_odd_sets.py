"""Odd values and odd sets: each costs itself, has a sentence, and is reported where it stands."""

from datetime import date
from pathlib import Path

import pytest

from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.report import Problem
from myedu.contract.snils import make_snils
from tests.connector.adapters.oneroster.conftest import NOW, Convert, Converted
from tests.connector.adapters.oneroster.sets import (
    Rows,
    a_set,
    altered,
    as_1_1,
    delta,
    files_of,
    row_of,
    text_of,
    without,
    write_folder,
)


def places(made: Converted, code: str) -> set[tuple[str, int | None, str | None]]:
    found = [problem for problem in made.report.problems if problem.finding.code == code]
    return {(problem.file, problem.line, problem.finding.column) for problem in found}


def reasons(made: Converted, file: str) -> set[str]:
    return {item.reason for item in made.report.no_place if item.file == f"{file}.csv"}


def kept_ids(made: Converted, table: str) -> set[str]:
    """Ids of rows without any value: the portal keeps what it holds of them."""
    common = ("id", "updated_at", "deleted")
    return {row["id"] for row in made.raw[table] if not any(row[name] for name in row if name not in common)}


# -- roles ---------------------------------------------------------------------------------------


def test_a_role_in_capitals_is_an_error_of_its_row(convert: Convert) -> None:
    rows = altered(altered(a_set(), "enrollments", "e2", role="Student"), "roles", "r-t1", role="TEACHER")
    made = convert(rows)
    assert places(made, "unknown-role") == {("enrollments", 3, "role"), ("roles", 6, "role")}
    assert "e2" in kept_ids(made, "enrollments")
    assert "r-t1" in kept_ids(made, "staff")
    assert {"e1", "e3"} <= {row["id"] for row in made.raw["enrollments"]}


def test_a_role_that_the_sender_has_added_has_no_place(convert: Convert) -> None:
    made = convert(altered(a_set(), "enrollments", "e6", role="ext:mentor"))
    assert made.report.problem_counts == {}


def test_a_set_with_all_roles_in_capitals_is_refused(convert: Convert) -> None:
    rows = a_set()
    rows["enrollments"] = [row | {"role": row["role"].title()} for row in rows["enrollments"]]
    with pytest.raises(OneRosterError, match=r"6 of 6 rows of enrollments\.csv .*line 2: not a role of the"):
        convert(rows)


# -- more than half ------------------------------------------------------------------------------


def test_rows_that_fail_in_translation_count_for_the_half(convert: Convert, out: Path) -> None:
    rows = without(a_set(), "enrollments", "e5")
    rows["enrollments"].append(row_of(rows, "enrollments", "e3", sourcedId="e7", userSourcedId="p2"))
    for row in rows["enrollments"]:
        row["beginDate"] = "9/1/2026"  # of the teacher it is left out, of the others it is an error
    with pytest.raises(
        OneRosterError, match=r"4 of 6 rows of enrollments\.csv are rejected, .* line 2: not a date"
    ):
        convert(rows)
    assert [path for path in out.iterdir() if path.is_dir()] == []
    del rows["enrollments"][0]["beginDate"]
    assert convert(rows).codes("enrollments") == {"bad-date": 4}  # three rows that fail, and one that doesn't


def test_the_file_that_is_wrong_is_named(convert: Convert) -> None:
    rows = a_set()
    for row in rows["academicSessions"]:
        row["schoolYear"] = "the next"
    with pytest.raises(OneRosterError, match=r"5 of 5 rows of academicSessions\.csv .* line 2: not a year"):
        convert(rows)


def test_one_odd_session_costs_no_set(convert: Convert) -> None:
    """Two of three classes and all electives are of this year: they aren't wrong themselves."""
    made = convert(altered(a_set(), "academicSessions", "y26", schoolYear=""))
    assert places(made, "required") == {("academicSessions", 2, "schoolYear")}
    assert {"a9b", "el"} <= kept_ids(made, "groups")
    assert len(made.rows("persons")) == 5


def test_one_unreadable_school_costs_no_set(convert: Convert, tmp_path: Path) -> None:
    files = files_of(a_set())
    orgs = files["orgs.csv"].replace("Школа".encode(), "Школа".encode("cp1251"))
    made = convert(write_folder(tmp_path / "set", files | {"orgs.csv": orgs}))
    assert made.codes("orgs") == {"bad-encoding": 1}
    assert {"c9b", "a9b", "el"} == kept_ids(made, "groups") - {""}
    assert {"", "d1"} == {row["id"] for row in made.raw["organizations"]}
    assert len(made.rows("persons")) == 5


def test_a_bulk_set_of_nobody_is_refused(convert: Convert) -> None:
    with pytest.raises(
        OneRosterError, match="no rows in users: a full package of it would archive everybody"
    ):
        convert(a_set() | {"users": []})


# -- days ----------------------------------------------------------------------------------------

NO_SHOWS = [
    ("enrollments", "e1", "enrollments", "e1", {"beginDate": "2026-09-03", "endDate": "2026-09-03"}),
    ("enrollments", "e2", "enrollments", "e2", {"endDate": "2026-09-01"}),  # on which the class begins
    ("enrollments", "e2", "enrollments", "e2", {"endDate": "2026-08-20"}),  # left before the class began
    ("enrollments", "e4", "teaching", "e4", {"beginDate": "2026-09-03", "endDate": "2026-09-03"}),
    ("enrollments", "e5", "staff", "class-teacher~e5", {"beginDate": "2026-09-03", "endDate": "2026-09-03"}),
    ("roles", "r-t1", "staff", "r-t1", {"endDate": "2015-08-25"}),
    ("roles", "r-g1", "guardianships", "g1~p1", {"beginDate": "2026-09-03", "endDate": "2026-09-03"}),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row_id", "table", "mine", "days"), NO_SHOWS)
def test_a_no_show_has_no_day_and_is_archived(
    convert: Convert, file: str, row_id: str, table: str, mine: str, days: dict[str, str]
) -> None:
    convert(a_set())
    changed = delta(**{file: [row_of(a_set(), file, row_id, **days)]})
    assert convert(changed, "delta").deleted(table) == {mine}
    made = convert(altered(a_set(), file, row_id, **days))
    assert made.report.problem_counts == {}
    assert mine not in {row["id"] for row in made.raw[table]}
    assert any(
        "a no-show" in reason for reason in reasons(made, "users" if table == "guardianships" else file)
    )


def test_an_end_before_the_beginning_stays_an_error(convert: Convert) -> None:
    made = convert(altered(a_set(), "enrollments", "e1", beginDate="2026-09-03", endDate="2026-09-02"))
    assert made.codes("enrollments") == {"ends-before-start": 1}
    assert "e1" in kept_ids(made, "enrollments")


@pytest.mark.parametrize(
    ("starts", "ends", "year", "differs"),
    [
        ("2026-09-01", "2027-06-01", "2026", True),
        ("2026-09-01", "2027-06-01", "2028", True),
        ("2026-09-01", "2026-10-26", "2026", True),
        ("2027-01-11", "2027-03-22", "2028", True),
        ("2026-08-25", "2027-05-31", "2027", False),
        ("2027-07-01", "2027-08-15", "2027", False),
        ("2027-07-01", "2027-08-15", "2028", False),
        ("2027-02-01", "2027-09-01", "2027", False),
    ],
)
def test_a_school_year_is_compared_with_the_dates(
    convert: Convert, starts: str, ends: str, year: str, differs: bool
) -> None:
    rows = altered(a_set(), "academicSessions", "q1", startDate=starts, endDate=ends, schoolYear=year)
    made = convert(rows)
    assert (places(made, "year-differs") == {("academicSessions", 3, "schoolYear")}) is differs
    assert made.rows("periods")["s1~q1"].academic_year == int(year) - 1


def test_a_stamp_of_a_day_is_that_day(convert: Convert) -> None:
    made = convert(altered(a_set(), "courses", "alg9", dateLastModified="2026-11-20"))
    assert made.report.problem_counts == {}
    assert made.rows("subjects")["alg9"].updated_at.date() == date(2026, 11, 20) != NOW.date()


# -- values --------------------------------------------------------------------------------------


def test_placeholders_are_nothing_set(convert: Convert) -> None:
    rows = altered(a_set(), "users", "p1", middleName="---Не указана---", agentSourcedIds="-")
    rows = altered(rows, "demographics", "p1", birthDate="----", sex=".")
    made = convert(altered(rows, "orgs", "s1", parentSourcedId="—"))
    person = made.rows("persons")["p1"]
    assert (person.middle_name, person.birth_date, person.sex) == (None, None, None)
    assert made.rows("organizations")["s1"].parent_id is None
    assert made.report.problem_counts == {}


def test_a_name_of_dashes_is_missing(convert: Convert) -> None:
    made = convert(altered(a_set(), "users", "p2", familyName="---"))
    assert places(made, "required") == {("users", 3, "familyName")}


def test_a_finding_stands_where_the_value_does(convert: Convert) -> None:
    rows = altered(a_set(), "demographics", "p2", birthDate="08.07.2011", sex="девочка")
    rows = altered(rows, "academicSessions", "y26", startDate="9/1/2026")
    made = convert(altered(rows, "roles", "r-m1", beginDate="1.9.20"))
    assert places(made, "bad-date") == {
        ("demographics", 3, "birthDate"), ("academicSessions", 2, "startDate"), ("roles", 4, "beginDate"),
    }  # fmt: skip
    assert places(made, "unknown-code") == {("demographics", 3, "sex")}
    assert "users" not in made.report.problem_counts
    assert "enrollments" not in made.report.problem_counts
    text = "\n".join(made.report.lines())
    assert "demographics.csv: 1 × bad-date" in text
    assert "line 3, p2, birthDate" in text or "line 3, birthDate" in text


def test_a_row_given_twice_is_taken_once_and_reported(convert: Convert) -> None:
    rows = a_set()
    rows["enrollments"] += [rows["enrollments"][0], rows["enrollments"][0]]
    made = convert(rows)
    assert made.codes("enrollments") == {"repeated-row": 2}
    assert set(made.rows("enrollments")) == {"e1", "e2", "e3"}


def test_demographics_that_contradict_each_other_are_named_there(convert: Convert) -> None:
    rows = a_set()
    rows["demographics"].append({"sourcedId": "p1", "birthDate": "2010-01-01", "sex": "male"})
    made = convert(rows)
    assert places(made, "duplicate-id") == {("demographics", 4, "sourcedId")}
    assert "p1" in kept_ids(made, "persons")


def test_ids_that_a_spreadsheet_has_rounded(convert: Convert) -> None:
    rows = altered(a_set(), "users", "p2", sourcedId="9.00720E+15")
    made = convert(altered(rows, "enrollments", "e2", userSourcedId="9.00720E+15"))
    assert places(made, "rounded-id") == {("users", 3, "sourcedId"), ("enrollments", 3, "userSourcedId")}
    assert "9.00720E+15" not in {row["id"] for row in made.raw["persons"]}
    assert "" in kept_ids(made, "persons")  # nobody is archived for being absent
    assert "e2" in kept_ids(made, "enrollments")
    assert any("a spreadsheet has rounded the id" in line for line in made.report.lines())


def test_a_snils_without_its_leading_zero_is_named(convert: Convert) -> None:
    short = make_snils(20_000_001).removeprefix("0")
    made = convert(altered(a_set(), "users", "p1", userIds=f"{{SNILS:{short}}}"))
    assert places(made, "short-snils") == {("users", 2, "userIds")}
    assert made.rows("persons")["p1"].snils is None
    assert short not in "\n".join(made.report.lines())


def test_a_class_without_a_session_is_named_where_it_stands(convert: Convert) -> None:
    rows = altered(a_set(), "classes", "el", termSourcedIds="", courseSourcedId="")
    made = convert(rows)
    assert places(made, "no-session") == {("classes", 4, "termSourcedIds")}


# -- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows_have_them", [True, False])
def test_nameless_columns_at_the_end_are_passed_over(
    convert: Convert, tmp_path: Path, rows_have_them: bool
) -> None:
    files = files_of(a_set())
    head, rest = files["users.csv"].split(b"\r\n", 1)
    if rows_have_them:
        rest = rest.replace(b"\r\n", b",,\r\n")
    made = convert(write_folder(tmp_path / "wide", files | {"users.csv": head + b",,\r\n" + rest}))
    assert (len(made.rows("persons")), made.report.problem_counts) == (5, {})


def test_values_beside_the_table_are_a_broken_line(convert: Convert, tmp_path: Path) -> None:
    files = files_of(a_set())
    head, rest = files["users.csv"].split(b"\r\n", 1)
    rest = rest.replace(b"\r\n", b",,\r\n").replace(b",,\r\n", b",x,\r\n", 1)
    made = convert(write_folder(tmp_path / "wide", files | {"users.csv": head + b",,\r\n" + rest}))
    assert places(made, "broken-line") == {("users", 2, None)}


# -- whose sessions ------------------------------------------------------------------------------


def test_terms_of_one_school_are_not_periods_of_another(convert: Convert) -> None:
    rows = a_set()
    rows["orgs"].append(row_of(rows, "orgs", "s1", sourcedId="s2", name="Школа № 8"))
    rows["academicSessions"].append(
        row_of(rows, "academicSessions", "q1", sourcedId="t1", title="1 триместр", endDate="2026-12-01")
    )
    rows["classes"].append(
        row_of(rows, "classes", "c9b", sourcedId="c8", schoolSourcedId="s2", termSourcedIds="t1")
    )
    periods = convert(rows).rows("periods")
    assert set(periods) == {*(f"s1~{name}" for name in ("y26", "q1", "q2", "q3", "q4")), "s2~y26", "s2~t1"}
    assert periods["s1~q1"].kind == "quarter"


# -- OneRoster 1.1 -------------------------------------------------------------------------------


def convert_1_1(convert: Convert, folder: Path, rows: Rows, mode: str = "bulk") -> Converted:
    return convert(write_folder(folder, files_of(rows, mode, "1.1")))


def test_a_1_1_set_becomes_the_same_package(convert: Convert, tmp_path: Path) -> None:
    made, newer = convert_1_1(convert, tmp_path / "old", as_1_1(a_set())), convert(a_set())
    assert made.report.problem_counts == {}
    assert made.manifest.system.version == "OneRoster 1.1"
    for table in ("organizations", "periods", "groups", "subjects", "persons", "enrollments"):
        assert set(made.rows(table)) == set(newer.rows(table))
    assert set(made.rows("guardianships")) == {"m1~p1", "m1~p2", "g1~p1"}
    assert set(made.rows("staff")) == {"t1~s1~teacher", "class-teacher~e5"}
    assert made.rows("teaching")["e4"].staff_id == "t1~s1~teacher"


def test_an_unreadable_user_of_1_1_archives_no_post(convert: Convert, tmp_path: Path) -> None:
    files = files_of(as_1_1(a_set()), version="1.1")
    users = files["users.csv"].replace("Тихонова".encode(), "Тихонова".encode("cp1251"))
    made = convert(write_folder(tmp_path / "set", files | {"users.csv": users}))
    assert made.codes("users")["bad-encoding"] == 1
    assert "" in kept_ids(made, "staff")


def test_a_user_of_1_1_has_the_role_at_each_org(convert: Convert, tmp_path: Path) -> None:
    rows = as_1_1(a_set())
    made = convert_1_1(convert, tmp_path / "set", altered(rows, "users", "t1", orgSourcedIds="d1, s1"))
    assert {"t1~d1~teacher", "t1~s1~teacher"} <= set(made.rows("staff"))
    assert made.rows("teaching")["e4"].staff_id == "t1~s1~teacher"


@pytest.mark.parametrize(
    ("values", "code", "column"),
    [
        ({"role": "Teacher"}, "unknown-role", "role"),
        ({"role": ""}, "required", "role"),
        ({"orgSourcedIds": ""}, "required", "orgSourcedIds"),
        ({"orgSourcedIds": "s9"}, "unknown-reference", "orgSourcedIds"),
    ],
)
def test_findings_of_roles_in_1_1_stand_in_users(
    convert: Convert, tmp_path: Path, values: dict[str, str], code: str, column: str
) -> None:
    made = convert_1_1(convert, tmp_path / "set", altered(as_1_1(a_set()), "users", "t1", **values))
    assert places(made, code) == {("users", 6, column)}
    assert "roles" not in made.report.problem_counts
    assert "t1" in made.rows("persons")
    assert kept_ids(made, "staff")


def test_a_delta_of_1_1_changes_roles_with_their_users(convert: Convert, tmp_path: Path) -> None:
    convert_1_1(convert, tmp_path / "bulk", as_1_1(a_set()))
    gone = delta(users=[row_of(as_1_1(a_set()), "users", "g1", role="relative")])
    assert convert_1_1(convert, tmp_path / "delta", gone, "delta").deleted("guardianships") == {"g1~p1"}


def test_a_role_that_can_t_be_read_in_a_delta_deletes_nobody_s_post(convert: Convert, tmp_path: Path) -> None:
    convert_1_1(convert, tmp_path / "bulk", as_1_1(a_set()))
    odd = delta(users=[row_of(as_1_1(a_set()), "users", "t1", role="")])
    made = convert_1_1(convert, tmp_path / "odd", odd, "delta")
    assert places(made, "required") == {("users", 2, "role")}
    assert made.deleted("staff") == set()
    gone = delta(users=[row_of(as_1_1(a_set()), "users", "t1", role="student")])
    # It is said as soon as every row can be read again.
    assert convert_1_1(convert, tmp_path / "gone", gone, "delta").deleted("staff") == {"t1~s1~teacher"}


# -- the smallest set of School Data Sync --------------------------------------------------------


def smallest(folder: Path, **more: str) -> Path:
    files = {
        "orgs": "sourcedId,name,type\n1,Школа № 3,School\n",
        "users": "sourcedId,username,givenName,familyName\n"
        "u1,a,Вера,Ясенева\nu2,b,Глеб,Ясенев\nu3,c,Олег,Клёнов\n",
        "roles": "userSourcedId,orgSourcedId,role\nu2,1,student\nu3,1,Teacher\n",
        "classes": "sourcedId,orgSourcedId,title\nK1,1,Химия 8А\n",
        "enrollments": "classSourcedId,userSourcedId,role\nK1,u2,Student\nK1,u3,teacher\n",
        "relationships": "userSourcedId,relationshipUserSourcedId,relationshipRole\nu2,u1,Guardian\n",
    } | more
    return write_folder(folder, {f"{name}.csv": text.encode() for name, text in files.items()})


def test_the_smallest_set_needs_a_school_year(convert: Convert, tmp_path: Path) -> None:
    with pytest.raises(
        OneRosterError, match=r"classes\.csv, column sessionSourcedIds; or .* --school-year 2026"
    ):
        convert(smallest(tmp_path / "set"))
    made = convert(smallest(tmp_path / "set"), school_year=2026)
    assert made.report.problem_counts == {}
    (group,), (enrollment,) = made.rows("groups").values(), made.rows("enrollments").values()
    assert (group.academic_year, enrollment.starts_on) == (2026, date(2026, 9, 1))
    (link,) = made.rows("guardianships").values()
    assert (link.guardian_id, link.child_id, link.starts_on) == ("u1", "u2", date(2026, 9, 1))
    assert any("names no course" in reason for reason in reasons(made, "enrollments"))


def test_findings_name_no_columns_that_the_files_lack(convert: Convert, tmp_path: Path) -> None:
    sessions = (
        "sourcedId,title,type,schoolYear,startDate,endDate\nY,2026/27,schoolYear,2026,2026-09-01,2027-06-01\n"
    )
    classes = "sourcedId,orgSourcedId,title\nK1,1,Химия 8А\n"
    folder = smallest(tmp_path / "set", academicSessions=sessions, classes=classes)
    with pytest.raises(OneRosterError, match=r"1 of 1 rows of classes\.csv .* names no academic session"):
        convert(folder)
    named = "sourcedId,orgSourcedId,title,sessionSourcedIds\nK1,1,Химия 8А,Y\nK2,1,Физика 8А,\n"
    made = convert(smallest(tmp_path / "set", academicSessions=sessions, classes=named))
    assert places(made, "no-session") == {("classes", 3, "sessionSourcedIds")}
    headers = {path.stem: path.read_text().partition("\n")[0].split(",") for path in folder.glob("*.csv")}
    found: list[Problem] = [*made.report.problems]
    assert all(problem.finding.column in (None, *headers[problem.file]) for problem in found)


def test_a_row_of_the_dialect_without_a_part_of_its_key_costs_itself(
    convert: Convert, tmp_path: Path
) -> None:
    roles = "userSourcedId,orgSourcedId,role\nu2,1,student\nu3,1,teacher\nu1,1,\n"
    made = convert(smallest(tmp_path / "set", roles=roles), school_year=2026)
    assert places(made, "required") == {("roles", 4, "userSourcedId, orgSourcedId, role")}
    assert "" in kept_ids(made, "staff")


def test_a_relation_that_isn_t_known_is_an_error(convert: Convert, tmp_path: Path) -> None:
    links = "userSourcedId,relationshipUserSourcedId,relationshipRole\nu2,u1,GUARDIAN\nu2,u3,Guardain\n"
    made = convert(smallest(tmp_path / "set", relationships=links), school_year=2026)
    assert places(made, "unknown-role") == {("relationships", 3, "relationshipRole")}
    assert {row["guardian_id"] for row in made.raw["guardianships"]} == {"u1"}


def test_a_relation_given_twice_is_reported(convert: Convert, tmp_path: Path) -> None:
    links = "userSourcedId,relationshipUserSourcedId,relationshipRole\nu2,u1,parent\nu2,u1,guardian\n"
    made = convert(smallest(tmp_path / "set", relationships=links), school_year=2026)
    assert made.codes("relationships") == {"repeated-row": 1}
    assert len(made.rows("guardianships")) == 1


# -- what is said of the system ------------------------------------------------------------------


def test_vendor_and_product_are_those_given(convert: Convert) -> None:
    system = convert(a_set(), vendor="ООО «Пример»", product="Система").manifest.system
    assert (system.vendor, system.product, system.version) == ("ООО «Пример»", "Система", "OneRoster 1.2")


# -- the cases that were found -------------------------------------------------------------------


def test_the_cases(convert: Convert, real_data: Path) -> None:
    cases = real_data / "cases"
    for case in ("04-sds-capital-roles/set", "19-wrong-place-named/sds-sex"):
        made = convert(cases / case)
        assert made.report.problem_counts == {}
        assert {len(made.rows(table)) for table in ("enrollments", "guardianships", "staff", "teaching")} == {
            1
        }
        assert made.rows("persons")["u2"].sex == "m"
    for case, sentence in {
        "05-sds-minimum/set": "--school-year",
        "05-sds-minimum/no-sessions": "--school-year",
        "08-us-dates/set": r"1 of 1 rows of academicSessions\.csv",
        "09-oneroster-1.1/set": r"roles\.csv",
        "19-wrong-place-named/us-dates": r"academicSessions\.csv .* line 2: not a date",
    }.items():
        with pytest.raises(OneRosterError, match=sentence):
            convert(cases / case)


def test_a_set_says_the_same_whatever_the_order_of_its_rows(convert: Convert, tmp_path: Path) -> None:
    rows = without(a_set(), "users", "p2")
    turned = {file: text_of(file, those[::-1]) for file, those in rows.items()}
    folder = write_folder(
        tmp_path / "turned", files_of(rows) | {f"{n}.csv": t.encode() for n, t in turned.items()}
    )
    assert convert(folder).report.problem_counts == convert(rows).report.problem_counts
