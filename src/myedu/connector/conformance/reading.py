"""Reads an answer as a struct of the contract; each way in which that fails belongs to one rule."""

import re
from typing import Any, TypeVar

import msgspec

from myedu.connector.conformance.ask import Answer
from myedu.connector.conformance.rule import Blocked, Both

T = TypeVar("T")

PLAIN, UTF8, JSON = "methods.plain-when-asked", "methods.utf8", "methods.json"
INSTANTS, IDS, SHAPE = "methods.instants", "methods.ids", "methods.shape"
_ID_PLACE = re.compile(r"(?:^|[._])id`?$")


class Fault(msgspec.Struct, frozen=True):
    """Why an answer can't be read; `rule` is the one that tells of it, and no other does."""

    rule: str
    words: Both


def fault_of(answer: Answer, kind: Any) -> Fault | None:
    """None where the body is `kind`."""
    found = _attempt(answer, kind)
    return found if isinstance(found, Fault) else None


def decoded(answer: Answer, kind: type[T]) -> T:
    """The body as `kind`. Raises Blocked by the rule that tells of the fault."""
    found = _attempt(answer, kind)
    if isinstance(found, Fault):
        raise Blocked(found.rule, found.words.ru, found.words.en, answer)
    return found


def _attempt(answer: Answer, kind: type[T]) -> T | Fault:
    body = answer.body
    packed = answer.headers.get("Content-Encoding", "identity")
    if packed.lower() != "identity":
        words = Both(f"ответ упакован ({packed}) без просьбы", f"packed ({packed}) without being asked")
        return Fault(PLAIN, words)
    if body.startswith(b"\xef\xbb\xbf"):
        return Fault(UTF8, Both("тело начинается с метки BOM", "the body begins with a BOM"))
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        return _misshapen(str(error))
    except UnicodeDecodeError as error:
        return _not_utf8(error)
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            body.decode()
        except UnicodeDecodeError as wrong:
            return _not_utf8(wrong)
        return Fault(JSON, Both(f"тело не JSON: {error}", f"the body is no JSON: {error}"))


def _not_utf8(error: UnicodeDecodeError) -> Fault:
    return Fault(
        UTF8, Both(f"байт {error.start} тела — не UTF-8", f"byte {error.start} of the body is not UTF-8")
    )


def _misshapen(message: str) -> Fault:
    """msgspec says what it expected and where: «Expected `str`, got `int` - at `$.lessons[...].id`»."""
    what, _, place = message.rpartition(" - at ")
    if "timezone" in what or "RFC3339" in what:
        rule = INSTANTS
    elif "got `int`" in what and _ID_PLACE.search(place):
        rule = IDS
    else:
        rule = SHAPE
    return Fault(rule, Both(f"тело не по контракту: {message}", f"the body breaks the contract: {message}"))
