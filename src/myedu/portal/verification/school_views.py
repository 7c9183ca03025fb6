"""What the templates of the head's home are given."""

from myedu.kit.web.pages import Link, View


class NumberRow(View, frozen=True):
    """A number at ESIA and in the export. `tone`: of the word, as of the other tags."""

    label: str
    at_esia: str
    in_export: str
    word: str
    tone: str


class CandidateView(View, frozen=True):
    """A school that may be the head's. `button`: empty if it can't be confirmed; `reason` says why."""

    id: str
    name: str
    place: str
    numbers: tuple[NumberRow, ...]
    region: str
    system_id: str
    organization_id: str
    button: str = ""
    button_label: str = ""
    reason: str = ""
    before: str = ""  # that it was confirmed once, and why not any more


class ChoiceView(View, frozen=True):
    """The page before the school is confirmed."""

    lead: str
    problem: str
    candidates: tuple[CandidateView, ...]
    columns: tuple[str, str, str]
    nothing: str
    advice: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    action: str
    other: Link
    retry: Link | None = None


class ClassRow(View, frozen=True):
    """A class, and how many study there."""

    name: str
    pupils: str


class SchoolCard(View, frozen=True):
    """A confirmed school."""

    id: str
    name: str
    state: str
    facts: tuple[tuple[str, str], ...]
    classes_title: str
    classes: tuple[ClassRow, ...]
    no_classes: str


class HomeView(View, frozen=True):
    """The head's home."""

    schools: tuple[SchoolCard, ...]
    employees: str
    problem: str
    links_title: str
    links: tuple[Link, ...]


class EmployeeView(View, frozen=True):
    """An employee whom ESIA names."""

    name: str
    position: str
    state: str
    tone: str


class InvitationView(View, frozen=True):
    """The invitation, and who has come."""

    lead: str
    text: tuple[str, ...]
    text_label: str
    summary: str
    employees: tuple[EmployeeView, ...]
    nothing: str
    back: Link


class ClaimRow(View, frozen=True):
    """A line of the operator's page."""

    title: str
    text: str
    time: str


class ClaimsView(View, frozen=True):
    """The operator's page of schools."""

    claims_lead: str
    claims: tuple[ClaimRow, ...]
    no_claims: str
    withdrawals: tuple[ClaimRow, ...]
    no_withdrawals: str
    pages: tuple[Link, ...]
