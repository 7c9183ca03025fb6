"""What teachers write: topics, homework, names of works, comments; from texts.toml."""

import tomllib
from importlib.resources import files
from random import Random

import msgspec


class Texts(msgspec.Struct, frozen=True):
    """The tables of texts.toml, each of them key → variants; key "" is for any subject without variants of
    its own.

    A key of `topics` may end in a grade: «Алгебра 8».
    """

    topics: dict[str, tuple[str, ...]]
    homework: dict[str, tuple[str, ...]]
    works: dict[str, tuple[str, ...]]
    absences: dict[str, tuple[str, ...]]
    other: dict[str, tuple[str, ...]]


TEXTS = msgspec.convert(tomllib.loads((files(__package__) / "texts.toml").read_text(encoding="utf-8")), Texts)


def topics_of(subject: str, grade: int) -> tuple[str, ...]:
    """The topics of the subject in this grade; if the grade has none of its own, the subject's."""
    keys = (f"{subject} {grade}", subject, "")
    return next(TEXTS.topics[key] for key in keys if key in TEXTS.topics)


def homework_text(subject: str, rng: Random) -> str:
    """A task for the class."""
    return _fill(rng.choice(TEXTS.homework.get(subject, TEXTS.homework[""])), rng)


def individual_task(rng: Random) -> str:
    """A task for one pupil."""
    return _fill(rng.choice(TEXTS.other["individual"]), rng)


def work_name(kind: str, number: int, topic: str | None, rng: Random) -> str:
    """The title of a written work: the one of this `number` in the year, on a topic or on «Повторение»."""
    return rng.choice(TEXTS.works[kind]).format(a=number, topic=topic or "Повторение")


def absence_reason(code: str, rng: Random) -> str | None:
    """A reason for an attendance code of the contract; None if the code needs no reason."""
    reasons = TEXTS.absences.get(code)
    return rng.choice(reasons) if reasons else None


def mark_comment(rng: Random) -> str:
    """A teacher's comment on a mark."""
    return rng.choice(TEXTS.other["comments"])


def _fill(template: str, rng: Random) -> str:
    """Puts page and exercise numbers into the template as they could stand in a textbook."""
    page, exercise, first = rng.randint(8, 190), rng.randint(12, 640), rng.randint(2, 9)
    return template.format(
        p=page,
        q=page + rng.randint(1, 4),
        n=exercise,
        m=exercise + rng.randint(1, 9),
        k=exercise + rng.randint(10, 15),
        a=first,
        b=first + rng.randint(1, 4),
    )
