"""Calls a column its own way."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("subject_id", "discipline_id", 1)


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "teaching", change))
