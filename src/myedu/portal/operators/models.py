"""What the operator's pages know."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from myedu.portal.exports.models import PackageLine, PackageReport, RowProblem, SystemLine
from myedu.portal.federation.stats import RecentStats
from myedu.portal.people.models import Viewer


class Overview(msgspec.Struct, frozen=True):
    """Every system with the job under way, and its newest packages; those that wait come first."""

    viewer: Viewer
    now: datetime
    systems: Sequence[SystemLine]
    packages: Sequence[PackageLine]


class PackageFacts(msgspec.Struct, frozen=True):
    """One package. `page` of its problems, from 1; there are `problem_rows` in all."""

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
    figures: RecentStats
