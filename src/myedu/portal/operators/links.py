"""Addresses of the operators' pages."""

from urllib.parse import quote
from uuid import UUID

from myedu.portal.operators.models import Decision

PACKAGES = "/operator/packages"
JOURNALS = "/operator/journals"
VENDOR_SANDBOX = "/operator/vendor"
PORTAL_KEY = f"{VENDOR_SANDBOX}/portal.public.pem"


def package(system_id: str, export_id: UUID) -> str:
    """One package."""
    return f"{PACKAGES}/{system_id}/{export_id}"


def problems(system_id: str, export_id: UUID) -> str:
    """The file with its problems."""
    return f"{package(system_id, export_id)}/problems.csv"


def decision(system_id: str, export_id: UUID, decision: Decision) -> str:
    """Where a decision about it is asked for (GET) and made (POST)."""
    return f"{package(system_id, export_id)}/{decision}"


def vendor_system(system_id: str) -> str:
    """A system in the vendors' sandbox."""
    return f"{VENDOR_SANDBOX}/{system_id}"


def pull_now(system_id: str) -> str:
    """POST here queues a pull of its newest package."""
    return f"{vendor_system(system_id)}/pull"


def accounts(system_id: str) -> str:
    """POST here makes an account for a person of its export."""
    return f"{vendor_system(system_id)}/accounts"


def account(system_id: str, person_id: str) -> str:
    """The page that says that the account is ready."""
    return f"{accounts(system_id)}?person={quote(person_id, safe='')}"
