"""The real district served from its files, and errors of files that can't be read."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from myedu.connector.adapters.edfi import source
from myedu.connector.adapters.edfi.__main__ import main
from myedu.connector.adapters.edfi.system import EdFiJournal

FIRST, LAST = date(2021, 8, 23), date(2022, 5, 27)


@pytest.fixture(scope="module")
def folder(real_data: Path) -> Path:
    return real_data / "edfi-grandbend"


@pytest.fixture(scope="module")
def journal(folder: Path) -> EdFiJournal:
    return EdFiJournal(folder, region="25")


def test_every_student_of_the_district_is_there(journal: EdFiJournal, folder: Path) -> None:
    assert len(journal.persons()) == 960 + 1_873 + 68
    assert len(journal.guardianships()) == 1_872
    assert len(journal.organizations()) == 3
    assert all(journal.student(f"student-{student.id}") for student in source.students(folder))


def test_every_grade_is_a_mark_of_its_pupil(journal: EdFiJournal, folder: Path) -> None:
    graded = Counter(
        f"student-{result.student_id}" for result in source.gradebook_results(folder) if result.grade
    )
    assert graded
    for student, count in graded.items():
        assert len(journal.marks(student, FIRST, LAST)) == count


def test_lateness_is_at_a_lesson_of_the_pupil(journal: EdFiJournal, folder: Path) -> None:
    events = [event for event in source.section_attendance(folder) if event.day.weekday() < 5]
    for event in events[:50]:
        student = f"student-{event.student_id}"
        lessons = {row["id"] for row in journal.lessons(student, event.day, event.day)}
        late = [row for row in journal.attendance(student, event.day, event.day) if row["code"] == "late"]
        assert late
        assert {row["lesson_id"] for row in late} <= lessons


def test_no_pupil_has_two_lessons_at_a_time(journal: EdFiJournal) -> None:
    for person in journal.persons()[:100]:
        starts = [
            row["starts_at"] for row in journal.lessons(person.id, date(2021, 11, 10), date(2021, 11, 10))
        ]
        assert starts
        assert len(starts) == len(set(starts))


@pytest.mark.parametrize("stranger", ["604822", "contact-1", "student-", "student-x", ""])
def test_an_unknown_id_has_no_student(journal: EdFiJournal, stranger: str) -> None:
    assert journal.student(stranger) is None


def test_a_folder_without_files_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--folder", str(tmp_path), "--region", "25"]) == 2
    assert "has no EducationOrganization" in capsys.readouterr().err
