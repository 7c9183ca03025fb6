"""`python -m myedu.connector.adapters.oneroster`."""

from pathlib import Path

import pytest

from myedu.connector.adapters.oneroster.__main__ import main
from myedu.connector.sdk.export import latest_package
from tests.connector.adapters.oneroster.sets import a_set, files_of, write_folder


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "set", files_of(a_set()))


def test_it_prints_the_report_and_the_package(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    zones = tmp_path / "zones.json"
    zones.write_text('{"s1": "Asia/Yakutsk"}')
    out = tmp_path / "out"
    given = [str(source), str(out), "--region", "16", "--time-zone", "Europe/Moscow", "--zones", str(zones)]
    assert main(given) == 0

    manifest = latest_package(out)
    assert manifest is not None
    printed = capsys.readouterr().out
    assert f"full package: {out / str(manifest.export_id)}" in printed
    assert "  persons: 5 rows\n" in printed
    assert "  users.csv email: 1 values: the contract holds no contacts of persons" in printed


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        ({"--region": "1"}, "'1' is not a region"),
        ({"--time-zone": "Moscow"}, "'Moscow' is not a time zone"),
        ({"--time-zone": "../x"}, "is not a time zone"),
        ({"--zones": "nowhere.json"}, "nowhere.json"),
        ({"--base": "12345678-1234-5678-1234-567812345678"}, "leave --base out"),
    ],
)
def test_a_wrong_argument_is_reported_in_one_line(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], flags: dict[str, str], sentence: str
) -> None:
    given = {"--region": "16", "--time-zone": "Europe/Moscow"} | flags
    assert main([str(source), str(tmp_path / "out"), *(word for pair in given.items() for word in pair)]) == 2
    printed = capsys.readouterr().err
    assert sentence in printed
    assert printed.count("\n") == 1


def test_a_folder_that_can_t_be_written(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").write_text("a file")
    assert main([str(source), str(tmp_path / "out"), "--region", "16", "--time-zone", "Europe/Moscow"]) == 2
    assert "give a folder that can be written" in capsys.readouterr().err
