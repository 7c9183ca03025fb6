"""Time as an argument: code that needs "now" takes a Clock, so a test can choose the day."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of the current time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and for a demo of a chosen day."""

    def __init__(self, at: datetime) -> None:
        self.set(at)

    def now(self) -> datetime:
        """The instant it was set to, aware, in UTC."""
        return self._at

    def set(self, at: datetime) -> None:
        """Set the time. Raises ValueError for a naive one, which is another instant on every machine."""
        if at.tzinfo is None:
            raise ValueError(f"{at.isoformat()} has no time zone: give an aware datetime, e.g. tzinfo=UTC")
        self._at = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the time by `by`, back if it is negative."""
        self._at += by
