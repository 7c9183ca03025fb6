"""Names roles its own way."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace(",teacher,", ",predmetnik,")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "staff", change))
