"""What every presenter needs to know: in whose words, about which child, and when, by the school's clock."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from myedu.kit.i18n import Words
from myedu.portal.diary.models import ChildFacts
from myedu.portal.people.models import Student


class PageContext(msgspec.Struct, frozen=True):
    words: Words
    student: Student
    zone: ZoneInfo  # the school's
    now: datetime  # in that zone
    path: str  # of the page that is being made
    patient: bool = True  # it has waited for the journal; otherwise it asks again by itself

    @classmethod
    def of(cls, words: Words, facts: ChildFacts, path: str, *, patient: bool = True) -> "PageContext":
        """The context of a page about one child."""
        zone = ZoneInfo(facts.student.time_zone)
        return cls(words, facts.student, zone, facts.family.now.astimezone(zone), path, patient)

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def tomorrow(self) -> date:
        return self.today + timedelta(days=1)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self.zone)


def moment(context: PageContext, at: datetime) -> str:
    """«10:02» of today, else «10:02, 1 сентября»: by the school's clock."""
    local = context.local(at)
    time = context.words.time(local)
    return time if local.date() == context.today else f"{time}, {context.words.day_month(local.date())}"


def lower_first(context: PageContext, name: str) -> str:
    """A subject's name within a Russian sentence: «Сейчас: алгебра», but «Сейчас: ОБЖ»."""
    if context.words.language == "ru" and name[1:2].islower():
        return name[0].lower() + name[1:]
    return name


def upper_first(text: str) -> str:
    """The first letter of a title."""
    return text[:1].upper() + text[1:]
