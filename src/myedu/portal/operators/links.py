"""Addresses of the operators' pages."""

from urllib.parse import quote
from uuid import UUID

from myedu.portal.operators.models import Decision, JournalDeed, PackageDeed

PACKAGES = "/operator/packages"
JOURNALS = "/operator/journals"
PUBLISHED = "/conformance"
RUNBOOKS = "/operator/runbooks"
VENDOR_SANDBOX = "/operator/vendor"
PORTAL_KEY = f"{VENDOR_SANDBOX}/portal.public.pem"


def package(system_id: str, export_id: UUID) -> str:
    """One package."""
    return f"{PACKAGES}/{system_id}/{export_id}"


def package_deed(system_id: str, export_id: UUID, deed: PackageDeed) -> str:
    """Where a deed about a package that was taken in or refused is asked for and done."""
    return f"{package(system_id, export_id)}/{deed}"


def journal(system_id: str) -> str:
    """One journal: its state, its history, its exchanges."""
    return f"{JOURNALS}/{system_id}"


def journal_deed(system_id: str, deed: JournalDeed) -> str:
    """Where a deed about a journal is asked for (GET, if it asks first) and done (POST)."""
    return f"{journal(system_id)}/{deed}"


def exchange(system_id: str, exchange_id: int) -> str:
    """One exchange with a journal."""
    return f"{journal(system_id)}/exchanges/{exchange_id}"


def conformance(system_id: str) -> str:
    """POST here asks for a conformance report."""
    return f"{journal(system_id)}/conformance"


def report_file(system_id: str, run_id: int, kind: str) -> str:
    """A report as a file; `kind`: html or json."""
    return f"{conformance(system_id)}/{run_id}/report.{kind}"


def publish(system_id: str) -> str:
    """Where publishing is asked for (GET) and done (POST)."""
    return f"{conformance(system_id)}/publish"


def withdraw(system_id: str) -> str:
    """POST here ends the publication."""
    return f"{conformance(system_id)}/withdraw"


def published(system_id: str) -> str:
    """What everyone may read of a system."""
    return f"{PUBLISHED}/{system_id}"


def runbook(name: str) -> str:
    """One runbook."""
    return f"{RUNBOOKS}/{name}"


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
