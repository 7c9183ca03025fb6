"""The commands in the operator's instructions are commands of the program."""

import shlex
from pathlib import Path

import pytest

from myedu.portal.__main__ import all_commands
from myedu.portal.commands import parser_of

PAGE = Path(__file__).resolve().parents[2] / "docs" / "operations" / "connect-region.md"
COMMANDS = [
    line.partition("#")[0].strip()
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith(("    myedu portal ", "    myedu exports "))
]
ID = "6f1f1e0e-0000-4000-8000-000000000001"


def test_the_page_has_all_steps() -> None:
    shown = {command.split()[2] for command in COMMANDS}
    assert shown >= {
        "register",
        "schedule",
        "vendor-key",
        "load",
        "work",
        "approve",
        "reject",
        "roll-back",
        "retry",
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_the_program_accepts_the_command(command: str) -> None:
    program, *rest = shlex.split(command)[1:]
    parser_of(program, "", all_commands()).parse_args([word.replace("EXPORT_ID", ID) for word in rest])
