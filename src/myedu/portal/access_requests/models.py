"""«Your diary was not found»: the reason in words, what a family asks, what the school answers."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

import msgspec

from myedu.portal.people.models import AsksFor, Candidate, ConnectedSchool, OwnFacts, SoughtChild, Viewer

State = Literal["sent", "seen", "answered", "closed"]
Answer = Literal["fixed", "documents", "refused", "not-ours"]
ClosedAs = Literal["found", "family"]
DoneBy = Literal["family", "school", "operator", "portal"]
What = Literal["sent", "again", "seen", "answered", "found", "closed"]

ANSWERS: tuple[Answer, ...] = get_args(Answer)

FamilyReason = Literal[
    "shown",
    "account-not-confirmed",
    "no-own-snils",
    "no-kids-at-esia",
    "kids-without-snils",
    "not-found-by-snils",
    "birth-date-differs",
    "left",
    "not-enrolled",
    "not-begun",
    "adult",
    "school-must-check",
]
"""What a family is told: only what follows from data that ESIA gave of the viewer and their children.

`not-found-by-snils` also stands for everything that only the school may know (ADR 0027).
"""

SchoolReason = Literal[
    "no-candidate",
    "two-candidates",
    "snils-missing",
    "snils-differs",
    "birth-date-missing",
    "birth-date-differs",
    "name-yo",
    "name-differs",
    "not-enrolled",
    "archived",
    "closed-link",
    "other-guardians",
    "kid-of-another",
    "no-guardian",
    "agrees",
]
"""What the school is told of its own pupils."""

MOST_OPEN = 5
"""Open requests of a person: a family has seldom more children, and a school must not be flooded."""
MOST_A_DAY = 10
MOST_WORDS = 500  # characters of a comment or an answer
MOST_AGAIN = 5  # comments that are added to an open request
LEAST_REASON = 10  # characters of an operator's reason: "complaint 123" says something, "x" doesn't


class NoSuchRequest(Exception):
    """No request at this address for this viewer: the answer is that of nothing."""


class NoSchoolHere(Exception):
    """The viewer answers for no school: answer as if nothing were there."""


class TooManyRequests(Exception):
    """The person has as many open requests, or has sent as many today, as one may."""

    def __init__(self, why: Literal["open", "today"]) -> None:
        super().__init__(f"too many requests {why}: close one or wait")
        self.why = why


class TooYoung(Exception):
    """The viewer is a child under 14, for whom a parent asks."""


class AlreadyShown(Exception):
    """The child whose diary is asked for is shown to the viewer already."""

    def __init__(self, child: UUID) -> None:
        super().__init__("the child is shown: open the diary")
        self.child = child


class Diagnosis(msgspec.Struct, frozen=True, kw_only=True):
    """Why one child, or the viewer's own diary, is shown or not."""

    facts: OwnFacts
    reason: FamilyReason


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asked, with the names of its school as the export has them now, if it still has it."""

    id: UUID
    account_id: UUID
    asker_oid: str
    asker_snils: str | None
    asker_last_name: str
    asker_first_name: str
    asker_birth_date: date | None
    asks_for: AsksFor
    child_snils: str | None
    child_last_name: str
    child_first_name: str
    child_middle_name: str | None
    child_birth_date: date | None
    region: str
    system_id: str
    organization_id: str
    class_name: str
    comment: str
    state: State
    answer: Answer | None
    closed_as: ClosedAs | None
    created_at: datetime
    changed_at: datetime
    school_name: str | None
    school_is_confirmed: bool

    @property
    def sought(self) -> SoughtChild:
        """The child."""
        return SoughtChild(
            asks_for=self.asks_for,
            snils=self.child_snils,
            last_name=self.child_last_name,
            first_name=self.child_first_name,
            middle_name=self.child_middle_name,
            birth_date=self.child_birth_date,
        )

    @property
    def school(self) -> tuple[str, str, str]:
        """Region, system and id of the school."""
        return self.region, self.system_id, self.organization_id

    @property
    def asker(self) -> Viewer:
        """The asker as the door needs them; ESIA had confirmed the account when they asked."""
        return Viewer(
            account_id=self.account_id,
            esia_oid=self.asker_oid,
            snils=self.asker_snils,
            trusted=True,
            level="PR",
            first_name=self.asker_first_name,
            last_name=self.asker_last_name,
            birth_date=self.asker_birth_date,
        )


class OpenCounts(msgspec.Struct, frozen=True):
    """Open requests of a region. `unseen`: that nobody has opened; `oldest`: of those without an answer."""

    open: int
    unseen: int
    answered: int
    oldest: datetime | None


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a request's history."""

    at: datetime
    done_by: DoneBy
    what: What
    answer: Answer | None
    words: str


class NewRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What the form asks. `child`: its SNILS at ESIA names the child there; None of a typed one."""

    sought: SoughtChild
    school: ConnectedSchool
    class_name: str
    comment: str


class MissingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The family's page: a diagnosis for each child of ESIA's, and the requests, the newest first.

    `may_ask`: from 14 years on; `sees_children`: whether the portal shows the viewer any.
    """

    viewer: Viewer
    now: datetime
    may_ask: bool
    diagnoses: Sequence[Diagnosis]
    incomplete_kids: int
    sees_children: bool
    requests: Sequence[Request]


class RequestFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One request as its asker sees it. `child`: the id in addresses, once it is found."""

    viewer: Viewer
    now: datetime
    request: Request
    events: Sequence[Event]
    child: UUID | None


class AskFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The form: for whom it may ask, the school that is chosen, or the schools that were found."""

    viewer: Viewer
    now: datetime
    children: Sequence[OwnFacts]
    school: ConnectedSchool | None
    found: Sequence[ConnectedSchool]


class SchoolList(msgspec.Struct, frozen=True, kw_only=True):
    """Requests to the schools that a viewer answers for, or of all schools without a confirmed head."""

    viewer: Viewer
    now: datetime
    requests: Sequence[Request]
    page: int
    has_more: bool


class SchoolRequestFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One request as the school sees it: with its own pupils who may be the child."""

    viewer: Viewer
    now: datetime
    request: Request
    events: Sequence[Event]
    candidates: Sequence[Candidate]
    reasons: Sequence[SchoolReason]


class ConnectedRegion(msgspec.Struct, frozen=True):
    """A region with a package in force; `since`: its first one."""

    code: str
    since: datetime


class FoundSchools(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the schools that a search has found; `total`: of all pages, at most people.MOST_SCHOOLS."""

    schools: Sequence[ConnectedSchool]
    since: dict[str, datetime]
    page: int
    total: int
