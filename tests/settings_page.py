"""`python -m tests.settings_page` writes docs/operations/settings.md out of the structs of settings."""

from pathlib import Path

import msgspec

from myedu.kit.settings import describe_settings
from myedu.portal.settings import PortalSettings

TARGET = Path(__file__).resolve().parents[1] / "docs" / "operations" / "settings.md"
PROGRAMS: dict[str, type[msgspec.Struct]] = {"The portal": PortalSettings}
HEAD = """\
# Settings

Environment variables; an empty one is an absent one, and those without a default are required. A wrong value
stops the program with a sentence that names the variable. Made by `python -m tests.settings_page`.
"""


def page() -> str:
    """The whole text."""
    return HEAD + "".join(_section(title, settings) for title, settings in PROGRAMS.items())


def _section(title: str, settings: type[msgspec.Struct]) -> str:
    lines = [f"\n## {title}\n", "| variable | default | |", "|---|---|---|"]
    for name, default, sentence in describe_settings(settings):
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{name}` | {shown} | {sentence} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(page())
