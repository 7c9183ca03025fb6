"""What each template of the operator's side gets: words chosen, numbers written out."""

import msgspec

from myedu.kit.web.pages import Link


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Immutable; empty strings and tuples mean that nothing is shown."""


class StateView(View):
    text: str
    tone: str = ""  # good, info, warn, bad


class RunView(View):
    """A system: its schedule, its last run, the job under way."""

    system: str
    region: str
    schedule: str
    run: str
    state: StateView
    progress: str = ""
    share: int | None = None  # per cent of the stage


class WatchView(View):
    """How a page follows work: `every` is htmx's trigger, empty while it is paused."""

    address: str
    every: str
    toggle: Link
    again: Link


class PackageRowView(View):
    system: str
    link: Link
    state: StateView
    received: str
    rows: str
    problems: str


class PackagesView(View):
    watch: WatchView
    runs: tuple[RunView, ...] = ()
    packages: tuple[PackageRowView, ...] = ()


class TableView(View):
    name: str
    rows: str
    added: str
    changed: str
    archived: str
    restored: str
    erased: str
    set_aside: str
    fields: str = ""  # which columns change
    identity: str = ""  # how many persons would become somebody else to ESIA


class ProblemView(View):
    place: str
    field: str
    words: str
    detail: str
    severity: StateView


class PackageView(View):
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


class JournalRowView(View):
    """How one journal answers; `seconds` are p50, p95 and p99."""

    system: str
    state: StateView
    calls: str
    seconds: tuple[str, ...]
    errors: str
    places: str
    answers: str


class JournalsView(View):
    watch: WatchView
    period: str
    journals: tuple[JournalRowView, ...] = ()


class ConfirmView(View):
    """A question before a deed."""

    text: str
    action: str
    button: str
    back: Link
