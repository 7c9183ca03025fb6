"""Programs that nobody here wrote, which tests run where they are there: where `tests.prepare` puts them."""

import shutil
from pathlib import Path

CACHE = Path(__file__).resolve().parents[1] / ".cache" / "tools"
"""Unpacked packages of Debian, of programs that would start a service if they were installed."""
UNPACKED = {"prometheus": "usr/bin/promtool"}
"""Package → the program in it that the tests need."""


def tool(name: str) -> Path | None:
    """The program, installed or unpacked; None if this machine has none."""
    if found := shutil.which(name):
        return Path(found)
    for package, program in UNPACKED.items():
        path = CACHE / package / program
        if path.name == name and path.exists():
            return path
    return None
