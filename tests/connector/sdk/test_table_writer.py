"""A package written school by school is the package written table by table."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from myedu.connector.sdk.export import csv_lines, write_package
from myedu.connector.sdk.table_writer import PackageWriter
from myedu.contract.tables import TABLES, Subject, columns
from tests.connector.sdk.school import SYSTEM

AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
HEAD = {"region": "25", "system": SYSTEM, "created_at": AT, "export_id": UUID(int=1)}


def cells(table: str, **values: str) -> tuple[str, ...]:
    return tuple(
        {"updated_at": AT.isoformat(), "deleted": "false", **values}.get(n, "") for n in columns(table)
    )


@pytest.mark.parametrize("compression", ["none", "gz", "zst"])
def test_encoded_rows_give_the_same_package_as_structs(tmp_path: Path, compression: str) -> None:
    rows = [Subject(id=f"s{n}", updated_at=AT, organization_id="o", name=f"«Труд», {n}") for n in range(5)]
    expected = write_package(
        tmp_path / "structs",
        tables={**dict.fromkeys(TABLES, ()), "subjects": rows},
        compression=compression,
        **HEAD,
    )
    with PackageWriter(tmp_path / "lines", compression=compression, **HEAD) as draft:
        for row in rows:
            draft.write(
                "subjects", csv_lines([cells("subjects", id=row.id, organization_id="o", name=row.name)]), 1
            )
            draft.write("persons", b"", 0)
    assert draft.manifest == expected
    for path in (tmp_path / "structs" / str(UUID(int=1))).iterdir():
        assert (tmp_path / "lines" / str(UUID(int=1)) / path.name).read_bytes() == path.read_bytes()


def test_an_exception_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        with PackageWriter(tmp_path, **HEAD) as draft:
            draft.write("subjects", b"s1,", 1)
            raise RuntimeError("the journal went away")

    with pytest.raises(RuntimeError):
        broken()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["plain", "a, b", 'a "b"', "a\r\nb", "a\nb", "a\rb", "", " «ё» "])
def test_lines_are_those_of_the_csv_module(value: str) -> None:
    rows = [("1", "x", "y"), ("2", value, ""), ("3", "", value)]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    assert csv_lines(rows).decode() == text.getvalue()
    assert csv_lines([]) == b""
