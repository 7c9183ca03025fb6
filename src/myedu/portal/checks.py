"""What `myedu doctor` looks at: each room declares its checks in `ROOM.checks`."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Literal

import msgspec

from myedu.portal.context import CommandContext

FindingState = Literal["ok", "warning", "failed"]
"""warning: nothing fails yet, and something will, or nobody looks after it."""


class Finding(msgspec.Struct, frozen=True):
    """One line of the doctor. `about`: what was looked at; `sentence`: how it is, and what to do."""

    about: str
    state: FindingState
    sentence: str


Check = Callable[[CommandContext], Awaitable[Sequence[Finding]]]
"""Looks at one thing and changes nothing. The settings are those that could be read: NotRead for others."""


def ok(about: str, sentence: str) -> Finding:
    """All is well."""
    return Finding(about, "ok", sentence)


def warning(about: str, sentence: str) -> Finding:
    """Somebody should look at it."""
    return Finding(about, "warning", sentence)


def failed(about: str, sentence: str) -> Finding:
    """Something doesn't work."""
    return Finding(about, "failed", sentence)
