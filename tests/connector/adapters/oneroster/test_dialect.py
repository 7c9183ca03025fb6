"""Microsoft's dialect (School Data Sync 2.1): the real sample, counted, and its own names."""

from pathlib import Path

import pytest

from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.contract.tables import TABLES
from tests.connector.adapters.oneroster.conftest import Convert, Converted


@pytest.fixture
def sample(real_data: Path) -> Path:
    return real_data / "ms-sds-v2.1"


@pytest.fixture
def made(convert: Convert, sample: Path) -> Converted:
    return convert(sample)


def test_every_row_of_the_sample_has_its_place(made: Converted) -> None:
    assert made.manifest.mode == "full"
    assert {table: len(made.rows(table)) for table in TABLES} == {
        "organizations": 4, "periods": 2, "groups": 2, "subjects": 3, "persons": 8,
        "enrollments": 4, "guardianships": 2, "staff": 3, "teaching": 2,
    }  # fmt: skip
    assert {file.file: file.rows for file in made.report.files} == {
        "academicSessions": 2, "orgs": 4, "courses": 3, "classes": 2, "users": 8, "demographics": 6,
        "roles": 7, "enrollments": 6, "relationships": 3,
    }  # fmt: skip
    assert made.report.problem_counts == {}


def test_what_has_no_place_of_the_sample(made: Converted) -> None:
    found = {(item.file, item.column): item.count for item in made.report.no_place}
    assert found[("userFlags.csv", None)] == 3
    assert found[("roles.csv", None)] == 4  # students
    assert found[("users", "password")] == 8
    assert found[("demographics", "raceCodes")] == 5
    assert found[("courses", "subject")] == 3
    text = "\n".join(made.report.lines())
    assert "iep" not in text
    assert "P@ssword" not in text


def test_the_sample_s_words_as_ours(made: Converted) -> None:
    assert {row.id: row.kind for row in made.rows("organizations").values()} == {
        "110001": "college", "110002": "department", "110003": "school", "110004": "ministryOfEducation",
    }  # fmt: skip
    biology = made.rows("groups")["112002"]
    # The dialect's school year is the first calendar year, and its classes have no type.
    assert (biology.academic_year, biology.kind, biology.grade) == (2021, "subgroup", 10)
    assert made.rows("periods")["110001~FS2021HED"].kind == "half"
    links = {(row.guardian_id, row.child_id, row.relation) for row in made.rows("guardianships").values()}
    assert links == {
        ("114002", "114001", "guardian"), ("114005", "114004", "guardian"),
    }  # fmt: skip
    teaching = {row.group_id: row.staff_id for row in made.rows("teaching").values()}
    # Kristen works at the ministry too: she teaches by her role at the school.
    assert teaching["112002"] == "114007~110003~teacher~SY2021K12"
    professor = next(row for row in made.rows("staff").values() if row.person_id == "114006")
    assert (professor.role, professor.position) == ("teacher", "professor")


def test_a_relationship_that_is_not_a_guardianship_has_no_place(
    convert: Convert, sample: Path, tmp_path: Path
) -> None:
    files = {path.name: path.read_bytes() for path in sample.glob("*.csv")}
    files["relationships.csv"] = files["relationships.csv"].replace(b"relative", b"doctor")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    assert len(convert(tmp_path).rows("guardianships")) == 2


def test_the_dialect_without_classes_is_refused(convert: Convert, sample: Path, tmp_path: Path) -> None:
    for name in ("orgs.csv", "users.csv", "roles.csv"):
        (tmp_path / name).write_bytes((sample / name).read_bytes())
    with pytest.raises(OneRosterError, match="the bulk set has no academicSessions, courses, classes"):
        convert(tmp_path)
