"""`myedu PROGRAM`: what a newcomer types first."""

import re
from pathlib import Path

import pytest

from myedu import cli

ROOT = Path(__file__).resolve().parents[1]


def test_without_a_program_it_lists_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    assert "myedu portal" in capsys.readouterr().out
    assert cli.main(["--help"]) == 0


def test_an_unknown_program_is_named_beside_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["jurnal"]) == 2
    printed = capsys.readouterr().err
    assert "no program jurnal" in printed
    assert "myedu journal" in printed


@pytest.mark.parametrize("program", ["demo", "portal", "journal", "netschool"])
def test_every_program_has_help(program: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([program, "--help"]) == 0
    assert "usage:" in capsys.readouterr().out


def test_an_extra_that_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def without_litestar(name: str) -> None:
        raise ModuleNotFoundError(f"No module named 'litestar' (for {name})", name="litestar")

    monkeypatch.setattr(cli.importlib, "import_module", without_litestar)
    assert cli.main(["portal"]) == 2
    assert "needs litestar" in capsys.readouterr().err


@pytest.mark.parametrize("readme", ["README.md", "README.ru.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_the_documents_name_only_commands_that_exist(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / readme).read_text(), re.MULTILINE))
    assert named
    assert named <= targets


def test_the_documents_link_only_to_files_that_exist() -> None:
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text())
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []
