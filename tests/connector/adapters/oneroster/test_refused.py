"""Sets that can't be used at all: each raises one sentence with what to fix, and nothing is written."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from myedu.connector.adapters.oneroster.archive import Limits, OneRosterError, open_archive
from tests.connector.adapters.oneroster.conftest import Convert
from tests.connector.adapters.oneroster.sets import (
    a_set,
    delta,
    files_of,
    manifest_of,
    write_folder,
    write_zip,
)

Files = dict[str, bytes]
BULK = dict.fromkeys(a_set(), "bulk")


def manifest(**properties: str) -> bytes:
    return manifest_of(BULK, **properties).encode()


def lacking(name: str) -> bytes:
    lines = manifest_of(BULK).splitlines()
    return "\r\n".join(line for line in lines if not line.startswith(f"{name},")).encode()


def header(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


REFUSED: dict[str, tuple[Callable[[Files], Files], str]] = {
    "no manifest": (
        lambda f: {n: c for n, c in f.items() if n != "manifest.csv"},
        r"manifest\.csv is missing",
    ),
    "nothing": (lambda f: {}, r"manifest\.csv is missing"),
    "1.2 called 1.1": (
        lambda f: f | {"manifest.csv": manifest(oneroster_version="1.1")},
        r"is '1\.1', but users\.csv has no orgSourcedIds and no role.*OneRoster 1\.2.* in roles\.csv",
    ),
    "version 1.0": (
        lambda f: f | {"manifest.csv": manifest(oneroster_version="1.0")},
        r"'1\.0': this reads OneRoster 1\.2 and 1\.1",
    ),
    "version of the manifest": (
        lambda f: f | {"manifest.csv": manifest(manifest_version="2.0")},
        r"write 1\.0",
    ),
    "no version": (
        lambda f: f | {"manifest.csv": lacking("oneroster.version")},
        "is missing: this reads OneRoster 1.2",
    ),
    "unnamed file": (lambda f: f | {"manifest.csv": lacking("file.users")}, r"has no property file\.users"),
    "unknown mode": (
        lambda f: f | {"manifest.csv": manifest(file_users="full")},
        "'full': write absent, bulk or delta",
    ),
    "property twice": (
        lambda f: f | {"manifest.csv": manifest() + b"file.users,delta\r\n"},
        r"'file\.users' twice",
    ),
    "manifest of one column": (
        lambda f: f | {"manifest.csv": b"propertyName\r\nx\r\n"},
        "lacks the column value",
    ),
    "manifest with a broken line": (
        lambda f: f | {"manifest.csv": manifest() + b"a,b,c\r\n"},
        r"of manifest\.csv can't be read",
    ),
    "mixed": (lambda f: f | {"manifest.csv": manifest(file_users="delta")}, "mixes bulk and delta"),
    "promised": (
        lambda f: {n: c for n, c in f.items() if n != "users.csv"},
        r"lists users\.csv as bulk, but the file is missing",
    ),
    "absent and there": (
        lambda f: f | {"manifest.csv": manifest(file_demographics="absent")},
        "absent, but it is there",
    ),
    "not self-consistent": (
        lambda f: (
            {n: c for n, c in f.items() if n != "classes.csv"}
            | {"manifest.csv": manifest(file_classes="absent")}
        ),
        "the bulk set has no classes",
    ),
    "all absent": (lambda f: {"manifest.csv": manifest_of({}).encode()}, "nothing to read"),
    "semicolons": (lambda f: f | {"users.csv": f["users.csv"].replace(b",", b";")}, "write commas"),
    "column twice": (
        lambda f: f | {"users.csv": header(f["users.csv"], b"middleName", b"givenName")},
        "'givenName' twice",
    ),
    "missing columns": (
        lambda f: f | {"users.csv": header(header(f["users.csv"], b"givenName", b"a"), b"familyName", b"b")},
        "lacks the columns givenName, familyName",
    ),
    "empty": (lambda f: f | {"users.csv": b""}, r"users\.csv is empty"),
    "UTF-16": (
        lambda f: f | {"users.csv": f["users.csv"].decode().encode("utf-16")},
        "is UTF-16: write it in UTF-8",
    ),
    "NUL in the header": (
        lambda f: f | {"users.csv": b"\0" + f["users.csv"]},
        "header of users.csv can't be read",
    ),
    "cp1251": (
        lambda f: f | {"users.csv": f["users.csv"].decode().encode("cp1251")},
        r"5 of 5 rows of users\.csv .*, the first in line 2: the line is not UTF-8 \(windows-1251\?\)",
    ),
    "folders": (lambda f: {f"set/{n}": c for n, c in f.items()}, "at its root, without folders"),
    "path traversal": (
        lambda f: f | {"../../users.csv": b""},
        r"'\.\./\.\./users\.csv': put the files at its root",
    ),
    "windows path": (lambda f: f | {"..\\users.csv": b""}, "at its root"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_set_that_can_t_be_used(convert: Convert, tmp_path: Path, out: Path, case: str) -> None:
    spoil, sentence = REFUSED[case]
    archive = write_zip(tmp_path / "set.zip", spoil(files_of(a_set())))
    with pytest.raises(OneRosterError, match=sentence) as caught:
        convert(archive)
    assert "\n" not in str(caught.value)
    assert not out.exists() or [path for path in out.iterdir() if path.is_dir()] == []


def test_a_bom_and_empty_lines_are_ignored(convert: Convert, tmp_path: Path) -> None:
    files = {name: b"\xef\xbb\xbf" + content + b"\r\n\r\n" for name, content in files_of(a_set()).items()}
    assert convert(write_zip(tmp_path / "set.zip", files)).report.problem_counts == {}


def test_lines_without_a_value_are_passed_over(convert: Convert, tmp_path: Path) -> None:
    """Spreadsheets write them below the table."""
    files = {
        name: content + b"," * content.partition(b"\n")[0].count(b",") + b"\r\n  \r\n"
        for name, content in files_of(a_set()).items()
    }
    made = convert(write_zip(tmp_path / "set.zip", files))
    assert (len(made.rows("persons")), made.report.problem_counts) == (5, {})


def test_the_clutter_of_macos_is_passed_over_and_strange_files_are_named(
    convert: Convert, tmp_path: Path
) -> None:
    files = files_of(a_set()) | {"__MACOSX/._users.csv": b"\0", "readme.txt": b"x"}
    assert convert(write_zip(tmp_path / "set.zip", files)).report.unknown_files == ("readme.txt",)


def test_neither_a_folder_nor_a_zip(convert: Convert, tmp_path: Path) -> None:
    with pytest.raises(OneRosterError, match="give a ZIP or a folder"):
        convert(tmp_path / "nowhere")
    for content in (b"", b"not a zip", b"PK\x03\x04" + b"\0" * 100):
        (tmp_path / "set.zip").write_bytes(content)
        with pytest.raises(OneRosterError, match="is not a complete ZIP"):
            convert(tmp_path / "set.zip")


def test_a_damaged_entry(convert: Convert, tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "set.zip", files_of(a_set()))
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as opened:
        entry = opened.getinfo("users.csv")
    content[entry.header_offset + 60] ^= 0xFF
    archive.write_bytes(content)
    with pytest.raises(OneRosterError, match=r"users\.csv can't be decompressed .*: create the ZIP again"):
        convert(archive)


def test_an_encrypted_entry_and_another_method(convert: Convert, tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "set.zip", files_of(a_set()))
    content = archive.read_bytes()
    for place, value, sentence in ((8, 1, "without a password"), (10, 12, "create a plain ZIP")):
        changed = bytearray(content)
        start = content.rindex(b"manifest.csv") - 46
        changed[start + place : start + place + 2] = struct.pack("<H", value)
        archive.write_bytes(changed)
        with pytest.raises(OneRosterError, match=sentence):
            convert(archive)


def test_a_bomb_is_refused_before_it_is_decompressed(convert: Convert, tmp_path: Path) -> None:
    bomb = files_of(a_set())["users.csv"] + b"x" * (40 * 1024 * 1024)
    archive = write_zip(tmp_path / "set.zip", files_of(a_set()) | {"users.csv": bomb})
    assert archive.stat().st_size < 100_000
    with pytest.raises(OneRosterError, match=r"users\.csv decompresses to more than 16 MiB"):
        convert(archive)


def test_a_file_longer_than_allowed_ends_wherever_it_lies(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set", {"users.csv": b"x" * 3_000_000})
    with (
        open_archive(folder, Limits(file_bytes=2 * 1024 * 1024)) as archive,
        archive.open("users.csv") as stream,
        pytest.raises(OneRosterError, match="decompresses to more than 2 MiB"),
    ):
        stream.read()


@pytest.mark.parametrize(
    ("count", "sentence"), [(300, "only the files of one set"), (6_000, "too many entries")]
)
def test_too_many_entries(convert: Convert, tmp_path: Path, count: int, sentence: str) -> None:
    files = {f"{number}{'x' * (count // 40)}.csv": b"" for number in range(count)}
    with pytest.raises(OneRosterError, match=sentence):
        convert(write_zip(tmp_path / "set.zip", files))


def test_an_entry_twice(convert: Convert, tmp_path: Path) -> None:
    archive = write_zip(tmp_path / "set.zip", files_of(a_set()))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("users.csv", b"")
    with pytest.raises(OneRosterError, match=r"'users\.csv' twice"):
        convert(archive)


def test_a_link_in_a_folder_is_not_followed(convert: Convert, tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "set", files_of(a_set()))
    (tmp_path / "elsewhere.csv").write_bytes((folder / "users.csv").read_bytes())
    (folder / "users.csv").unlink()
    (folder / "users.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(OneRosterError, match=r"users\.csv is a link or not a file"):
        convert(folder)


def test_a_state_that_is_none(convert: Convert, out: Path) -> None:
    out.mkdir()
    (out / "oneroster-16.sqlite").write_bytes(b"x" * 5000)
    with pytest.raises(OneRosterError, match="delete it and give a bulk set"):
        convert(a_set())


def test_a_delta_with_no_rows_is_a_package_too(convert: Convert) -> None:
    convert(a_set())
    made = convert(delta(users=[]), "delta")
    assert not any(made.raw.values())


def test_sizes_declared_by_a_zip_are_not_trusted(convert: Convert, tmp_path: Path) -> None:
    """The directory declares that users.csv decompresses to 10 bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files_of(a_set()).items():
            archive.writestr(name, content)
    content = bytearray(buffer.getvalue())
    start = bytes(content).rindex(b"users.csv") - 46
    content[start + 24 : start + 28] = struct.pack("<I", 10)
    (tmp_path / "set.zip").write_bytes(content)
    with pytest.raises(OneRosterError, match=r"header of users\.csv|users\.csv (can't be|lacks)"):
        convert(tmp_path / "set.zip")
