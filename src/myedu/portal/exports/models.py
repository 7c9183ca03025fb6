"""A package on the conveyor, and what became of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from myedu.portal.people.intake import Changes

Severity = Literal["error", "field", "warning"]
"""error: the row is set aside. field: the row is taken, this value is not. warning: taken as it is."""

State = Literal["applied", "unchanged", "held", "refused", "proposed", "rolled-back"]
"""unchanged: this very package was applied before, whether it stands or a newer one does. proposed: somebody
asked what the package would do, and nothing was done."""


class PackageRefused(Exception):
    """The package can't be taken at all; the sentence says to its vendor what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with one row. `line` is the line of the file that the row begins at, the header is 1.

    `detail` holds codes and ids, never a person's data.
    """

    table: str
    line: int
    field: str | None
    code: str
    severity: Severity
    detail: str | None = None


class Guard(msgspec.Struct, frozen=True):
    """A package that would archive or erase more of a table than both `share` and `rows` waits for an
    operator; so does one that changes a known SNILS or birth date of more persons than `identity_share`
    and `rows`."""

    share: float = 0.02
    rows: int = 20
    identity_share: float = 0.02


class TableReport(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a package: rows that it has, rows set aside, and what the rest does."""

    changes: Changes
    rows: int
    set_aside: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a package. `problems` counts by code; each one is in exports.problems."""

    system_id: str
    export_id: UUID
    state: State
    code: str | None = None
    reason: str | None = None
    tables: Sequence[TableReport] = ()
    problems: dict[str, int] = {}

    @property
    def changes(self) -> dict[str, Changes]:
        return {table.changes.table: table.changes for table in self.tables}


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package that was seen before, as exports.packages has it."""

    export_id: UUID
    created_at: datetime
    state: str
    code: str | None = None
    reason: str | None = None


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """The package of a region that was applied last. `can_roll_back`: what it changed is kept."""

    system_id: str
    export_id: UUID
    mode: str
    created_at: datetime
    applied_at: datetime
    tables: Sequence[TableReport]
    can_roll_back: bool
