"""`myedu connector new`: what it makes works before anything is filled in."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from myedu.connector.__main__ import main
from myedu.connector.new.project import ProjectError, write_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_project("selo-7", tmp_path_factory.mktemp("vendor"))


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # as a vendor has it: a folder of its own, nothing of our checkout on the path
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MYEDU"))}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True, timeout=300
    )


def test_its_own_test_is_green(project: Path) -> None:
    """One line runs every rule of the judge over HTTP."""
    done = run(project, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def test_the_test_is_red_for_a_journal_that_breaks_a_rule(project: Path, tmp_path: Path) -> None:
    broken = write_project("broken", tmp_path)
    journal = broken / "journal.py"
    # a mark that no five-point scale has
    journal.write_text(journal.read_text().replace("m.value, m.weight", "'6' AS value, m.weight"))
    done = run(broken, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "scale" in done.stdout


_ASK_FOR_01 = """
from datetime import date
import sample
from journal import DATABASE, Journal
sample.main(DATABASE)
journal, days = Journal(), (date.min, date.max)
for name in ("lessons", "homework", "marks", "attendance"):
    asked = getattr(journal, name)
    assert any([*asked(person, *days)] for person in "123"), name
    assert not any([*asked("0" + person, *days)] for person in "123"), name
assert [*journal.teacher_lessons("1", *days)]
assert journal.student("01") is None and journal.teacher_lessons("01", *days) is None
"""


def test_an_id_that_only_looks_like_anothers_finds_nothing(tmp_path: Path) -> None:
    done = run(write_project("exact", tmp_path), "-c", _ASK_FOR_01)
    assert done.returncode == 0, done.stderr


def test_the_files_and_the_name(project: Path) -> None:
    assert {path.name for path in project.iterdir() if not path.name.startswith("__")} >= {
        "journal.py", "sample.py", "test_journal.py", "README.md", "Dockerfile", "pyproject.toml",
        ".gitignore", ".dockerignore",
    }  # fmt: skip
    for path in project.glob("*.*"):
        if path.suffix in (".py", ".md", ".toml"):
            assert "mysystem" not in path.read_text(), path.name
    assert 'name = "selo-7"' in (project / "pyproject.toml").read_text()


def test_the_readme_is_one_page_of_commands_that_exist(project: Path) -> None:
    readme = (project / "README.md").read_text()
    assert len(readme.splitlines()) <= 60
    commands = set(re.findall(r"myedu connector (\w+)", readme))
    assert commands == {"key", "serve", "export", "push"}
    for command in commands:
        with pytest.raises(SystemExit) as stopped:
            main([command, "--help"])
        assert stopped.value.code == 0
    flags = set(re.findall(r"MYEDU_CONNECTOR_(\w+)", readme + (project / "Dockerfile").read_text()))
    assert flags <= {"PUBLIC_URL", "CLIENTS", "HOST", "EXPORT_AT"}


def test_the_dockerfile_copies_what_is_there(project: Path) -> None:
    lines = (project / "Dockerfile").read_text().splitlines()
    copied = [name for line in lines if line.startswith("COPY") for name in line.split()[1:-1]]
    assert [name for name in copied if "[" not in name and not (project / name).exists()] == []
    assert lines[-1] == 'CMD ["myedu", "connector", "serve"]'
    ignored = (project / ".dockerignore").read_text().split()
    assert {"keys/", "state/"} <= set(ignored)


@pytest.mark.parametrize("name", ["", "Село", "a b", "../x", "9lives", "x" * 41])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    with pytest.raises(ProjectError, match="letters"):
        write_project(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_left_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "selo").mkdir()
    assert main(["new", "selo", "--into", str(tmp_path)]) == 2
    assert "give another name" in capsys.readouterr().err
    assert list((tmp_path / "selo").iterdir()) == []


def test_it_prints_the_next_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "selo", "--into", str(tmp_path)]) == 0
    assert "myedu connector serve" in capsys.readouterr().out
