"""Writes days as people do."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("2026-09-01", "01.09.2026")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "enrollments", change))
