"""What every presenter needs: the language, the child, and the time by the school's clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from myedu.kit.i18n import Words
from myedu.portal.diary.models import ChildFacts
from myedu.portal.people.models import Student


class PageContext(msgspec.Struct, frozen=True):
    """One rendering of a page, or of a card, about one child.

    `patient`: it has waited for the journal; if not, it requests itself again for the journal's answer.
    """

    words: Words
    student: Student
    zone: ZoneInfo  # the school's
    now: datetime  # in that zone
    path: str  # path and query of the page
    patient: bool = True

    @classmethod
    def of(cls, words: Words, facts: ChildFacts, path: str, *, patient: bool = True) -> "PageContext":
        """The context for the facts of a page; `path` is the page's own address."""
        zone = ZoneInfo(facts.student.time_zone)
        return cls(words, facts.student, zone, facts.family.now.astimezone(zone), path, patient)

    @property
    def today(self) -> date:
        """The day at the school."""
        return self.now.date()

    @property
    def tomorrow(self) -> date:
        """The next day at the school."""
        return self.today + timedelta(days=1)

    def local(self, at: datetime) -> datetime:
        """An aware instant in the school's time zone."""
        return at.astimezone(self.zone)


def moment(context: PageContext, at: datetime) -> str:
    """An instant by the school's clock: «10:02» if it is today, else «10:02, 1 сентября»."""
    local = context.local(at)
    time = context.words.time(local)
    return time if local.date() == context.today else f"{time}, {context.words.day_month(local.date())}"


def lower_first(context: PageContext, name: str) -> str:
    """A subject's name within a sentence; in Russian «Сейчас: алгебра», but «Сейчас: ОБЖ»."""
    if context.words.language == "ru" and name[1:2].islower():
        return name[0].lower() + name[1:]
    return name


def upper_first(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
