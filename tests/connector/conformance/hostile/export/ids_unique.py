"""Repeats a row by a join."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    header, *rows = text.splitlines(keepends=True)
    return "".join([header, *rows, *rows[:1]])


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "teaching", change))
