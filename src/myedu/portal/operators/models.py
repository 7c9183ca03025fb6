"""What the operators' pages show."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec

from myedu.portal.exports.models import (
    AppliedPackage,
    PackageLine,
    PackagePoint,
    PackageReport,
    RowProblem,
    SystemLine,
)
from myedu.portal.federation.models import (
    ExchangeCount,
    HistoryPoint,
    JournalStats,
    KeptExchange,
    RecentStats,
)
from myedu.portal.people.models import System, Viewer

Decision = Literal["agree", "refuse"]
"""As it is in addresses: apply a held package, or refuse it."""

JournalDeed = Literal["pause", "resume", "wake", "pull"]
"""As it is in addresses: keep a journal out or let it in, try it at once, fetch its export now."""

PackageDeed = Literal["retry", "roll-back"]
"""As it is in addresses: do the failed work again; put the region back as it was before this package."""

Span = Literal["day", "month"]
"""What a journal's charts show: 24 hours, or 30 days."""

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
    is_last: bool = False  # the package of its region that a roll-back would put back


class JournalsFacts(msgspec.Struct, frozen=True):
    """Every system, how its journal has answered lately, and in the last 24 hours."""

    viewer: Viewer
    now: datetime
    systems: Sequence[SystemLine]
    stats: RecentStats
    points: Sequence[HistoryPoint]


class Times(msgspec.Struct, frozen=True):
    """The times of a chart: so many steps from `since`."""

    span: Span
    since: datetime
    step: timedelta
    count: int

    @property
    def all(self) -> tuple[datetime, ...]:
        """When each step begins."""
        return tuple(self.since + number * self.step for number in range(self.count))


class JournalFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One journal. `stats`: of the last minutes; `points`, `packages`: of `times`, without empty steps.

    `newest`: its packages; `last`: the one that a roll-back of the region would put back. `counts`: its kept
    exchanges by problem, of which `exchanges` are one page, those with `problem` if that is given.
    """

    viewer: Viewer
    now: datetime
    system: System
    line: SystemLine
    stats: JournalStats | None
    times: Times
    points: Sequence[HistoryPoint]
    packages: Sequence[PackagePoint]
    newest: Sequence[PackageLine]
    last: AppliedPackage | None
    counts: Sequence[ExchangeCount]
    problem: str | None
    exchanges: Sequence[KeptExchange]
    page: int
    conformance: "ConformanceFacts"


class ExchangeFacts(msgspec.Struct, frozen=True):
    """One kept exchange of a journal."""

    viewer: Viewer
    system: System
    exchange: KeptExchange


class LastPackage(msgspec.Struct, frozen=True):
    """A system, and the package of it that a roll-back of its region would put back; None: there is none."""

    system: System
    package: AppliedPackage | None


RunState = Literal["waiting", "running", "judged", "failed"]


class ConformanceRun(msgspec.Struct, frozen=True, kw_only=True):
    """One run of the judge. `done` of `rules`; `code`, `sentence`: why there is no report.

    `product`: what the system calls itself; `counts`: outcome → rules; `exit_status`: as of `myedu conform`.
    """

    id: int
    state: RunState
    asked_at: datetime
    ended_at: datetime | None
    done: int | None
    rules: int | None
    code: str | None
    sentence: str | None
    product: str | None
    counts: dict[str, int] | None
    exit_status: int | None


class ConformanceFacts(msgspec.Struct, frozen=True):
    """A system's runs, the newest first. `published_at`: since when everyone may read the newest report."""

    runs: Sequence[ConformanceRun]
    published_at: datetime | None


class ConformanceOf(msgspec.Struct, frozen=True, kw_only=True):
    """The newest report of a system. `exit_status`: 0 kept, 1 broken, 2 not everything could be judged."""

    system_id: str
    judged_at: datetime
    product: str
    counts: dict[str, int]
    exit_status: int
    published_at: datetime | None


class ReportFiles(msgspec.Struct, frozen=True):
    """A report as the judge wrote it, without anything about a person."""

    report_json: bytes
    report_html: bytes


class PublishedReport(msgspec.Struct, frozen=True):
    """A report that everyone may read."""

    region: str
    judged_at: datetime
    report_json: bytes
