"""What the operators' pages show."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

import msgspec

from myedu.portal.exports.models import PackageLine, PackageReport, RowProblem, SystemLine
from myedu.portal.federation.models import RecentStats
from myedu.portal.people.models import Viewer

Decision = Literal["agree", "refuse"]
"""As it is in addresses: apply a held package, or refuse it."""

DECISIONS: tuple[Decision, ...] = get_args(Decision)


class Overview(msgspec.Struct, frozen=True):
    """Every system with the job under way, and its newest packages; held ones come first."""

    viewer: Viewer
    now: datetime
    systems: Sequence[SystemLine]
    packages: Sequence[PackageLine]


class PackageFacts(msgspec.Struct, frozen=True):
    """One package. `page`: of its problems, from 1; `problem_rows`: of all pages."""

    viewer: Viewer
    now: datetime
    system: SystemLine
    report: PackageReport
    problems: Sequence[RowProblem]
    page: int
    problem_rows: int


class JournalsFacts(msgspec.Struct, frozen=True):
    """Every system, and how its journal has answered lately."""

    viewer: Viewer
    systems: Sequence[SystemLine]
    stats: RecentStats
