"""`python -m benchmarks connect`: what it counts, without the judge's minute."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks import connect
from benchmarks.__main__ import names
from myedu.connector.commands.load import load_simple_journal
from myedu.connector.simple.export import write_export


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return connect.fill_in(tmp_path_factory.mktemp("connect"))


def test_a_vendor_writes_no_more_than_is_promised(project: Path) -> None:
    assert 0 < connect.lines_to_write(project) <= 150
    assert "connect" in names()


def test_blank_lines_and_comments_are_not_work(project: Path) -> None:
    filled = project / "journal.py"
    before = connect.lines_to_write(project)
    filled.write_text(filled.read_text() + "\n\n# nothing\n")
    assert connect.lines_to_write(project) == before
    filled.write_text(filled.read_text() + "MORE = 1\n")
    assert connect.lines_to_write(project) == before + 1


def test_its_database_fits_its_functions(project: Path, tmp_path: Path) -> None:
    journal = load_simple_journal(str(project / "journal.py"))
    manifest = write_export(journal, tmp_path, now=datetime.now(UTC))
    assert all(table.rows for table in manifest.tables)
