"""Makes ids of names."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("te-1", "Алгебра 9Б")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "teaching", change))
