"""Gives both parts of a mark one id."""

from msgspec.structs import replace

from myedu.contract.answers import Marks
from myedu.contract.school import Mark
from myedu.contract.windows import Window
from tests.connector.conformance.good import WholeSchool
from tests.connector.conformance.hostiles import Hostile


class Bad(WholeSchool):
    def marks(self, student_id: str, window: Window) -> Marks | None:
        found = super().marks(student_id, window)
        if found is None:
            return None
        return replace(found, marks=tuple(_bad(mark) for mark in found.marks))


def _bad(mark: Mark) -> Mark:
    return replace(mark, id=mark.id.replace("m2-", "m-"))


HOSTILE = Hostile(system=Bad)
