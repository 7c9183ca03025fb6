"""Exports what was typed."""

from tests.connector.conformance.good import good_tables, rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    good = next(person.snils for person in good_tables()["persons"] if person.snils)
    return text.replace(good, f"{int(good) + 1:011d}")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "persons", change))
