"""Addresses of the head's pages about the staff."""

from urllib.parse import urlencode

from myedu.portal.verification.links import SCHOOL
from myedu.portal.verification.staff_models import StaffFilter

STAFF = f"{SCHOOL}/staff"
MISSING = f"{STAFF}/missing.csv"
CONFIRM = f"{STAFF}/confirm"
CONFIRM_ALL = f"{STAFF}/confirm-all"
DECLINE = f"{STAFF}/decline"


def staff(chosen: StaffFilter) -> str:
    """The list with this filter."""
    page = str(chosen.page) if chosen.page > 1 else ""
    query = {"state": chosen.state or "", "name": chosen.begins, "page": page}
    given = {name: value for name, value in query.items() if value}
    return f"{STAFF}?{urlencode(given)}" if given else STAFF


def deed(path: str, system_id: str, staff_id: str) -> str:
    """The question before a deed about one post."""
    return f"{path}?{urlencode({'system': system_id, 'post': staff_id})}"
