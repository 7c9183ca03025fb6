"""What the templates of a journal's pages get."""

from myedu.kit.web.pages import Link, View
from myedu.portal.operators.charts import ChartView
from myedu.portal.operators.markdown import Block
from myedu.portal.operators.views import PackageRowView, RunView, StateView, WatchView


class ButtonView(View, frozen=True):
    """A button that posts at once."""

    action: str
    label: str


class ExchangeRowView(View, frozen=True):
    """An exchange in a list."""

    link: Link
    problem: str
    words: str
    status: str
    seconds: str
    size: str


class TroubleView(View, frozen=True):
    """One kind of trouble: how many exchanges are kept, in words, and what to do."""

    link: Link
    words: str
    runbook: Link | None = None


class ConformanceRowView(View, frozen=True):
    """A run of the judge that has ended."""

    time: str
    verdict: StateView
    words: str
    files: tuple[Link, ...]


class ConformanceView(View, frozen=True):
    """The reports of a journal, and what can be done about them."""

    progress: str
    share: int | None
    rows: tuple[ConformanceRowView, ...]
    ask: ButtonView | None
    note: str
    published: str
    public: Link | None
    publish: Link | None
    withdraw: ButtonView | None


class RuleView(View, frozen=True):
    """A rule of a published report."""

    id: str
    title: str
    outcome: StateView
    words: str


class ShownReportView(View, frozen=True):
    """A published report."""

    verdict: StateView
    facts: tuple[tuple[str, str], ...]
    rules: tuple[RuleView, ...]


class JournalView(View, frozen=True):
    """The page of one journal."""

    watch: WatchView
    state: StateView
    facts: tuple[tuple[str, str], ...]
    run: RunView
    run_runbook: Link | None
    deeds: tuple[Link, ...]
    buttons: tuple[ButtonView, ...]
    spans: tuple[Link, ...]
    charts: tuple[ChartView, ...]
    figures: str
    troubles: tuple[TroubleView, ...]
    everything: Link | None
    exchanges_title: str
    exchanges: tuple[ExchangeRowView, ...]
    pages: tuple[Link, ...]
    packages: tuple[PackageRowView, ...]
    conformance: ConformanceView


class ExchangeView(View, frozen=True):
    """The page of one exchange."""

    words: str
    state: StateView
    facts: tuple[tuple[str, str], ...]
    request: str
    answer: str
    headers: tuple[tuple[str, str], ...]
    excerpt: str
    place: str
    note: str
    runbook: Link | None
    back: Link


class QuestionView(View, frozen=True):
    """The question before a deed about a journal or a package, with what it does."""

    texts: tuple[str, ...]
    action: str
    button: str
    back: Link
    lines: tuple[tuple[str, str], ...] = ()


class RunbooksView(View, frozen=True):
    """The list of runbooks."""

    runbooks: tuple[Link, ...]


class RunbookView(View, frozen=True):
    """One runbook."""

    blocks: tuple[Block, ...]
    back: Link
