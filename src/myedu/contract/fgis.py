"""The federal format of 2021–22: ФГИС «Моя школа», recommendations, Приложение 5 (`Schedule`).

One method for timetable and diary. The names are those of the federal document, in camelCase on the wire.
"""

from datetime import date
from uuid import UUID

import msgspec

from myedu.contract.wire import Instant


class Federal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A struct of the federal format."""


class FgisMeta(Federal, frozen=True, kw_only=True):
    """About the answer."""

    last_updated: Instant


class FgisTimes(Federal, frozen=True, kw_only=True):
    """Start and end of a lesson."""

    start: Instant
    end: Instant


class FgisDays(Federal, frozen=True, kw_only=True):
    """The days of the answer, both inclusive."""

    start: date
    end: date


class FgisAttendance(Federal, frozen=True, kw_only=True):
    """Absence or lateness."""

    code: str  # "н" absent, "о" late, …


class FgisScore(Federal, frozen=True, kw_only=True):
    """A mark; `score2` is the second part of «4/3»."""

    code: str
    score: str
    score_system: str
    score2: str | None = None
    weight: float | None = None


class FgisLesson(Federal, frozen=True, kw_only=True):
    """A lesson with everything about it; `instead_of` is the subject that a substitution replaces."""

    id: UUID
    subject: str
    period: FgisTimes
    classroom: str
    instead_of: str | None = None
    topic: str | None = None
    homework: str | None = None
    distant: str | None = None
    note: str | None = None
    attendance: FgisAttendance | None = None
    score: tuple[FgisScore, ...] = ()


class FgisClass(Federal, frozen=True, kw_only=True):
    """A class and its lessons."""

    name: str = msgspec.field(name="class")
    grade: str
    lesson: tuple[FgisLesson, ...]


class FgisSchool(Federal, frozen=True, kw_only=True):
    """A school and its schedule."""

    id: UUID
    name: str
    schedule_url: str
    period: FgisDays
    academ_year: str  # "2021/22"
    classes: tuple[FgisClass, ...] = msgspec.field(name="class")
    distant_url: str | None = None


class FgisSchedule(Federal, frozen=True, kw_only=True, tag_field="resourceType", tag="Schedule"):
    """The answer of the federal method."""

    id: UUID
    meta: FgisMeta
    school: tuple[FgisSchool, ...]


class FgisIssue(Federal, frozen=True, kw_only=True):
    """One reason for an error."""

    severity: str  # fatal | error | warning | information
    code: str  # not-found | structure | expired | …
    details: str


class OperationOutcome(Federal, frozen=True, kw_only=True, tag_field="resourceType", tag="OperationOutcome"):
    """An error of the federal method."""

    id: UUID
    issue: tuple[FgisIssue, ...]
