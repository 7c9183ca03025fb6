"""Exports a person without a first name."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace(",Ян,", ",,")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "persons", change))
