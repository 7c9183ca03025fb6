"""Swaps the days of a period."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("2026-12-27", "2026-10-27")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "periods", change))
