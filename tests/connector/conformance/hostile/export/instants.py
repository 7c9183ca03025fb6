"""Writes the server's time without its offset."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("T18:00:00+10:00", " 18:00:00")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "teaching", change))
