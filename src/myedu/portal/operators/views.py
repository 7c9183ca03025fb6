"""What the templates of the operators' pages get: words chosen, numbers formatted."""

from myedu.kit.web.pages import Link, View
from myedu.portal.operators.charts import SparkView


class StateView(View, frozen=True):
    """A state with its colour: good, info, warn, bad or none."""

    text: str
    tone: str = ""


class RunView(View, frozen=True):
    """A system: its schedule, its last import, the job under way."""

    system: str
    region: str
    schedule: str
    run: str
    state: StateView
    progress: str = ""
    share: int | None = None  # per cent of the stage


class WatchView(View, frozen=True):
    """How a page refreshes itself. `every`: htmx's trigger, empty while it is paused."""

    address: str
    every: str
    toggle: Link
    again: Link


class PackageRowView(View, frozen=True):
    """A package in a list."""

    system: str
    link: Link
    state: StateView
    received: str
    rows: str
    problems: str


class PackagesView(View, frozen=True):
    """The list of systems and packages."""

    watch: WatchView
    runs: tuple[RunView, ...] = ()
    packages: tuple[PackageRowView, ...] = ()


class TableView(View, frozen=True):
    """What a package does to a table, in rows."""

    name: str
    rows: str
    added: str
    changed: str
    archived: str
    restored: str
    erased: str
    set_aside: str
    fields: str = ""  # which columns change
    identity: str = ""  # how many persons would be other accounts for ESIA


class ProblemView(View, frozen=True):
    """One problem of one row."""

    place: str
    field: str
    words: str
    detail: str
    severity: StateView


class PackageView(View, frozen=True):
    """The page of a package."""

    state: StateView
    facts: tuple[tuple[str, str], ...]
    reason: str
    counts: tuple[str, ...]
    watch: WatchView | None = None
    run: RunView | None = None
    tables: tuple[TableView, ...] = ()
    problems: tuple[ProblemView, ...] = ()
    problems_title: str = ""
    download: Link | None = None
    pages: tuple[Link, ...] = ()
    decisions: tuple[Link, ...] = ()
    retry: str = ""  # where the failed work is done again
    roll_back: Link | None = None
    runbook: Link | None = None
    journal: Link | None = None


class JournalRowView(View, frozen=True):
    """How one journal answers.

    `seconds`: p50, p95 and p99; `day`: the share of fresh reads of 24 hours, `spark` the same by the hour.
    """

    system: Link
    day: str
    spark: SparkView | None
    state: StateView
    calls: str
    seconds: tuple[str, ...]
    errors: str
    places: str
    answers: str


class JournalsView(View, frozen=True):
    """How all journals answer."""

    watch: WatchView
    period: str
    journals: tuple[JournalRowView, ...] = ()


class ConfirmView(View, frozen=True):
    """The question before a decision."""

    text: str
    action: str
    button: str
    back: Link
