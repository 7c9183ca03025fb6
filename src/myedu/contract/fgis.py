"""The federal shape of 2021–22: ФГИС «Моя школа», recommendations, Приложение 5 (`Schedule`).

One method for timetable and diary. Names are the federal document's, in camelCase on the wire.
"""

from datetime import date
from uuid import UUID

import msgspec

from myedu.contract.wire import Instant


class Federal(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, rename="camel"):
    """A struct of the federal shape."""


class FgisMeta(Federal, frozen=True, kw_only=True):
    last_updated: Instant


class FgisTimes(Federal, frozen=True, kw_only=True):
    start: Instant
    end: Instant


class FgisDays(Federal, frozen=True, kw_only=True):
    start: date
    end: date


class FgisAttendance(Federal, frozen=True, kw_only=True):
    code: str  # "н" absent, "о" late, …


class FgisScore(Federal, frozen=True, kw_only=True):
    """`score2` is the second figure of «4/3»."""

    code: str
    score: str
    score_system: str
    score2: str | None = None
    weight: float | None = None


class FgisLesson(Federal, frozen=True, kw_only=True):
    """`instead_of` is the subject that a substitution stands in for."""

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
    name: str = msgspec.field(name="class")
    grade: str
    lesson: tuple[FgisLesson, ...]


class FgisSchool(Federal, frozen=True, kw_only=True):
    id: UUID
    name: str
    schedule_url: str
    period: FgisDays
    academ_year: str  # "2021/22"
    classes: tuple[FgisClass, ...] = msgspec.field(name="class")
    distant_url: str | None = None


class FgisSchedule(Federal, frozen=True, kw_only=True, tag_field="resourceType", tag="Schedule"):
    id: UUID
    meta: FgisMeta
    school: tuple[FgisSchool, ...]


class FgisIssue(Federal, frozen=True, kw_only=True):
    severity: str  # fatal | error | warning | information
    code: str  # not-found | structure | expired | …
    details: str


class OperationOutcome(Federal, frozen=True, kw_only=True, tag_field="resourceType", tag="OperationOutcome"):
    id: UUID
    issue: tuple[FgisIssue, ...]
