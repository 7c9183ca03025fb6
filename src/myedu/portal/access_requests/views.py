"""What the room's templates are given."""

from myedu.kit.web.pages import ChoiceView, Link, View


class ReasonCard(View, frozen=True):
    """A child, why the diary is not shown, and the next step."""

    id: str
    title: str
    text: str
    steps: tuple[str, ...] = ()
    action: Link | None = None


class RequestRow(View, frozen=True):
    """A request in a list."""

    link: Link
    state: str
    tone: str
    about: str
    note: str = ""


class MissingView(View, frozen=True):
    """The family's page."""

    lead: str
    notes: tuple[str, ...]
    cards: tuple[ReasonCard, ...]
    other: Link | None
    requests: tuple[RequestRow, ...]
    help: Link
    back: Link


class FieldView(View, frozen=True):
    """A field of a form. `kind`: text, date or long."""

    name: str
    label: str
    value: str
    kind: str = "text"
    hint: str = ""
    problem: str = ""
    autocomplete: str = "off"


class SchoolRow(View, frozen=True):
    """A connected school."""

    name: str
    place: str
    note: str
    choose: Link | None = None


class SearchView(View, frozen=True):
    """The search of a school. `hidden`: fields that the form keeps."""

    action: str
    query: str
    hidden: tuple[tuple[str, str], ...]
    schools: tuple[SchoolRow, ...]
    text: str
    earlier: Link | None = None
    later: Link | None = None


class AskView(View, frozen=True):
    """The form of a request: first the school, then the child."""

    lead: str
    child: str
    problems: tuple[str, ...]
    search: SearchView | None
    school: SchoolRow | None
    another_school: Link | None
    action: str
    hidden: tuple[tuple[str, str], ...]
    fields: tuple[FieldView, ...]
    shared: str
    back: Link


class StepView(View, frozen=True):
    """A step of a request's history."""

    time: str
    text: str
    words: str = ""


class RequestView(View, frozen=True):
    """A request as its asker sees it."""

    state: str
    tone: str
    text: str
    facts: tuple[str, ...]
    steps: tuple[StepView, ...]
    diary: Link | None
    close: str
    ask_again: Link | None
    back: Link


class ListView(View, frozen=True):
    """Requests that somebody answers."""

    lead: str
    empty: str
    requests: tuple[RequestRow, ...]
    earlier: Link | None
    later: Link | None


class CompareRow(View, frozen=True):
    """One fact of ESIA's or the family's beside that of the journal."""

    what: str
    asked: str
    journal: str
    state: str
    tone: str


class CandidateView(View, frozen=True):
    """A pupil of the school who may be the child."""

    id: str
    title: str
    rows: tuple[CompareRow, ...]


class SchoolRequestView(View, frozen=True):
    """A request as whoever answers sees it."""

    state: str
    tone: str
    facts: tuple[str, ...]
    comment: str
    reasons: tuple[str, ...]
    todo: tuple[str, ...]
    candidates: tuple[CandidateView, ...]
    steps: tuple[StepView, ...]
    action: str
    problems: tuple[str, ...]
    answers: tuple[ChoiceView, ...]
    words: FieldView | None
    hidden: tuple[tuple[str, str], ...]
    back: Link


class ReasonView(View, frozen=True):
    """The question before an operator reads a request."""

    lead: str
    action: str
    field: FieldView
    back: Link


class SchoolsView(View, frozen=True):
    """Which regions are connected, and the search of a school."""

    regions: tuple[str, ...]
    search: SearchView
    back: Link


class HelpView(View, frozen=True):
    """Why a diary is not found, for everyone."""

    lead: str
    points: tuple[str, ...]
    links: tuple[Link, ...]
