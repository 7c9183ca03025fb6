"""What checks say again and again, in both languages."""

from collections.abc import Iterable, Sequence

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.rule import Blocked, Broken
from myedu.contract.problems import PROBLEMS

_SHOWN = 3
KEPT = 100
"""Places told of by one rule: the first ones lead to the fault, and a package may have millions."""


def refused(answer: Answer, *codes: str, what: tuple[str, str] | None = None) -> None:
    """The answer is a problem with one of the codes and its status. `what`: of what it speaks (ru, en).

    A declared method that isn't there at all is told by capabilities.declared; media type and the other
    fields are judged by methods.problem-json and methods.problem-field.
    """
    if answer.code in codes and PROBLEMS[answer.code][0] == answer.status:
        return
    if answer.status == 501:
        raise Blocked("capabilities.declared", "ответ 501", "answered 501", answer)
    expected = ", ".join(f"{PROBLEMS[code][0]} {code}" for code in codes)
    said = f"{answer.status} {answer.code or ''}".strip()
    ru, en = what or ("", "")
    raise Broken(
        f"{ru}{': ' if ru else ''}ответ {said}, а нужен {expected}",
        f"{en}{': ' if en else ''}answered {said}, expected {expected}",
        answer,
    )


def status(answer: Answer, *wanted: int, what: tuple[str, str] | None = None) -> None:
    """The answer has one of the statuses."""
    if answer.status in wanted:
        return
    expected = ", ".join(map(str, wanted))
    ru, en = what or ("", "")
    raise Broken(
        f"{ru}{': ' if ru else ''}ответ {answer.status}, а нужен {expected}",
        f"{en}{': ' if en else ''}answered {answer.status}, expected {expected}",
        answer,
    )


def that(holds: object, ru: str, en: str, *answers: Answer) -> None:
    """Raises Broken with these words unless `holds`."""
    if not holds:
        raise Broken(ru, en, *answers)


def none_at(places: Sequence[str], ru: str, en: str, *answers: Answer) -> None:
    """Raises Broken, naming the first places, unless there are none."""
    if not places:
        return
    shown, more = ", ".join(places[:_SHOWN]), len(places) - _SHOWN
    many = "+" if len(places) >= KEPT else ""
    raise Broken(
        f"{ru}: {shown}{f' и ещё {more}{many}' if more > 0 else ''}",
        f"{en}: {shown}{f' and {more}{many} more' if more > 0 else ''}",
        *answers,
    )


def repeated(ids: Iterable[str]) -> list[str]:
    """The ids that stand more than once, each named once, at most `KEPT` of them."""
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for one in ids:
        if one in seen and len(twice) < KEPT:
            twice[one] = None
        seen.add(one)
    return [*twice]
