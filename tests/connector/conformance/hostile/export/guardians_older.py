"""Swaps guardian and child."""

from tests.connector.conformance.good import MOTHER, rewrite
from tests.connector.conformance.hostiles import Hostile
from tests.connector.sdk.school import PUPIL


def change(text: str) -> str:
    return text.replace(MOTHER, "@").replace(PUPIL, MOTHER).replace("@", PUPIL)


HOSTILE = Hostile(package=lambda folder: rewrite(folder, "guardianships", change))
