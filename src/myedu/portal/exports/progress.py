"""How far a package is: what the belt tells while it works, for a terminal and for the operator's page."""

from typing import Literal, Protocol

Stage = Literal["fetch", "verify", "read", "check", "match", "compare", "apply"]


BYTES_OF: frozenset[Stage] = frozenset({"fetch", "verify"})


class Progress(Protocol):
    def __call__(self, stage: Stage, rows: int, total: int | None = None) -> None:
        """`rows` of the stage are done, out of `total` where that is known; in BYTES_OF they are bytes.

        It may be called from any thread and never raises.
        """


def silent(stage: Stage, rows: int, total: int | None = None) -> None:
    """Tells nobody."""
