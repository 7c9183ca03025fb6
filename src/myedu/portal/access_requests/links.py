"""Addresses of the room's pages."""

from urllib.parse import urlencode
from uuid import UUID

MISSING = "/children/missing"
ASK = f"{MISSING}/ask"
REQUESTS = f"{MISSING}/requests"
SCHOOL_REQUESTS = "/school/requests"
OPERATOR_REQUESTS = "/operator/requests"
SCHOOLS = "/schools"
HELP = "/help/diary-not-found"


def ask(child: str = "", *, school: tuple[str, str, str] | None = None) -> str:
    """The form. `child`: as `parse.child_choice` reads it; empty: to be chosen there."""
    query = {"child": child} if child else {}
    if school is not None:
        query |= dict(zip(("region", "system", "organization"), school, strict=True))
    return f"{ASK}?{urlencode(query)}" if query else ASK


def request(id: UUID) -> str:
    """A request as its asker sees it."""
    return f"{REQUESTS}/{id}"


def school_request(id: UUID) -> str:
    """A request as the school sees it."""
    return f"{SCHOOL_REQUESTS}/{id}"


def operator_request(id: UUID) -> str:
    """A request as an operator sees it."""
    return f"{OPERATOR_REQUESTS}/{id}"


def page(address: str, number: int, **query: str) -> str:
    """A page of a list."""
    wanted = {**query, **({} if number == 1 else {"page": str(number)})}
    return f"{address}?{urlencode(wanted)}" if wanted else address
