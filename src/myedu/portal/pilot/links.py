"""The operator's addresses."""

from uuid import UUID

PACKAGES = "/operator/packages"
JOURNALS = "/operator/journals"


def package(system_id: str, export_id: UUID) -> str:
    return f"{PACKAGES}/{system_id}/{export_id}"


def problems(system_id: str, export_id: UUID) -> str:
    return f"{package(system_id, export_id)}/problems.csv"


def decision(system_id: str, export_id: UUID, deed: str) -> str:
    """`deed`: agree or refuse."""
    return f"{package(system_id, export_id)}/{deed}"
