"""A cache of the week's rendered section, one for each copy: families open the same week again and again.

Decoding a copy, choosing the words and rendering them cost five times as much as everything else of the page,
and the same copy gives the same section until a lesson begins or ends. Whether the viewer may see it is
checked before, at every request.
"""

import hashlib
from collections import OrderedDict
from datetime import date, datetime, time
from uuid import UUID

import msgspec
from markupsafe import Markup

from myedu.contract.answers import Diary
from myedu.portal.diary.page_context import PageContext

MAX_BYTES = 32 * 1024 * 1024
"""Of one process: about a thousand weeks, as their letters take two bytes in memory."""


class Section(msgspec.Struct, frozen=True):
    """HTML that is correct from `since` until `until`, with the title of its page."""

    title: str
    html: Markup
    since: datetime
    until: datetime


class SectionKey(msgspec.Struct, frozen=True):
    """Everything that decides what a section shows, except the time."""

    language: str
    child: UUID
    monday: date
    body_sha256: bytes


class SectionCache:
    """The most recently used sections, as many as fit."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._sections: OrderedDict[SectionKey, Section] = OrderedDict()
        self._bytes, self._max_bytes = 0, max_bytes

    def get(self, key: SectionKey, now: datetime) -> Section | None:
        """The section of this key, if it is correct at `now`."""
        section = self._sections.get(key)
        if section is None or not section.since <= now < section.until:
            return None
        self._sections.move_to_end(key)
        return section

    def put(self, key: SectionKey, section: Section) -> None:
        """Cache a section; the least recently used ones go when there is no room."""
        self._drop(key)
        self._sections[key] = section
        self._bytes += _size(section)
        while self._bytes > self._max_bytes:
            self._drop(next(iter(self._sections)))

    def _drop(self, key: SectionKey) -> None:
        section = self._sections.pop(key, None)
        if section is not None:
            self._bytes -= _size(section)


def _size(section: Section) -> int:
    return 2 * len(section.html)


def key_of(context: PageContext, monday: date, body: bytes) -> SectionKey:
    """The key of a child's week; `body`: the copy's JSON as received."""
    return SectionKey(context.words.language, context.student.child, monday, hashlib.sha256(body).digest())


def correct_until(context: PageContext, diary: Diary) -> datetime:
    """When the section changes by itself: a lesson begins or ends, or the day ends."""
    midnight = datetime.combine(context.tomorrow, time(), context.zone)
    lessons = (entry.lesson for entry in diary.lessons)
    changes = (at for lesson in lessons for at in (lesson.starts_at, lesson.ends_at) if at > context.now)
    return min((midnight, *changes))
