"""Assertions that many checks share, with their sentences in both languages."""

import re
from collections.abc import Iterable, Sequence

from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Bilingual, Blocked, Broken
from myedu.contract.problems import PROBLEMS
from myedu.contract.tables import TABLES

_SHOWN = 3
_OPEN_PLACE = re.compile(rf"(?:{'|'.join(TABLES)})(?::\d+(?::\w+)?|(?:\.\w+)+(?: ×2)?)?(?: \([^)]*\))?")
"""A place in a table of the export, by line and column, which says nothing about a person."""
KEPT = 100
"""Places that one rule names at most: the first ones lead to the fault, and a package may have millions."""


def refused(answer: Answer, *codes: str, what: tuple[str, str] | None = None) -> None:
    """Raises Broken unless the answer is a problem with one of `codes` and the status of that code.

    `what`: which request it was (ru, en). A 501 is Blocked by capabilities.declared, which reports it; media
    type and the other fields are judged by methods.problem-json and methods.problem-field.
    """
    if answer.code in codes and PROBLEMS[answer.code][0] == answer.status:
        return
    if answer.status == 501:
        raise Blocked("capabilities.declared", "ответ 501", "answered 501", answer)
    expected = ", ".join(f"{PROBLEMS[code][0]} {code}" for code in codes)
    raise _unexpected(f"{answer.status} {answer.code or ''}".strip(), expected, what, answer)


def status(answer: Answer, *wanted: int, what: tuple[str, str] | None = None) -> None:
    """Raises Broken unless the answer has one of the statuses. `what`: which request it was (ru, en)."""
    if answer.status not in wanted:
        raise _unexpected(str(answer.status), ", ".join(map(str, wanted)), what, answer)


def _unexpected(actual: str, expected: str, what: tuple[str, str] | None, answer: Answer) -> Broken:
    ru, en = what or ("", "")
    return Broken(
        f"{ru}{': ' if ru else ''}ответ {actual}, а нужен {expected}",
        f"{en}{': ' if en else ''}answered {actual}, expected {expected}",
        answer,
    )


def require(holds: object, ru: str, en: str, *answers: Answer) -> None:
    """Raises Broken with this sentence unless `holds`."""
    if not holds:
        raise Broken(ru, en, *answers)


def none_at(places: Sequence[str], ru: str, en: str, *answers: Answer) -> None:
    """Raises Broken with this sentence and the first few of `places` if there are any."""
    if not places:
        return
    shown, more = ", ".join(places[:_SHOWN]), len(places) - _SHOWN
    many = "+" if len(places) >= KEPT else ""
    raise Broken(
        f"{ru}: {shown}{f' и ещё {more}{many}' if more > 0 else ''}",
        f"{en}: {shown}{f' and {more}{many} more' if more > 0 else ''}",
        *answers,
        public=None if all(map(_OPEN_PLACE.fullmatch, places)) else _counted(ru, en, f"{len(places)}{many}"),
    )


def _counted(ru: str, en: str, number: str) -> Bilingual:
    """The places may be ids of persons."""
    return Bilingual(f"{ru}: всего {number}", f"{en}: {number} in all")


def repeated(ids: Iterable[str]) -> list[str]:
    """The ids that occur more than once, in order of their second occurrence, at most `KEPT` of them."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for each in ids:
        if each in seen and len(twice) < KEPT:
            twice[each] = None
        seen.add(each)
    return [*twice]
