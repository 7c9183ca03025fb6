"""Mistakes: each is counted, the right rows stay as they are."""

import csv
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from myedu.contract.snils import normalise_snils
from myedu.contract.tables import TABLES, columns
from myedu.invented.exports.mistakes import MISSING_ID, Mistake, MistakeReport
from myedu.invented.exports.package import MISTAKES_FILE
from tests.invented.exports.conftest import Write, manifest_of

WITH_ERRORS = {"errors": 0.25, "pupils": 60_000}  # so many that even nine schools get both of theirs


def lines_of(package: Path, table: str) -> list[bytes]:
    return (package / f"{table}.csv").read_bytes().split(b"\r\n")[1:-1]


def extra_lines(right: Path, wrong: Path, table: str) -> list[bytes]:
    """The lines that only the package with errors has; the others are the same, in the same order."""
    expected_lines = iter(lines_of(right, table))
    expected = next(expected_lines, None)
    extra = []
    for line in lines_of(wrong, table):
        if line == expected:
            expected = next(expected_lines, None)
        else:
            extra.append(line)
    assert expected is None, table
    return extra


@pytest.mark.parametrize("changes", [{}, {"day": 2, "mode": "delta", "changes": 0.2}])
def test_right_rows_stay_and_the_manifest_counts_all(write: Write, changes: dict[str, object]) -> None:
    right, wrong = write(**WITH_ERRORS | changes | {"errors": 0}), write(**WITH_ERRORS | changes)
    for file in manifest_of(wrong.folder).tables:
        extra = extra_lines(right.folder, wrong.folder, file.table)
        assert len(lines_of(right.folder, file.table)) + len(extra) == file.rows
        if not changes:
            assert len(extra) > 0, file.table


def test_every_kind_is_there_and_the_sidecar_says_how_often(write: Write) -> None:
    written = write(**WITH_ERRORS)
    report = msgspec.json.decode((written.folder / MISTAKES_FILE).read_bytes(), type=MistakeReport)
    assert report == written.mistakes
    kinds = {kind for counts in report.counts.values() for kind in counts}
    assert kinds == set(Mistake)
    assert set(report.counts) == set(TABLES)
    right = sum(file.rows for file in write(**WITH_ERRORS | {"errors": 0}).manifest.tables)
    made = sum(sum(counts.values()) for counts in report.counts.values())
    assert 0.25 * right - len(TABLES) < made <= 0.25 * right


def test_counts_are_those_of_the_lines(write: Write) -> None:
    wrong, right = write(**WITH_ERRORS), write(**WITH_ERRORS | {"errors": 0})
    counts = wrong.mistakes.counts["persons"]
    extra = extra_lines(right.folder, wrong.folder, "persons")
    found = Counter[Mistake]()
    for line in extra:
        try:
            (cells,) = csv.reader([line.decode()], strict=True)
        except UnicodeDecodeError:
            found[Mistake.WRONG_ENCODING] += 1
        except csv.Error:
            found[Mistake.UNCLOSED_QUOTE] += 1
        else:
            found[_kind(cells)] += 1
    found[Mistake.REPEATED_ROW] = len(extra) - len(set(extra))
    found[Mistake.DUPLICATE_ID] = sum("Другой" in line.decode(errors="ignore") for line in extra)
    del found[None]
    assert found == counts


def _kind(cells: list[str]) -> Mistake | None:
    """None for a right row: a person that another table's mistake needs, or a repeated row."""
    if len(cells) < len(columns("persons")):
        return Mistake.BROKEN_LINE
    row = dict(zip(columns("persons"), cells, strict=True))
    born = {"0000": Mistake.YEAR_0, "9999": Mistake.YEAR_9999}
    if row["birth_date"][:4] in born:
        return born[row["birth_date"][:4]]
    signs = {
        Mistake.NO_SUCH_DAY: row["birth_date"].endswith("02-31"),
        Mistake.MISSING_FIELD: not row["last_name"],
        Mistake.BAD_ID: " " in row["id"],
        Mistake.UNKNOWN_CODE: row["sex"] not in ("m", "f"),
        Mistake.CONTROL_CHARACTER: not row["first_name"].isprintable(),
        Mistake.WRONG_SNILS: bool(row["snils"]) and normalise_snils(row["snils"]) is None,
    }
    return next((kind for kind, holds in signs.items() if holds), None)


def test_no_right_row_refers_to_a_missing_or_wrong_row(write: Write) -> None:
    wrong, right = write(**WITH_ERRORS), write(**WITH_ERRORS | {"errors": 0})
    unknown = Counter[str]()
    for table in TABLES:
        assert not any(MISSING_ID.encode() in line for line in lines_of(right.folder, table))
        unknown[table] = sum(
            MISSING_ID.encode() in line for line in extra_lines(right.folder, wrong.folder, table)
        )
    counts = wrong.mistakes.counts.items()
    assert unknown == Counter({table: kinds.get(Mistake.UNKNOWN_REFERENCE, 0) for table, kinds in counts})
