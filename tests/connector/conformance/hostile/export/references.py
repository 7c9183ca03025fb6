"""Enrols into a class that it doesn't export."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace(",9b,", ",9z,")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "enrollments", change))
