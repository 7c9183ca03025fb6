"""What the diary's service gives for a page; the presenters turn it into words."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec

from myedu.contract.answers import Diary, FileLink, Marks
from myedu.contract.school import Homework
from myedu.contract.windows import Window
from myedu.portal.federation.models import EncryptedCopy, Event, FreshJson, Outcome, Unavailable
from myedu.portal.people.models import Period, Student, Viewer


class Facts(msgspec.Struct, frozen=True):
    """The base of all structs here: immutable."""


class Family(Facts, frozen=True, kw_only=True):
    """The viewer and all pupils whom they may see, the eldest first; `now` is in UTC."""

    viewer: Viewer
    students: tuple[Student, ...]
    now: datetime


class OpenedChild(Facts, frozen=True, kw_only=True):
    """A child whose diary is opened; `copy`: the last good copy of the window, if one was asked for."""

    family: Family
    student: Student
    copy: EncryptedCopy | None
    done: frozenset[str]  # ids of homework ticked

    @property
    def today(self) -> date:
        """The school's local day."""
        return local_day(self.student, self.family.now)


class OpenedPage(Facts, frozen=True, kw_only=True):
    """What the opening statement read. The viewer may see `children`; the audit lines are written."""

    family: Family
    children: tuple[OpenedChild, ...]


class ChildFacts(Facts, frozen=True, kw_only=True):
    """A page about one child. `today` is the school's local day."""

    family: Family
    student: Student
    today: date


class DiaryFacts(ChildFacts, frozen=True, kw_only=True):
    """The diary of the window: a week, or the previous, the running and the next one."""

    window: Window
    diary: Outcome[Diary]
    done: frozenset[str]
    seen_at: datetime | None = None  # the end of the visit before this one, on the pages that show new marks


class WeekFacts(ChildFacts, frozen=True, kw_only=True):
    """The diary of a week; a fresh copy isn't decoded, as its section may be rendered already."""

    window: Window
    diary: Outcome[Diary] | FreshJson
    done: frozenset[str]


class FamilyFacts(Facts, frozen=True, kw_only=True):
    """«Все»: for each child what its card shows."""

    family: Family
    cards: tuple[DiaryFacts, ...]


class MarksFacts(ChildFacts, frozen=True, kw_only=True):
    """Marks of one of the school's periods; `periods`: all that can be chosen."""

    periods: tuple[Period, ...]
    period: Period
    marks: Outcome[Marks]
    seen_at: datetime | None = None


class SubjectFacts(MarksFacts, frozen=True, kw_only=True):
    """The same for one subject; `subject`: its name in the journal, empty if the journal is silent."""

    subject_id: str
    subject: str


class FileFacts(ChildFacts, frozen=True, kw_only=True):
    """Where the browser may fetch an attachment, or why it can't now."""

    link: FileLink | Unavailable


class EventsFacts(ChildFacts, frozen=True, kw_only=True):
    """Changes in the child's diary, the oldest first."""

    events: tuple[Event, ...]


class TickFacts(ChildFacts, frozen=True, kw_only=True):
    """One task, ticked or unticked now."""

    homework: Homework
    done: bool


def local_day(student: Student, now: datetime) -> date:
    """The day at the pupil's school."""
    return now.astimezone(ZoneInfo(student.time_zone)).date()
