"""Windows of days: given whole, both ends inclusive, or not at all."""

from datetime import date, timedelta

from myedu.contract.problems import ContractError, problem
from myedu.contract.wire import Wire

MAX_WINDOW_DAYS = 92
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Days outside are typing errors; arithmetic on them would overflow."""


class Window(Wire, kw_only=True):
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> Window:
    """Monday to Sunday around a day."""
    monday = monday_of(day)
    return Window(first=monday, last=monday + timedelta(days=6))


def parse_day(text: str, field: str) -> date:
    """`YYYY-MM-DD` within 2000–2100; raises ContractError(bad-day) that names the field."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ContractError(problem("bad-day", field=field, detail=f"{field} must be YYYY-MM-DD")) from None
    if len(text) != 10 or not FIRST_YEAR <= day.year <= LAST_YEAR:
        detail = f"{field} must be YYYY-MM-DD between {FIRST_YEAR} and {LAST_YEAR}"
        raise ContractError(problem("bad-day", field=field, detail=detail))
    return day


def parse_window(first: str | None, last: str | None, today: date, longest: int = MAX_WINDOW_DAYS) -> Window:
    """The window asked for; neither end given means the previous, current and next week of `today`.

    Raises ContractError: `half-window`, `bad-day`, `window-reversed`, `window-too-long`.
    """
    if first is None and last is None:
        monday = monday_of(today)
        return Window(first=monday - timedelta(days=7), last=monday + timedelta(days=13))
    if first is None or last is None:
        missing = "from" if first is None else "to"
        raise ContractError(problem("half-window", field=missing, detail="give both from and to, or neither"))
    window = Window(first=parse_day(first, "from"), last=parse_day(last, "to"))
    if window.days < 1:
        raise ContractError(problem("window-reversed", field="to", detail="to is before from"))
    if window.days > longest:
        detail = f"{window.days} days asked, at most {longest} are served: ask in parts"
        raise ContractError(problem("window-too-long", field="to", detail=detail))
    return window


def split_window(window: Window, longest: int = MAX_WINDOW_DAYS) -> list[Window]:
    """The same days in windows that a journal will serve."""
    parts, first = [], window.first
    while first <= window.last:
        last = min(window.last, first + timedelta(days=longest - 1))
        parts.append(Window(first=first, last=last))
        first = last + timedelta(days=1)
    return parts
