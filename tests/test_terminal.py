"""What commands say: in Russian or English, each sentence in its program's catalogue; and exit statuses."""

import argparse
import ast
import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

from myedu import cli, terminal_ru
from myedu.connector import __main__ as connector
from myedu.connector import terminal_ru as connector_ru
from myedu.connector.adapters.netschool import __main__ as netschool
from myedu.connector.adapters.netschool.app import NetSchoolSettings
from myedu.connector.commands.settings import ConnectorSettings
from myedu.demo import sandbox
from myedu.demo import terminal_ru as demo_ru
from myedu.invented.exports import __main__ as generate
from myedu.invented.exports import terminal_ru as generate_ru
from myedu.journal import __main__ as journal
from myedu.journal import terminal_ru as journal_ru
from myedu.kit import terminal
from myedu.kit.argparse_ru import ARGPARSE_RU
from myedu.kit.settings import describe_settings
from myedu.portal import __main__ as portal
from myedu.portal import commands
from myedu.portal import terminal_ru as portal_ru
from myedu.portal.checks import FindingState
from myedu.portal.exports import commands as export_commands
from myedu.portal.exports.models import Stage, State
from myedu.portal.pilot import forms

SOURCE = Path(cli.__file__).parent
PAGE = SOURCE.parents[1] / "docs" / "operations" / "commands.md"


