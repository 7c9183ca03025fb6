"""Any bytes end in a report or in OneRosterError."""

import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from hypothesis import example, given, settings
from hypothesis import strategies as st

from myedu.connector.adapters.oneroster.archive import OneRosterError
from myedu.connector.adapters.oneroster.csv_tables import open_table
from myedu.connector.adapters.oneroster.package import Request, write_from_oneroster
from tests.connector.adapters.oneroster.sets import COLUMNS, a_set, files_of, write_folder, write_zip

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
REQUEST = Request(region="16", time_zone="Europe/Moscow")
FILES = files_of(a_set())

CSV_PIECES = st.sampled_from(
    [b'"', b",", b"\r\n", b"\n", b"\r", b"\0", b";", b"\xff", b"x", "я".encode(), b"\xef\xbb\xbf"]
)
CSV_BYTES = st.one_of(st.binary(max_size=200), st.lists(CSV_PIECES, max_size=60).map(b"".join))
VALUES = st.one_of(
    st.text(max_size=80),
    st.sampled_from(
        [
            "0000-00-00",
            "9999-12-31",
            "2026-09-01",
            "²",
            "٣",
            "09",
            "s1",
            "p1",
            "m1,,p1",
            "{SNILS:}",
            "tobedeleted",
        ]
    ),
)


def assert_handled(source: Path, out: Path) -> None:
    try:
        _, report = write_from_oneroster(source, out, REQUEST, NOW)
    except OneRosterError:
        return
    assert list(report.lines())


class Bytes:
    """An archive of one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> tuple[str, ...]:
        return ("users.csv",)

    def open(self, name: str) -> IO[bytes]:
        return (self._folder / name).open("rb")


@settings(max_examples=300, deadline=None)
@given(CSV_BYTES)
@example(b'sourcedId,name\r\n"a\nb,c\n"d,e\n')
def test_any_bytes_of_a_table_are_rows_or_broken_lines(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "users.csv").write_bytes(content)
        try:
            with open_table(Bytes(Path(folder)), "users") as table:
                records = list(table.records)
        except OneRosterError:
            return
        lines = [record.line for record in records]
        assert lines == sorted(set(lines))
        assert all(record.broken or len(record.fields) == len(table.columns) for record in records)


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(sorted(FILES)), CSV_BYTES, st.integers(0, 400))
def test_any_bytes_within_a_set(name: str, content: bytes, place: int) -> None:
    """One file of a good set with anything put into it."""
    whole = FILES[name]
    with tempfile.TemporaryDirectory() as folder:
        files = FILES | {name: whole[:place] + content + whole[place:]}
        assert_handled(write_folder(Path(folder) / "set", files), Path(folder) / "out")


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_values_of_a_row(data: st.DataObject) -> None:
    rows = a_set()
    file = data.draw(st.sampled_from(sorted(rows)))
    row = data.draw(st.sampled_from(rows[file]))
    for column in data.draw(
        st.lists(st.sampled_from(["sourcedId", "status", *COLUMNS[file].split()]), min_size=1, max_size=4)
    ):
        row[column] = data.draw(VALUES).encode("utf-8", "replace").decode()
    with tempfile.TemporaryDirectory() as folder:
        assert_handled(write_folder(Path(folder) / "set", files_of(rows)), Path(folder) / "out")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_a_zip_with_changed_bytes(seed: int, turned: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        archive = write_zip(Path(folder) / "set.zip", FILES)
        content = bytearray(archive.read_bytes())
        for _ in range(turned):
            # Half of them at the end, where a ZIP says what it has.
            first = 0 if chance.random() < 0.5 else len(content) - 900
            content[chance.randrange(first, len(content))] = chance.randrange(256)
        archive.write_bytes(content[: chance.choice([len(content), chance.randrange(len(content))])])
        assert_handled(archive, Path(folder) / "out")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300))
@example(b"PK\x05\x06" + b"\0" * 18)
@example(b"PK\x05\x06" + b"\xff" * 18)
def test_any_bytes_as_a_zip(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "set.zip").write_bytes(content)
        assert_handled(Path(folder) / "set.zip", Path(folder) / "out")
