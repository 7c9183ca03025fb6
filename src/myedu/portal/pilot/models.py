"""What the room `pilot` gives to others: a region's card, its readiness, its officers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import msgspec

from myedu.portal.exports.models import Arrivals
from myedu.portal.operators.models import ConformanceOf
from myedu.portal.people.models import System, Viewer

RegionState = Literal["registered", "joining", "connected", "paused"]
STATES: tuple[RegionState, ...] = ("registered", "joining", "connected", "paused")
ContactRole = Literal["authority", "technical", "vendor", "on-call"]
CONTACT_ROLES: tuple[ContactRole, ...] = ("authority", "technical", "vendor", "on-call")
Severity = Literal["bad", "warn"]

REPORT_LASTS = timedelta(days=90)
"""A conformance report that is older says little about the journal of today."""
KEY_ENDS_SOON = timedelta(days=30)
MOST_CONTACTS = 20


class NoSuchRegion(Exception):
    """No region of the pilot has this code, or this viewer has nothing to do with it: answer 404."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator keeps of a region.

    `export_days`: a package is agreed at least every so many days; `authority_oids`: ESIA's, of the
    organisations whose people are the region's officers.
    """

    code: str
    name: str
    state: RegionState
    joined_on: date | None
    export_days: int
    authority_oids: list[str]
    notes: str


class NewContact(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to write to about something of a region; an e-mail or a phone is needed."""

    role: ContactRole
    name: str
    email: str
    phone: str


class Contact(NewContact, frozen=True, kw_only=True):
    """A contact that is kept."""

    id: int
    region: str


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """How journals answered in the last day: reads of families and teachers by their outcome.

    `silent_since`: no call to the journal has succeeded from this hour on, in which it was called.
    """

    fresh: int = 0
    stale: int = 0
    unavailable: int = 0
    silent_since: datetime | None = None

    @property
    def total(self) -> int:
        """All reads."""
        return self.fresh + self.stale + self.unavailable


class SystemFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A journal system of a region. `rests`: the portal doesn't call it now, it failed too often.

    `key_ends_at`: of its file of the secret, if that is a certificate.
    """

    system: System
    arrivals: Arrivals
    report: ConformanceOf | None
    answered: Answered
    rests: bool
    key_ends_at: datetime | None = None

    def conforms(self, now: datetime) -> bool:
        """Whether its newest report is passed and not too old."""
        return (
            self.report is not None
            and self.report.exit_status == 0
            and now - self.report.judged_at < REPORT_LASTS
        )


class Counts(msgspec.Struct, frozen=True, kw_only=True):
    """Schools and posts of a region, and how many of them are verified."""

    schools: int = 0
    schools_verified: int = 0
    posts: int = 0
    posts_verified: int = 0
    posts_waiting: int = 0
    posts_differing: int = 0

    @property
    def schools_missing(self) -> int:
        """Schools whose legal entity has no verified account."""
        return self.schools - self.schools_verified

    @property
    def posts_missing(self) -> int:
        """Posts that nobody has verified."""
        return self.posts - self.posts_verified


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Something that needs a deed. `code`: one of readiness.py; `about`: the system's name, or empty.

    `number`: of days, schools and so on; `at`: since when, or when something ends.
    """

    code: str
    severity: Severity
    about: str = ""
    number: int = 0
    at: datetime | None = None


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A region's readiness on a day of Moscow, counted at `counted_at`."""

    region: str
    day: date
    systems: int
    conforming: int
    on_time: int
    fresh: int
    stale: int
    unavailable: int
    schools: int
    schools_verified: int
    posts: int
    posts_verified: int
    counted_at: datetime


class RegionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A region with all that its readiness is counted from. `trend`: earlier days, the oldest first."""

    card: Card
    systems: tuple[SystemFacts, ...]
    counts: Counts
    troubles: tuple[Trouble, ...]
    trend: tuple[Day, ...]
    today: Day


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """All regions, those that need a deed first. `posts_counted_at`: the rest is counted now."""

    now: datetime
    posts_counted_at: datetime
    regions: tuple[RegionFacts, ...]


class RegionPage(msgspec.Struct, frozen=True, kw_only=True):
    """One region as its page shows it."""

    now: datetime
    facts: RegionFacts
    contacts: Sequence[Contact]
    time_zones: Sequence[str]


class MissingSchool(msgspec.Struct, frozen=True, kw_only=True):
    """A school whose legal entity has no verified account, as its export names it.

    `withdrawn_reason`: why the confirmation ended; None: there was none.
    """

    system_id: str
    organization_id: str
    name: str
    ogrn: str | None
    inn: str | None
    kpp: str | None
    address: str | None
    email: str | None
    phone: str | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None


class Officer(msgspec.Struct, frozen=True):
    """A person who works in the authorities of these regions by ESIA's word; made only by officers.py."""

    viewer: Viewer
    regions: tuple[Card, ...]


class PublicRegion(msgspec.Struct, frozen=True, kw_only=True):
    """What everyone may know of a region. `since`: when the first package of it was applied."""

    code: str
    name: str
    state: RegionState
    since: datetime | None
    reports: tuple[ConformanceOf, ...]
