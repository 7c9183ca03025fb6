"""`myedu generate regions` as a person types it."""

from pathlib import Path

import msgspec
import pytest

from myedu import cli
from myedu.contract.package import MANIFEST, Manifest


def generate(out: Path, *more: str) -> int:
    return cli.main(["generate", "regions", "--pupils", "2000", "--out", str(out), *more])


def test_packages_are_written_and_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(tmp_path, "--regions", "39,14", "--errors", "0.02") == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert [line[:2] for line in lines] == ["14", "39"]
    assert all("mistakes" in line for line in lines)
    assert "100%" in printed.err
    for line in lines:
        manifest = msgspec.json.decode((Path(line.split()[-1]) / MANIFEST).read_bytes(), type=Manifest)
        assert manifest.region == line[:2]
        assert manifest.tables[0].file == "organizations.csv.zst"


def test_a_delta_follows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bases = []
    for more in ((), ("--day", "1", "--delta"), ("--day", "2", "--delta")):
        assert generate(tmp_path, "--regions", "39", "--compression", "none", *more) == 0
        package = Path(capsys.readouterr().out.split()[-1])
        manifest = msgspec.json.decode((package / MANIFEST).read_bytes(), type=Manifest)
        bases.append((manifest.base, manifest.export_id))
    assert [base for base, _ in bases] == [None, bases[0][1], bases[1][1]]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--regions", "14,99"), "no such region: 99"),
        (("--delta",), "--day 1"),
        (("--base", "full"), "--delta"),
        (("--errors", "2"), "0 to 0.5"),
        (("--pupils", "3"), "ask for"),
        (("--day", "-1"), "from 0"),
    ],
)
def test_a_wrong_argument_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...], words: str
) -> None:
    assert generate(tmp_path, *more) == 1
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_package_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert generate(tmp_path, "--regions", "39") == 0
    assert generate(tmp_path, "--regions", "39") == 1
    assert "exists already" in capsys.readouterr().err
