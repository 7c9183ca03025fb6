"""What the pilot's templates are given."""

from myedu.kit.web.pages import ChoiceView, Link, View


class TagView(View, frozen=True):
    """A state as a word; `text` beside it: its reason."""

    tag: str
    tone: str
    text: str = ""


class ShareView(View, frozen=True):
    """So many of all, as words and as a bar; `percent`: None without any. `spark`: None without a trend."""

    title: str
    text: str
    percent: int | None
    spark: "SparkView | None" = None


class SparkView(View, frozen=True):
    """A line as small as a word; `label` says the same."""

    label: str
    points: str


class AttentionView(View, frozen=True):
    """A region that needs a deed."""

    region: Link
    action: Link
    troubles: tuple[TagView, ...]
    more: str = ""


class RegionRowView(View, frozen=True):
    """A region in the table of all."""

    region: Link
    state: TagView
    interfaces: str
    exports: str
    answers: str
    schools: ShareView
    posts: ShareView


class OverviewView(View, frozen=True):
    """The operator's first page."""

    summary: str
    action: str
    query: str
    attention: tuple[AttentionView, ...]
    regions: tuple[RegionRowView, ...]
    counted: str
    nothing: str = ""


class SystemView(View, frozen=True):
    """A journal system of a region. `facts`: names and values; `links`: to its pages."""

    name: str
    state: TagView
    facts: tuple[tuple[str, str], ...]
    links: tuple[Link, ...]


class ChartView(View, frozen=True):
    """The trend: shares of schools and posts by day, and the same as a table."""

    label: str
    lines: tuple[tuple[str, str], ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class ContactView(View, frozen=True):
    """A contact; the form of the page of contacts has its `action` and `roles`."""

    id: str
    role: str
    name: str
    email: str
    phone: str
    action: str = ""
    roles: tuple[ChoiceView, ...] = ()


class PublicationView(View, frozen=True):
    """Whether the conformance reports are for everyone; without an action the viewer may only read it."""

    text: str
    action: str = ""
    value: str = ""
    button: str = ""


class RegionView(View, frozen=True):
    """One region."""

    state: TagView
    troubles: tuple[TagView, ...]
    demands: tuple[tuple[str, tuple[ShareView, ...], tuple[Link, ...]], ...]
    chart: ChartView | None
    systems: tuple[SystemView, ...]
    contacts: tuple[ContactView, ...]
    facts: tuple[tuple[str, str], ...]
    publication: PublicationView
    edit: tuple[Link, ...]
    back: Link | None
    counted: str


class ChooseView(View, frozen=True):
    """The regions of an officer who has several."""

    regions: tuple[Link, ...]


class ListView(View, frozen=True):
    """A page of a list. `head`: names of the columns; a row's last cell is its state."""

    summary: str
    head: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], TagView], ...]
    pages: tuple[Link, ...]
    download: Link | None
    back: Link
    nothing: str


class CardFormView(View, frozen=True):
    """The form of a region's card, as it was typed."""

    action: str
    problem: str
    states: tuple[ChoiceView, ...]
    joined_on: str
    export_days: str
    authority: str
    notes: str
    back: Link


class ContactsView(View, frozen=True):
    """The forms of a region's contacts, and that of a new one."""

    problem: str
    contacts: tuple[ContactView, ...]
    new: ContactView
    back: Link


class PublicRegionView(View, frozen=True):
    """A region as everyone sees it."""

    name: str
    state: TagView
    since: str
    reports: tuple[Link, ...]


class PublicView(View, frozen=True):
    """Which regions are connected."""

    summary: str
    regions: tuple[PublicRegionView, ...]
    back: Link
