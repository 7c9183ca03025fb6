"""Packages, what becomes of them, and what is wrong with them."""

from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Literal, Protocol
from uuid import UUID

import msgspec

from myedu.kit.clock import Clock
from myedu.kit.db import Database
from myedu.portal.erasing import Eraser

Severity = Literal["error", "field", "warning"]
"""error: the row is rejected. field: the row is taken, this value is not. warning: taken as it is."""

State = Literal["applied", "unchanged", "held", "refused", "proposed", "rolled-back"]
"""unchanged: this very package was applied before, and it or a newer one is in force. proposed: a dry run,
nothing was done."""

Stage = Literal["fetch", "verify", "read", "match", "compare", "apply"]

STAGES_IN_BYTES: frozenset[Stage] = frozenset({"fetch", "verify"})
"""Their progress is counted in bytes, that of the others in rows."""


class Progress(Protocol):
    """Receives how far an import is, for a terminal and for the operator's page."""

    def __call__(self, stage: Stage, done: int, total: int | None = None) -> None:
        """`done` rows or bytes of the stage, out of `total` if that is known.

        May be called from any thread and never raises.
        """


def no_progress(stage: Stage, done: int, total: int | None = None) -> None:
    """Shows nothing."""


class PackageRefused(Exception):
    """The package can't be imported at all; the sentence says to its vendor what to do."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence = code, sentence


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with one row. `line`: of the file, where the row begins; the header is line 1.

    `detail` has codes and ids, never a person's data.
    """

    table: str
    line: int
    field: str | None
    code: str
    severity: Severity
    detail: str | None = None


class ApprovalPolicy(msgspec.Struct, frozen=True):
    """Which packages wait for an operator.

    A package waits that would archive or erase more of a table than both `share` and `rows`, or that changes
    a known SNILS or birth date of more persons than both `identity_share` and `rows`.
    """

    share: float = 0.02
    rows: int = 20
    identity_share: float = 0.02


class TableChanges(msgspec.Struct, frozen=True, kw_only=True):
    """What a package does, or would do, to one table, in rows.

    `held`: current rows before it; `identity`: rows whose known SNILS or birth date changes; `fields`: column
    → rows in which it changes.
    """

    table: str
    held: int = 0
    added: int = 0
    changed: int = 0
    archived: int = 0
    restored: int = 0
    erased: int = 0
    identity: int = 0
    fields: dict[str, int] = {}

    @property
    def any(self) -> bool:
        """Whether any row becomes different."""
        return bool(self.added or self.changed or self.archived or self.restored or self.erased)


class TableReport(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a package: the rows that it has, how many were rejected, and what the others do."""

    changes: TableChanges
    rows: int
    set_aside: int = 0


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a package. `problems`: code → how many; each one is in exports.problems."""

    system_id: str
    export_id: UUID
    state: State
    code: str | None = None
    reason: str | None = None
    tables: Sequence[TableReport] = ()
    problems: dict[str, int] = {}

    @property
    def changes(self) -> dict[str, TableChanges]:
        """By table."""
        return {table.changes.table: table.changes for table in self.tables}


class Package(msgspec.Struct, frozen=True, kw_only=True):
    """A package that was received before."""

    export_id: UUID
    created_at: datetime
    state: str
    code: str | None = None
    reason: str | None = None


class AppliedPackage(msgspec.Struct, frozen=True, kw_only=True):
    """The package of a region that was applied last. `can_roll_back`: what it changed is kept."""

    system_id: str
    export_id: UUID
    mode: str
    created_at: datetime
    applied_at: datetime
    tables: Sequence[TableReport]
    can_roll_back: bool


class ProblemCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many rows of a package have a problem."""

    code: str
    severity: str
    rows: int


class PackageReport(msgspec.Struct, frozen=True, kw_only=True):
    """A package as vendors and operators see it; in the state «received» it is being imported."""

    system_id: str
    region: str
    export_id: UUID
    mode: str
    base: UUID | None
    created_at: datetime
    received_at: datetime
    applied_at: datetime | None
    state: str
    code: str | None
    reason: str | None
    tables: tuple[TableReport, ...]
    problems: tuple[ProblemCount, ...] = ()


class PackageLine(msgspec.Struct, frozen=True, kw_only=True):
    """A package on the operator's list."""

    system_id: str
    region: str
    name: str
    export_id: UUID
    mode: str
    created_at: datetime
    received_at: datetime
    applied_at: datetime | None
    state: str
    code: str | None
    reason: str | None
    tables: tuple[TableReport, ...]
    problem_rows: int


class PackagePoint(msgspec.Struct, frozen=True, kw_only=True):
    """Packages of a system that came in one step of a history, from `at` on, by what became of them.

    `rows` and `set_aside`: of all of them; a package that could not be read has none.
    """

    system_id: str
    at: datetime
    applied: int
    held: int
    refused: int
    rows: int
    set_aside: int


class Arrivals(msgspec.Struct, frozen=True, kw_only=True):
    """How a system's packages arrive. `local_time`: of the daily pull, None if its vendor pushes.

    `confirmed_at`: when a pull found that the newest package is applied; `code`: as what the last import has
    failed, at `failed_at`; `held`: packages that wait for an operator; `vendor_key_at`: when the key was
    registered by which its vendor pushes.
    """

    system_id: str
    local_time: time | None
    time_zone: str | None
    first_applied_at: datetime | None
    last_applied_at: datetime | None
    held: int
    confirmed_at: datetime | None
    code: str | None
    failed_at: datetime | None
    vendor_key_at: datetime | None

    @property
    def last_good_at(self) -> datetime | None:
        """The last time at which the system's newest package was here: applied, or found to be the same."""
        found = [self.last_applied_at, self.confirmed_at]
        return max((at for at in found if at is not None), default=None)


class SystemLine(msgspec.Struct, frozen=True, kw_only=True):
    """A system: when it is pulled, how its last import ended, how far the job under way is.

    `job_status`: queued, picked (under way) or failed for good; `heartbeat`: the last sign of life of its
    worker.
    """

    id: str
    region: str
    name: str
    local_time: time | None
    time_zone: str | None
    next_at: datetime | None
    way: str | None
    began_at: datetime | None
    ended_at: datetime | None
    code: str | None
    sentence: str | None
    stage: str | None
    rows: int | None
    total: int | None
    progress_at: datetime | None
    job_status: str | None
    attempts: int | None
    heartbeat: datetime | None
    execute_after: datetime | None


class LoadContext(msgspec.Struct, frozen=True):
    """What imports work with.

    `spool`: folder of received packages, where a held one waits for approval; `erasers`: of the rooms that
    keep something of persons.
    """

    database: Database
    clock: Clock
    spool: Path
    policy: ApprovalPolicy = ApprovalPolicy()
    progress: Progress = no_progress
    erasers: tuple[Eraser, ...] = ()


class Connected(msgspec.Struct, frozen=True):
    """A system with a package in force: when the first and the last one were applied."""

    system_id: str
    since: datetime
    last: datetime
