"""Writes a table in cp1251."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    # the bytes of cp1251, carried through a str
    return text.encode("cp1251", "replace").decode("utf-8", "surrogateescape")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "subjects", change))
