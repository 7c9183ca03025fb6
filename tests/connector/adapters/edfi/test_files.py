"""Reading bulk files: element by element, and in words when a file is broken."""

import gzip
from pathlib import Path

import pytest

from myedu.connector.adapters.edfi.files import EdFiError, bulk_file, code_of, elements
from myedu.connector.adapters.edfi.source import not_read, students

STUDENT = """<InterchangeStudent xmlns="http://ed-fi.org/5.2.0">
<Student><StudentUniqueId>1</StudentUniqueId><Name><FirstName>Ann</FirstName><LastSurname>Lee</LastSurname></Name>
<BirthData><BirthDate>2010-02-03</BirthDate></BirthData></Student>
<Person><PersonId>7</PersonId></Person>
</InterchangeStudent>"""


def test_plain_and_gzipped_files_read_alike(tmp_path: Path):
    plain, compressed = tmp_path / "plain", tmp_path / "compressed"
    plain.mkdir()
    compressed.mkdir()
    (plain / "Student.xml").write_text(STUDENT)
    (compressed / "Student.xml.gz").write_bytes(gzip.compress(STUDENT.encode()))

    assert list(students(plain)) == list(students(compressed))
    assert next(students(plain)).name.last == "Lee"
    assert not_read(compressed) == {"Student/Person": 1}


def test_elements_are_let_go(tmp_path: Path):
    path = tmp_path / "Student.xml"
    path.write_text(STUDENT)
    stream = elements(path)
    first = next(stream)
    next(stream)

    assert first.tag == "Student"
    assert list(stream) == []


@pytest.mark.parametrize("broken", [STUDENT[:-30], "<a><b></a>", "no xml", ""])
def test_a_broken_file_is_named(tmp_path: Path, broken: str):
    (tmp_path / "Student.xml").write_text(broken)

    with pytest.raises(EdFiError, match=r"Student\.xml can't be read"):
        list(students(tmp_path))


def test_a_cut_gzip_is_named(tmp_path: Path):
    (tmp_path / "Student.xml.gz").write_bytes(gzip.compress(STUDENT.encode())[:-20])

    with pytest.raises(EdFiError, match="copy it again"):
        list(students(tmp_path))


@pytest.mark.parametrize("born", ["03.02.2010", "2010-02-30", "two thousand"])
def test_a_day_that_can_t_be_read_is_named_and_not_quoted(tmp_path: Path, born: str):
    (tmp_path / "Student.xml").write_text(STUDENT.replace("2010-02-03", born))

    with pytest.raises(EdFiError, match=r"Student\.xml: Student no\. 1 has a day") as caught:
        list(students(tmp_path))
    assert born not in str(caught.value)


def test_placeholders_are_nothing_set_but_a_name_that_is_required_stays(tmp_path: Path):
    names = "<FirstName>Ann</FirstName><MiddleName>---</MiddleName>"
    text = STUDENT.replace("<FirstName>Ann</FirstName>", names).replace(">Lee<", ">-<")
    (tmp_path / "Student.xml").write_text(text.replace("2010-02-03", "-"))

    (student,) = students(tmp_path)
    assert (student.name.middle, student.name.last, student.birth_date) == (None, "-", None)


def test_a_missing_field_and_a_missing_file_are_named(tmp_path: Path):
    (tmp_path / "Student.xml").write_text(STUDENT.replace("StudentUniqueId", "Other"))

    with pytest.raises(EdFiError, match="a Student has no StudentUniqueId"):
        list(students(tmp_path))
    with pytest.raises(EdFiError, match="has no Contact"):
        bulk_file(tmp_path, "Contact")


def test_descriptors_lose_their_namespace():
    assert code_of("uri://ed-fi.org/TermDescriptor#Fall Semester") == "Fall Semester"
    assert code_of(None) is None
