"""Days that are written as instants."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

_LAST_MINUTE = time(23, 59)


def day_of(text: str, zone: ZoneInfo) -> date | None:
    """The day of 2026-09-01, or the one that an instant such as 2026-09-01T21:30:00Z has in `zone`.

    None for any other text. Many programs write a day as its first or last minute in UTC: it is that day in
    any zone.
    """
    try:
        at = datetime.fromisoformat(text)
        is_edge = not at.utcoffset() and (at.time() == time.min or at.time() >= _LAST_MINUTE)
        return at.date() if at.tzinfo is None or is_edge else at.astimezone(zone).date()
    except (ValueError, OverflowError):
        return None
