"""What the room's forms say: bounded, plain, with a code for each field that is wrong."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Literal

import msgspec

from myedu.contract.plain_text import sanitize_text
from myedu.portal.access_requests.models import ANSWERS, LEAST_REASON, MOST_WORDS, Answer
from myedu.portal.people.models import SoughtChild

_MOST_NAME, _MOST_CLASS = 60, 20
_OLDEST = date(1990, 1, 1)  # pupils of colleges are over thirty, seldom
_DATE = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]([0-9]{4})")

Problem = Literal["last_name", "first_name", "birth_date", "answer", "words", "reason"]


class AskForm(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the form as they were typed; `typed`: the child, if all of its fields can be read."""

    child: str
    last_name: str
    first_name: str
    middle_name: str
    birth_date: str
    class_name: str
    comment: str
    typed: SoughtChild | None
    problems: frozenset[Problem]


class AnswerForm(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a family; None if a field is wrong."""

    answer: Answer | None
    words: str
    reason: str
    problems: frozenset[Problem]


def ask_form(fields: Mapping[str, str], today: date) -> AskForm:
    """The form of a request. Whether a child exists is not looked at."""
    names = {name: _line(fields, name, _MOST_NAME) for name in ("last_name", "first_name", "middle_name")}
    born_text = _line(fields, "birth_date", 10)
    born = _day(born_text)
    problems: set[Problem] = set()
    if not names["last_name"]:
        problems.add("last_name")
    if not names["first_name"]:
        problems.add("first_name")
    if born is None or not _OLDEST <= born <= today:
        problems.add("birth_date")
    typed = None
    if not problems:
        middle_name = names.pop("middle_name") or None
        typed = SoughtChild(asks_for="typed", snils=None, birth_date=born, middle_name=middle_name, **names)
    return AskForm(
        child=child_choice(fields.get("child")),
        last_name=_line(fields, "last_name", _MOST_NAME),
        first_name=_line(fields, "first_name", _MOST_NAME),
        middle_name=_line(fields, "middle_name", _MOST_NAME),
        birth_date=born_text,
        class_name=_line(fields, "class_name", _MOST_CLASS),
        comment=_text(fields, "comment"),
        typed=typed,
        problems=frozenset(problems),
    )


def answer_form(fields: Mapping[str, str]) -> AnswerForm:
    """The form of an answer: words are needed where the family is refused."""
    given = fields.get("answer", "")
    answer = next((one for one in ANSWERS if one == given), None)
    words, reason = _text(fields, "words"), reason_of(fields)
    problems: set[Problem] = set()
    if answer is None:
        problems.add("answer")
    if answer == "refused" and len(words) < LEAST_REASON:
        problems.add("words")
    return AnswerForm(answer=answer, words=words, reason=reason, problems=frozenset(problems))


def reason_of(fields: Mapping[str, str]) -> str:
    """An operator's reason; empty if it is none."""
    reason = _line(fields, "reason", 200)
    return reason if len(reason) >= LEAST_REASON else ""


def child_choice(text: str | None) -> str:
    """`self`, `kid-1`, `kid-2` … as the family's page counts them; else `other`."""
    return text if text and re.fullmatch(r"self|kid-[1-9][0-9]?", text) else "other"


def school_key(fields: Mapping[str, str]) -> tuple[str, str, str] | None:
    """The school that a form or an address names."""
    region, system_id, organization_id = (
        fields.get(name, "") for name in ("region", "system", "organization")
    )
    if (
        not (region and system_id and organization_id)
        or max(map(len, (region, system_id, organization_id))) > 64
    ):
        return None
    return region, system_id, organization_id


def _day(text: str) -> date | None:
    """«01.09.2012», or what a browser's field of dates sends, «2012-09-01»."""
    match = _DATE.fullmatch(text)
    try:
        if match:
            day, month, year = map(int, match.groups())
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


def _line(fields: Mapping[str, str], name: str, most: int) -> str:
    return sanitize_text(fields.get(name, ""), most, lines=False)


def _text(fields: Mapping[str, str], name: str) -> str:
    return sanitize_text(fields.get(name, ""), MOST_WORDS, lines=True)
