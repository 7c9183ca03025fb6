"""Posts of a school's staff, matched with ESIA: their states and the reasons for them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

StaffState = Literal["verified", "waiting", "differing"]
"""verified: the head has confirmed it; waiting: nothing is wrong, somebody has a step to take; differing:
the export and ESIA disagree, or the export with itself."""

STATES: tuple[StaffState, ...] = ("differing", "waiting", "verified")
"""In the order in which they need a deed."""

DIFFERING = (
    "post-ended",
    "declined-by-head",
    "snils-missing",
    "snils-of-another",
    "twice-in-export",
    "two-at-esia",
    "name-differs",
    "birth-date-differs",
    "not-employed-at-esia",
)
WAITING = (
    "school-unconfirmed",
    "not-signed-in",
    "unknown-at-esia",
    "account-unconfirmed",
    "head-not-confirmed",
)
REASONS = (*DIFFERING, *WAITING)

HEAD_DECIDES = frozenset(
    {"head-not-confirmed", "name-differs", "birth-date-differs", "twice-in-export", "declined-by-head"}
)
"""With these reasons alone the head can confirm a post: ESIA names one person of the school for it."""


class MatchResult(msgspec.Struct, frozen=True):
    """What a match did. `changed`: rows written or removed; `withdrawn`: confirmations that ended."""

    posts: int
    changed: int
    withdrawn: int


class StaffCount(msgspec.Struct, frozen=True, kw_only=True):
    """Posts by state."""

    verified: int
    waiting: int
    differing: int

    @property
    def total(self) -> int:
        """All posts."""
        return self.verified + self.waiting + self.differing


class RegionStaff(StaffCount, frozen=True, kw_only=True):
    """The posts of a region."""

    region: str


class SchoolStaff(RegionStaff, frozen=True, kw_only=True):
    """The posts of a school."""

    system_id: str
    organization_id: str


class HeadCount(StaffCount, frozen=True, kw_only=True):
    """The posts of a head's schools; `exact`: with nothing left to do but to confirm them."""

    exact: int


class MissingPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post that nobody has verified: by the export, with the state and its reasons.

    `seen_at`: when ESIA last named the person at the school.
    """

    region: str
    system_id: str
    organization_id: str
    staff_id: str
    school_name: str
    last_name: str
    first_name: str
    middle_name: str | None
    role: str
    position: str | None
    state: StaffState
    reasons: tuple[str, ...]
    seen_at: datetime | None

    @property
    def name(self) -> str:
        """Last, first and middle name."""
        return " ".join(filter(None, (self.last_name, self.first_name, self.middle_name)))


class StaffPost(MissingPost, frozen=True, kw_only=True):
    """A post as the head of its school sees it, verified or not.

    `esia_…`: what ESIA says of the person whom it names at the school, if it is one.
    """

    person_id: str
    birth_date: date | None
    subjects: tuple[str, ...]
    esia_oid: str | None
    esia_last_name: str | None
    esia_first_name: str | None
    esia_middle_name: str | None
    esia_birth_date: date | None
    esia_position: str | None

    @property
    def esia_name(self) -> str:
        """The same by ESIA; empty if it names nobody."""
        return " ".join(filter(None, (self.esia_last_name, self.esia_first_name, self.esia_middle_name)))

    @property
    def can_confirm(self) -> bool:
        """Whether the head's word is all that is missing."""
        return self.state != "verified" and self.esia_oid is not None and set(self.reasons) <= HEAD_DECIDES


class OwnPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post of the person who reads it."""

    region: str
    school_name: str
    role: str
    position: str | None
    state: StaffState
    reasons: tuple[str, ...]


class SchoolWithoutPost(msgspec.Struct, frozen=True):
    """A school that ESIA names for the person, and whose export has no post of theirs."""

    school_name: str
    region: str


class OwnState(msgspec.Struct, frozen=True):
    """What a member of staff may know of their own posts."""

    posts: Sequence[OwnPost]
    absent: Sequence[SchoolWithoutPost]

    @property
    def is_empty(self) -> bool:
        """Whether no school and no organisation at ESIA says that the person works there."""
        return not self.posts and not self.absent


DeclineReason = Literal["left", "not-ours", "another-person", "mistake"]
"""Why the head says no: has left; never worked here; the post is another person's; confirmed by mistake."""


class NoSuchPost(Exception):
    """No post of the head's schools has this id: the answer is that of nothing."""


class StaffFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which posts of a list. `begins`: of the last name; `page` counts from 1."""

    state: StaffState | None = None
    begins: str = ""
    page: int = 1
