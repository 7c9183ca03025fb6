"""Addresses of the diary's pages. `child` is the public id of a child."""

from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlencode
from uuid import UUID

CHILDREN = "/children"
APPEARANCE = "/view"
ENTER = "/enter"
WAIT = "wait"
"""The parameter of a page that waits for the journal: the same page without it shows a copy at once."""


def today(child: UUID) -> str:
    return f"/c/{child}/today"


def week(child: UUID, day: date | None = None) -> str:
    """The week of a day; without one, the running week."""
    return f"/c/{child}/week" if day is None else f"/c/{child}/week/{day.isoformat()}"


def marks(child: UUID) -> str:
    return f"/c/{child}/marks"


@lru_cache(maxsize=10_000)  # a week page asks for the same few at every lesson
def subject(child: UUID, subject_id: str, period_id: str | None = None) -> str:
    address = f"/c/{child}/subjects/{quote(subject_id, safe='')}"
    return address if period_id is None else f"{address}?{urlencode({'period': period_id})}"


def homework(child: UUID) -> str:
    return f"/c/{child}/homework"


def homework_done(child: UUID, homework_id: str) -> str:
    """POST here ticks a task: fields done (1 or 0), back, csrf."""
    return f"/c/{child}/homework/{quote(homework_id, safe='')}/done"


def file(child: UUID, file_id: str) -> str:
    return f"/c/{child}/files/{quote(file_id, safe='')}"


def waiting(address: str, whom: str = "1") -> str:
    """The page that waits for the journal; `whom`: on «Дети», for which child."""
    return f"{address}{'&' if '?' in address else '?'}{WAIT}={whom}"


def plain(address: str) -> str:
    """The address without its wish to wait, as other pages lead back to it."""
    path, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(f"{WAIT}="))
    return f"{path}?{kept}" if kept else path
