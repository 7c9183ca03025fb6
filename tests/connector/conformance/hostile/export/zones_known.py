"""Names zones by their distance from Moscow."""

from tests.connector.conformance.good import rewrite
from tests.connector.conformance.hostiles import Hostile


def change(text: str) -> str:
    return text.replace("Asia/Vladivostok", "MSK+7")


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "organizations", change))