def literal_sentences(*files: Path) -> set[str]:
    """The texts that are given to `tr` as they are."""
    found: set[str] = set()
    for node in (node for file in files for node in ast.walk(ast.parse(file.read_text()))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "tr":
            assert node.args, "tr needs a sentence"
            if isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


def sentences_of(folder: str) -> set[str]:
    return literal_sentences(*(SOURCE / folder).rglob("*.py"))


def portal_sentences() -> Iterator[str]:
    yield from sentences_of("portal")
    yield from portal._ABOUT.values()
    yield from (command.help for command in portal.all_commands())
    yield from forms.SENTENCES
    yield from (commands.SYSTEM_HELP, export_commands._APPROVE_HELP)
    yield from (*get_args(State), "received", *get_args(Stage), *get_args(FindingState))


def connector_sentences() -> Iterator[str]:
    yield from sentences_of("connector") - set(terminal._SHARED_RU)
    yield connector._ABOUT
    yield from (command.SENTENCE for command in connector._COMMANDS.values())
    for kind in (ConnectorSettings, NetSchoolSettings):
        yield from (setting.sentence for setting in describe_settings(kind, ""))
    yield netschool._ABOUT


def myedu_sentences() -> Iterator[str]:
    yield from literal_sentences(Path(cli.__file__))
    yield from (sentence for _, sentence in cli._PROGRAMS.values())


CATALOGUES: dict[str, tuple[Mapping[str, str], Iterable[str]]] = {
    "portal": (portal_ru.RUSSIAN, portal_sentences()),
    "connector": (connector_ru.RUSSIAN, connector_sentences()),
    "demo": (demo_ru.RUSSIAN, [*sentences_of("demo"), sandbox._ABOUT]),
    "myedu": (terminal_ru.RUSSIAN, myedu_sentences()),
    "journal": (journal_ru.RUSSIAN, [*sentences_of("journal"), journal._ABOUT]),
    "generate": (generate_ru.RUSSIAN, {*sentences_of("invented"), generate._ABOUT} - {"rows"}),
    "kit": (terminal._SHARED_RU, [*sentences_of("kit"), "bytes", "rows"]),
}


@pytest.mark.parametrize("program", CATALOGUES)
def test_every_sentence_is_in_russian_and_none_stands_there_for_nothing(program: str) -> None:
    russian, said = CATALOGUES[program]
    assert set(said) == set(russian)


@pytest.mark.parametrize("program", CATALOGUES)
def test_both_languages_have_the_same_places_for_values(program: str) -> None:
    russian, _ = CATALOGUES[program]
    places = re.compile(r"\{\w+\}")
    assert {
        english: sentence
        for english, sentence in russian.items()
        if set(places.findall(english)) != set(places.findall(sentence))
    } == {}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "sah_RU"}, "ru"),
        ({"LANG": "de_DE@euro"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "ru_RU", "LANG": "en_US"}, "ru"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8"}, "en"),
        ({"MYEDU_LANG": "en", "LC_ALL": "ru_RU.UTF-8"}, "en"),
    ],
)
def test_the_language_is_that_of_the_terminal(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MYEDU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.language() == expected


def typed(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYEDU_")}
    return subprocess.run(
        [sys.executable, "-m", "myedu.cli", *words],
        env={**inherited, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("words", [("--lang", "ru", "jobs", "--help"), ("jobs", "--help", "--lang=ru")])
def test_a_command_speaks_the_language_that_it_is_told(words: Sequence[str]) -> None:
    done = typed(*words, LC_ALL="C.UTF-8")
    assert done.returncode == 0
    assert "Очередь фоновых заданий." in done.stdout
    assert "аргументы" in done.stdout


def test_an_unknown_language_is_named() -> None:
    done = typed("jobs", "list", "--lang", "de", LC_ALL="C.UTF-8")
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no language de" in done.stderr


def piped(program: str, then: str) -> subprocess.CompletedProcess[str]:
    """A program of these lines of Python with its output in a pipe, and its status as the last line."""
    code = f"from myedu import cli\ndef program(words):\n{program}\nraise SystemExit(cli._run(program, []))"
    shell = f'"$0" -c "$1" | {then}; echo ${{PIPESTATUS[0]}}'
    return subprocess.run(
        ["bash", "-c", shell, sys.executable, code], capture_output=True, text=True, timeout=60, check=True
    )


def test_a_reader_that_goes_away_is_no_error() -> None:
    done = piped("    for _ in range(100_000): print('a line')\n    return 0", "head -n 1")
    assert (done.stdout, done.stderr) == ("a line\n0\n", "")


def test_ctrl_c_is_one_word_and_status_130() -> None:
    done = piped("    raise KeyboardInterrupt", "cat")
    assert (done.stdout, done.stderr) == ("130\n", "\nstopped\n")


NO_DATABASE = "postgresql://postgres@127.0.0.1:9/nothing"


def program_commands() -> list[tuple[str, ...]]:
    """Every `myedu PROGRAM [COMMAND]`."""
    found: list[tuple[str, ...]] = []
    for program in cli._PROGRAMS:
        parser = _parser_of(program)
        names = [name for name, help_ in _choices(parser) if help_] if parser else []
        found += [(program, name) for name in names] or [(program,)]
    return found


def _parser_of(program: str) -> argparse.ArgumentParser | None:
    if program in ("portal", "exports", "jobs", "regions", "people", "audit"):
        return commands.parser_of(program, "", portal.all_commands())
    if program == "connector":
        return connector._parser()
    if program == "journal":
        return journal._parser()
    if program == "generate":
        return generate._parser()
    if program == "netschool":
        return netschool._parser()
    return None


def _choices(parser: argparse.ArgumentParser) -> Iterator[tuple[str, Any]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from ((choice.dest, choice.help) for choice in action._choices_actions)


COMMANDS = program_commands()


def test_the_page_describes_every_command_and_no_other() -> None:
    rows = re.findall(r"^\| `myedu ([^`]+)`", PAGE.read_text(), re.MULTILINE)
    described = {tuple(word for word in row.split() if re.fullmatch(r"[a-z-]+", word))[:2] for row in rows}
    assert described == set(COMMANDS)


def test_argparse_words_have_the_same_places_for_values() -> None:
    places = re.compile(r"%(?:\(\w+\))?[rs]")
    for english, russian in ARGPARSE_RU.items():
        assert sorted(places.findall(english)) == sorted(places.findall(russian)), english


def test_every_word_of_argparse_that_a_person_can_meet_is_in_russian() -> None:
    """Those that it translates itself, less the ones for who writes a program."""
    source = Path(argparse.__file__).read_text()
    known = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "ngettext"):
            known |= {one.value for one in node.args if isinstance(one, ast.Constant)}
    for_programmers = re.compile(
        r"callable|__call__|conflict|merge actions|required' is|invalid option string|dest=|mutually"
        r"|multiple subparser"
    )
    met = {word for word in known if isinstance(word, str) and not for_programmers.search(word)}
    assert met - set(ARGPARSE_RU) == set()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_and_errors_are_in_russian(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MYEDU_LANG", "ru")
    assert run_here(*command, "--help") == 0
    shown = capsys.readouterr().out
    assert shown.startswith("использование: ")
    assert not re.search(r"\b(usage|options|arguments|show this|default|the|of|and)\b", shown), shown
    assert run_here(*command, "--no-such-argument") == 2
    said = capsys.readouterr().err
    assert ": ошибка: " in said
    assert said.endswith(" --help`\n")
    assert not re.search(r"\b(usage|error|required|unrecognized)\b", said), said


def test_a_mistyped_command_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_here("exports", "aprove") == 2
    said = capsys.readouterr().err
    assert "did you mean approve?" in said
    assert "agree" not in said  # an old name


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("people", "find", "--born", "3"), "3 is no day: write it as 2026-09-01"),
        (("exports", "approve", "r25-a", "x"), "invalid UUID value: 'x'"),
        (("jobs", "show", "x"), "x is no id of a job"),
    ],
)
def test_a_wrong_value_is_answered_with_the_right_form(
    words: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(*words) == 2
    assert expected in capsys.readouterr().err


ROWS = [("region", "name"), ("25", "Журнал\x1b[31m Приморья"), ("14", "Й школа"), ("16", "学校")]


def test_a_table_is_aligned_by_what_is_seen_and_a_name_steers_no_terminal() -> None:
    assert terminal.table(ROWS, columns=0).splitlines() == [
        "region  name",
        "25      Журнал [31m Приморья",
        "14      Й школа",
        "16      学校",
    ]
    wide = terminal.table([("a", "b"), ("学校", "x"), ("й", "y")], columns=80)
    assert wide.splitlines() == ["a     b", "学校  x", "й     y"]


def test_a_table_that_is_wider_than_the_terminal_is_blocks_and_nothing_is_cut() -> None:
    assert terminal.table(ROWS[:3], columns=20) == (
        "region  25\nname    Журнал [31m Приморья\n\nregion  14\nname    Й школа"
    )
    assert terminal.table(ROWS, columns=200) == terminal.table(ROWS, columns=0)


def in_terminal(words: Sequence[str], columns: int, **environment: str) -> tuple[str, int]:
    """What a program prints into a pseudo-terminal of so many columns, and its exit status."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("MYEDU_") and name not in ("COLUMNS", "LINES")
    }
    process = subprocess.Popen(
        [sys.executable, *words],
        env={**inherited, "LC_ALL": "C.UTF-8", **environment},
        stdin=follower, stdout=follower, stderr=follower,
    )  # fmt: skip
    os.close(follower)
    shown = b""
    while True:
        try:
            if not (part := os.read(leader, 65536)):
                break
        except OSError:  # the other end is closed
            break
        shown += part
    os.close(leader)
    return shown.decode(), process.wait(timeout=60)


PRINT_TABLE = (
    "from myedu.kit.terminal import table;"
    " print(table([('region', 'name'), ('25', 'Журнал Приморского края')]))"
)


def test_the_width_is_that_of_the_terminal() -> None:
    wide, narrow = (in_terminal(["-c", PRINT_TABLE], columns)[0].split("\r\n") for columns in (80, 20))
    assert wide[:2] == ["region  name", "25      Журнал Приморского края"]
    assert narrow[:2] == ["region  25", "name    Журнал Приморского края"]


@pytest.mark.parametrize("columns", [40, 80])
def test_help_fits_a_narrow_terminal_and_has_no_colours(columns: int) -> None:
    shown, status = in_terminal(["-m", "myedu.cli", "exports", "load", "--help"], columns)
    assert status == 0
    assert "\x1b" not in shown
    assert max(map(len, shown.split("\r\n"))) <= columns


PROGRESS = (
    "from myedu.kit.progress import Progress; import time\n"
    "bar = Progress(10); time.sleep(0.3); bar.show(5, 5); bar.finish(10, 10)"
)


def test_progress_is_a_bar_only_on_a_terminal_that_can_draw_it() -> None:
    assert "\r█" in in_terminal(["-c", PROGRESS], 80, TERM="xterm")[0]
    dumb, _ = in_terminal(["-c", PROGRESS], 80, TERM="dumb")
    assert "\x1b" not in dumb
    assert "100%" in dumb
    done = subprocess.run([sys.executable, "-c", PROGRESS], capture_output=True, text=True, timeout=60)
    assert (done.stdout, "\x1b" in done.stderr, "100%" in done.stderr) == ("", False, True)


@pytest.mark.parametrize("words", [("portal", "--help"), ()], ids=["help", "list of programs"])
def test_help_into_a_closed_pipe_is_no_error(words: tuple[str, ...]) -> None:
    shell = '"$0" -m myedu.cli "$@" | true; echo ${PIPESTATUS[0]}'
    done = subprocess.run(
        ["bash", "-c", shell, sys.executable, *words], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    assert done.stdout in ("0\n", "2\n")  # 2 if the list was written before its reader went


def test_a_full_disk_is_told_and_is_status_1() -> None:
    code = "from myedu import cli\nraise SystemExit(cli._run(lambda words: print('a line') or 0, []))"
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (1, "the output can't be written: No space left on device\n")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_wrong_argument_is_status_2_and_help_is_0(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_here(*command, "--no-such-argument") == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--no-such-argument" in said.err or "required" in said.err
    assert run_here(*command, "--help") == 0


def run_here(*words: str) -> int | str | None:
    """The exit status of a command in this process."""
    try:
        return cli.main(words)
    except SystemExit as end:
        return end.code


ARGUMENTS = {
    "schedule": ["r25-a", "02:30"],
    "vendor-key": ["r25-a", str(PAGE)],
    **{deed: ["r25-a"] for deed in ("retry", "pause", "resume", "wake")},
    "load": ["r25-a", "."],
    "roll-back": ["25"],
    "approve": ["r25-a", "0d8f2a3c-0000-4000-8000-000000000000"],
    "reject": ["r25-a", "0d8f2a3c-0000-4000-8000-000000000000"],
    "problems": ["r25-a", "0d8f2a3c-0000-4000-8000-000000000000"],
    "register": ["r25-a", "25", "Журнал", "https://journal.example", "portal"],
    "show": ["1"],
    "add": ["77", "Город Москва"],
    "set": ["25", "--state", "joining"],
    "contacts": ["25"],
    "find": ["--snils", "16013959652", "--reason", "complaint 123"],
}
# `myedu exports` runs the same commands as `myedu portal`.
NEEDS_DATABASE = [
    command
    for command in COMMANDS
    if command[0] in ("portal", "jobs", "regions", "people", "audit")
    and command[1] not in ("serve", "work", "doctor")
]


@pytest.mark.parametrize("command", NEEDS_DATABASE, ids=" ".join)
def test_a_missing_setting_is_status_2(
    command: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["1"] if command == ("jobs", "retry") else ARGUMENTS.get(command[1], [])
    monkeypatch.delenv("MYEDU_DATABASE_URL", raising=False)
    assert run_here(*command, *arguments) == 2
    assert "MYEDU_DATABASE_URL is not set" in capsys.readouterr().err


@pytest.mark.parametrize("command", [("portal", "migrate"), ("jobs", "list")], ids=" ".join)
def test_a_database_that_is_away_is_status_1(
    command: tuple[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MYEDU_DATABASE_URL", NO_DATABASE)
    assert run_here(*command) == 1
    assert capsys.readouterr().err.endswith("Start PostgreSQL, or correct MYEDU_DATABASE_URL.\n")
