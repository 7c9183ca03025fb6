"""Makes a mother the guardian of herself."""

from tests.connector.conformance.good import MOTHER, rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("9007199254740993", MOTHER)


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "guardianships", change))
