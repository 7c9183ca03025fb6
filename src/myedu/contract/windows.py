"""Windows of days, both ends inclusive: a request gives both ends or neither."""

from datetime import date, timedelta

from myedu.contract.problems import ContractError, problem
from myedu.contract.wire import Wire

MAX_WINDOW_DAYS = 92
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""Days of other years are typing errors; arithmetic on them could overflow."""


class Window(Wire, frozen=True, kw_only=True):
    """Days from `first` to `last`, both inclusive."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days; below 1 if `last` is before `first`."""
        return (self.last - self.first).days + 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> Window:
    """The day's week, Monday to Sunday."""
    monday = monday_of(day)
    return Window(first=monday, last=monday + timedelta(days=6))


def parse_day(text: str, field: str) -> date:
    """The day of `YYYY-MM-DD` in the years 2000 to 2100. Raises ContractError `bad-day` with the field."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ContractError(problem("bad-day", field=field, detail=f"{field} must be YYYY-MM-DD")) from None
    # fromisoformat also reads 20260901 and 2026-W36-2
    if day.isoformat() != text or not FIRST_YEAR <= day.year <= LAST_YEAR:
        detail = f"{field} must be YYYY-MM-DD between {FIRST_YEAR} and {LAST_YEAR}"
        raise ContractError(problem("bad-day", field=field, detail=detail))
    return day


def parse_window(
    first: str | None,
    last: str | None,
    today: date,
    longest: int = MAX_WINDOW_DAYS,
    names: tuple[str, str] = ("from", "to"),
) -> Window:
    """The requested window; without both ends the previous, current and next week of `today`.

    `longest` in days. `names` are the parameters' names for errors (`start` and `end` in the federal
    profile). Raises ContractError: `half-window`, `bad-day`, `window-reversed`, `window-too-long`.
    """
    if first is None and last is None:
        monday = monday_of(today)
        return Window(first=monday - timedelta(days=7), last=monday + timedelta(days=13))
    if first is None or last is None:
        missing = names[0] if first is None else names[1]
        detail = f"give both {names[0]} and {names[1]}, or neither"
        raise ContractError(problem("half-window", field=missing, detail=detail))
    window = Window(first=parse_day(first, names[0]), last=parse_day(last, names[1]))
    if window.days < 1:
        detail = f"{names[1]} is before {names[0]}"
        raise ContractError(problem("window-reversed", field=names[1], detail=detail))
    if window.days > longest:
        detail = f"{window.days} days asked, at most {longest} are served: ask in parts"
        raise ContractError(problem("window-too-long", field=names[1], detail=detail))
    return window


def split_window(window: Window, longest: int = MAX_WINDOW_DAYS) -> list[Window]:
    """The same days as windows of at most `longest` days, in order."""
    parts, first = [], window.first
    while first <= window.last:
        last = min(window.last, first + timedelta(days=longest - 1))
        parts.append(Window(first=first, last=last))
        first = last + timedelta(days=1)
    return parts
