"""What the diary's service finds out for a page; the presenters turn it into words."""

from datetime import date, datetime

import msgspec

from myedu.contract.answers import Diary, FileLink, Marks
from myedu.contract.school import Homework
from myedu.contract.windows import Window
from myedu.portal.federation.events import Event
from myedu.portal.federation.models import Outcome, SealedCopy, Unavailable
from myedu.portal.people.models import Period, Student, Viewer


class Facts(msgspec.Struct, frozen=True):
    """Immutable."""


class Family(Facts, frozen=True, kw_only=True):
    """Who looks, and all whom they may see, the eldest first; `now` is aware, in UTC."""

    viewer: Viewer
    students: tuple[Student, ...]
    now: datetime


class OpenedChild(Facts, frozen=True, kw_only=True):
    """What the opening statement found about one child; `copy` is that of the window asked for."""

    student: Student
    copy: SealedCopy | None
    done: frozenset[str]  # ids of homework ticked


class Opened(Facts, frozen=True, kw_only=True):
    """The door has been passed and the audit lines are written."""

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


class FamilyFacts(Facts, frozen=True, kw_only=True):
    """«Все»: what each child's card is made of."""

    family: Family
    cards: tuple[DiaryFacts, ...]


class MarksFacts(ChildFacts, frozen=True, kw_only=True):
    """Marks of one of the school's periods."""

    periods: tuple[Period, ...]
    period: Period
    marks: Outcome[Marks]
    seen_at: datetime | None = None


class SubjectFacts(MarksFacts, frozen=True, kw_only=True):
    """The same for one subject, whose name the journal has told."""

    subject_id: str
    subject: str


class FileFacts(ChildFacts, frozen=True, kw_only=True):
    """Where the browser may fetch an attachment, or why it can't now."""

    link: FileLink | Unavailable


class EventsFacts(ChildFacts, frozen=True, kw_only=True):
    """What happened in the child's diary, the oldest first."""

    events: tuple[Event, ...]


class TickFacts(ChildFacts, frozen=True, kw_only=True):
    """One task, ticked or unticked now."""

    homework: Homework
    done: bool
