"""Decodes an answer into a struct of the contract; each way in which that fails belongs to one rule."""

import re
from typing import TypeVar

import msgspec

from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.rule import Bilingual, Blocked

T = TypeVar("T")

PLAIN, UTF8, JSON = "methods.plain-when-asked", "methods.utf8", "methods.json"
INSTANTS, IDS, SHAPE = "methods.instants", "methods.ids", "methods.shape"
_ID_PLACE = re.compile(r"(?:^|[._])id`?$")


class Fault(msgspec.Struct, frozen=True):
    """Why an answer can't be decoded. `rule` is the only rule that reports it."""

    rule: str
    words: Bilingual


def fault_of(answer: Answer, kind: type[msgspec.Struct]) -> Fault | None:
    """Why the body can't be decoded as `kind`; None if it can."""
    found = _decode(answer, kind)
    return found if isinstance(found, Fault) else None


def decode_answer(answer: Answer, kind: type[T]) -> T:
    """The body as `kind`. Raises Blocked by the rule that reports the fault."""
    found = _decode(answer, kind)
    if isinstance(found, Fault):
        raise Blocked(found.rule, found.words.ru, found.words.en, answer)
    return found


def _decode(answer: Answer, kind: type[T]) -> T | Fault:
    body = answer.body
    encoding = answer.headers.get("Content-Encoding", "identity")
    if encoding.lower() != "identity":
        words = Bilingual(
            f"ответ упакован ({encoding}) без просьбы", f"compressed ({encoding}) without being asked"
        )
        return Fault(PLAIN, words)
    if body.startswith(b"\xef\xbb\xbf"):
        return Fault(UTF8, Bilingual("тело начинается с метки BOM", "the body begins with a BOM"))
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        return _contract_fault(str(error))
    except UnicodeDecodeError as error:
        return _utf8_fault(error)
    except (msgspec.DecodeError, RecursionError) as error:
        try:
            body.decode()
        except UnicodeDecodeError as wrong:
            return _utf8_fault(wrong)
        return Fault(JSON, Bilingual(f"тело не JSON: {error}", f"the body is not JSON: {error}"))


def _utf8_fault(error: UnicodeDecodeError) -> Fault:
    words = Bilingual(f"байт {error.start} тела — не UTF-8", f"byte {error.start} of the body is not UTF-8")
    return Fault(UTF8, words)


def _contract_fault(message: str) -> Fault:
    """msgspec says what it expected and where: «Expected `str`, got `int` - at `$.lessons[...].id`»."""
    what, _, place = message.rpartition(" - at ")
    if "timezone" in what or "RFC3339" in what:
        rule = INSTANTS
    elif "got `int`" in what and _ID_PLACE.search(place):
        rule = IDS
    else:
        rule = SHAPE
    words = Bilingual(f"тело не по контракту: {message}", f"the body breaks the contract: {message}")
    return Fault(rule, words)
