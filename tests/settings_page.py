"""`python -m tests.settings_page` writes docs/operations/settings.md out of the structs of settings."""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from myedu.kit.settings import describe_settings
from myedu.portal.app import ROOMS
from myedu.portal.settings import CORE_SETTINGS, MigrateSettings

TARGET = Path(__file__).resolve().parents[1] / "docs" / "operations" / "settings.md"
HEAD = """\
# Settings

Environment variables; an empty one is an absent one, and those without a default are required. A wrong value
stops the program with a sentence that names the variable. A command asks only for what it needs. Made by
`python -m tests.settings_page`.
"""


def page() -> str:
    """The whole text."""
    rooms = (_section(room.name, room.settings) for room in ROOMS if room.settings)
    return HEAD + _section("The portal", (*CORE_SETTINGS, MigrateSettings)) + "".join(rooms)


def _section(title: str, structs: Iterable[type[msgspec.Struct]]) -> str:
    return f"\n## {title}\n" + "".join(_table(struct) for struct in structs)


def _table(struct: type[msgspec.Struct]) -> str:
    about = (struct.__doc__ or "").partition("\n")[0]
    lines = [f"\n{about}\n", "| variable | default | |", "|---|---|---|"]
    for name, default, sentence in describe_settings(struct):
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{name}` | {shown} | {sentence} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page())
