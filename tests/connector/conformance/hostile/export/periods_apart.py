"""Starts a quarter before the one before has ended."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    header, row = text.splitlines(keepends=True)
    return (
        header
        + row
        + row.replace("q-2", "q-3")
        .replace("2026-11-09", "2026-12-27")
        .replace("2026-12-27\r", "2027-03-21\r")
    )


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "periods", change))
