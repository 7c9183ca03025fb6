"""Keeps deleted rows in a full package."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace(",false,", ",true,")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "teaching", change))
