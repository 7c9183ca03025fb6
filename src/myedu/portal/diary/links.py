"""Addresses of the diary's pages: paths, with a query where there is one. `child`: the child's public id."""

from datetime import date
from functools import lru_cache
from urllib.parse import quote, urlencode
from uuid import UUID

CHILDREN = "/children"
APPEARANCE = "/view"
ENTER = "/enter"
WAIT = "wait"
"""The query parameter of a page that waits for the journal; without it the page shows a copy at once."""


def today(child: UUID) -> str:
    """The child's first page."""
    return f"/c/{child}/today"


def week(child: UUID, day: date | None = None) -> str:
    """The week of a day; of None, the current week."""
    return f"/c/{child}/week" if day is None else f"/c/{child}/week/{day.isoformat()}"


def marks(child: UUID) -> str:
    """The averages of all subjects."""
    return f"/c/{child}/marks"


def subject(
    child: UUID, subject_id: str, *, period_id: str | None = None, day: date | None = None, page: int = 1
) -> str:
    """A subject in a period, or in that of a day; of neither, in the current one. `page`: of its marks."""
    address = _subject(child, subject_id)
    if day is not None:
        return f"{address}?day={day.isoformat()}"
    query = ({} if period_id is None else {"period": period_id}) | ({} if page == 1 else {"page": str(page)})
    return f"{address}?{urlencode(query)}" if query else address


def homework(child: UUID) -> str:
    """The tasks from today on."""
    return f"/c/{child}/homework"


def homework_done(child: UUID, homework_id: str) -> str:
    """Where a POST ticks a task or removes the tick; its fields: done (1 or 0), back, csrf."""
    return f"/c/{child}/homework/{_segment(homework_id)}/done"


def file(child: UUID, file_id: str) -> str:
    """A file of a task; it redirects to a link of the journal."""
    return f"/c/{child}/files/{_segment(file_id)}"


def waiting(address: str, whom: str = "1") -> str:
    """The page that waits for the journal; `whom`: on «Дети» the id of the child whose journal it is."""
    return f"{address}{'&' if '?' in address else '?'}{WAIT}={whom}"


def plain(address: str) -> str:
    """The address without the parameter that waits, as other pages lead back to it."""
    path, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(f"{WAIT}="))
    return f"{path}?{kept}" if kept else path


@lru_cache(maxsize=10_000)  # a week's page has the same few subjects at every lesson
def _subject(child: UUID, subject_id: str) -> str:
    return f"/c/{child}/subjects/{_segment(subject_id)}"


def _segment(journal_id: str) -> str:
    """An id as a segment of a path. Servers decode %2F and then merge slashes: these are escaped twice."""
    return quote(journal_id.replace("%", "%25").replace("/", "%2F"), safe="")


def id_of(segments: str) -> str:
    """The id that a path ends with, as a handler gets it: decoded once, with a slash before it."""
    return segments.removeprefix("/").replace("%2F", "/").replace("%25", "%")
