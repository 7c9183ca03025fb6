"""The operator's addresses."""

from urllib.parse import quote
from uuid import UUID

PACKAGES = "/operator/packages"
JOURNALS = "/operator/journals"
VENDOR_SANDBOX = "/operator/vendor"
PORTAL_KEY = f"{VENDOR_SANDBOX}/portal.public.pem"


def package(system_id: str, export_id: UUID) -> str:
    return f"{PACKAGES}/{system_id}/{export_id}"


def problems(system_id: str, export_id: UUID) -> str:
    return f"{package(system_id, export_id)}/problems.csv"


def decision(system_id: str, export_id: UUID, deed: str) -> str:
    """`deed`: agree or refuse."""
    return f"{package(system_id, export_id)}/{deed}"


def vendor_system(system_id: str) -> str:
    return f"{VENDOR_SANDBOX}/{system_id}"


def pull_now(system_id: str) -> str:
    return f"{vendor_system(system_id)}/pull"


def accounts(system_id: str) -> str:
    """Where a form asks for a person's account."""
    return f"{vendor_system(system_id)}/accounts"


def account(system_id: str, person_id: str) -> str:
    return f"{accounts(system_id)}?person={quote(person_id, safe='')}"
