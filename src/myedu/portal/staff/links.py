"""Addresses of the staff's pages."""

from datetime import date

DAY = "/staff/day"
GROUPS = "/staff/groups"
POSTS = "/staff/posts"


def day(day: date) -> str:
    """A day's lessons."""
    return f"{DAY}/{day.isoformat()}"
