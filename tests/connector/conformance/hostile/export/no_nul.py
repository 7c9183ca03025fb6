"""Pads names with NUL."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("Алгебра", "Алгебра\x00")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "subjects", change))
