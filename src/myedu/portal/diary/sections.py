"""The week's section, rendered once for a copy: families open the same week again and again.

Reading a copy, choosing the words and rendering them cost five times as much as everything else of the page,
and the same copy gives the same section until a lesson begins or ends. Who may see it was decided before.
"""

import hashlib
from collections import OrderedDict
from datetime import date, datetime, time
from uuid import UUID

import msgspec
from markupsafe import Markup

from myedu.contract.answers import Diary
from myedu.portal.diary.page_context import PageContext

MOST_BYTES = 32 * 1024 * 1024
"""Of one process: about a thousand weeks, as their letters take two bytes in memory."""


class Section(msgspec.Struct, frozen=True):
    """HTML that is right from `since` until `until`."""

    title: str
    html: Markup
    since: datetime
    until: datetime


class SectionKey(msgspec.Struct, frozen=True):
    """Everything that a section is made of, but the time."""

    language: str
    child: UUID
    monday: date
    body_sha256: bytes


class Sections:
    """The sections used last, as many as fit."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._kept: OrderedDict[SectionKey, Section] = OrderedDict()
        self._bytes, self._most_bytes = 0, most_bytes

    def find(self, key: SectionKey, now: datetime) -> Section | None:
        """The section of this key, if it is right at `now`."""
        section = self._kept.get(key)
        if section is None or not section.since <= now < section.until:
            return None
        self._kept.move_to_end(key)
        return section

    def keep(self, key: SectionKey, section: Section) -> None:
        """Remember a section, and forget those that nobody has asked for the longest."""
        self._forget(key)
        self._kept[key] = section
        self._bytes += _size(section)
        while self._bytes > self._most_bytes:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: SectionKey) -> None:
        section = self._kept.pop(key, None)
        if section is not None:
            self._bytes -= _size(section)


def _size(section: Section) -> int:
    return 2 * len(section.html)


def key_of(context: PageContext, monday: date, body: bytes) -> SectionKey:
    """`body`: the copy as received."""
    return SectionKey(context.words.language, context.student.child, monday, hashlib.sha256(body).digest())


def right_until(context: PageContext, diary: Diary) -> datetime:
    """When the section changes by itself: a lesson begins or ends, or the day does."""
    midnight = datetime.combine(context.tomorrow, time(), context.zone)
    lessons = (entry.lesson for entry in diary.lessons)
    changes = (at for lesson in lessons for at in (lesson.starts_at, lesson.ends_at) if at > context.now)
    return min((midnight, *changes))
