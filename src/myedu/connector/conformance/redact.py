"""An exchange as text for a report: without secrets and, on demand, without anything about a person."""

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote, urlsplit

import msgspec

from myedu.connector.conformance.http import Answer
from myedu.connector.conformance.report import Result
from myedu.connector.conformance.rule import Bilingual

HIDDEN = "…"
_LONGEST = 4000  # characters shown of a body: more is not read
_SHORTEST = 2  # characters of a text that is hidden in a sentence: one letter is a mark or nothing
_SECRET_HEADERS = {"authorization", "myedu-act", "cookie", "set-cookie"}
_SECRET_FIELDS = re.compile(
    r'("(?:access_token|client_assertion)"\s*:\s*")[^"]*|((?:access_token|client_assertion|signature)=)[^&\s"]*'
)
_ID_IN_PATH = re.compile(r"(/(?:students|teachers|files|file-content|lessons|Schedule)/)[^/]+")
"""Path segments that an id follows."""
_OPEN_FIELDS = {
    "code", "status", "title", "type", "error", "field", "from", "to", "time_zone", "starts_at", "ends_at",
    "day", "due_on", "set_on", "set_at", "updated_at", "kind", "scale", "contract", "capabilities",
    "profiles", "server_time", "mode", "created_at", "region", "table", "file", "sha256", "resourceType",
    "severity", "relation", "expires_at", "cursor", "what",
}  # fmt: skip
"""Fields of answers that say nothing about a person. Numbers and booleans are always shown."""


class RedactedExchange(msgspec.Struct, frozen=True):
    """One exchange as text: the first line, headers, and after an empty line the body."""

    request: str
    answer: str
    milliseconds: int


def redacted(answer: Answer, *, public: bool = False) -> RedactedExchange:
    """The exchange without tokens and signatures. `public`: also without ids and texts of answers."""
    path = _path(answer.url, public)
    request = [f"{answer.verb} {path}", *_headers(answer.sent_headers)]
    if answer.sent_body:
        request += ["", _text(answer.sent_body, public)]
    reply = [f"{answer.status}", *_headers(answer.headers)]
    if answer.body:
        reply += ["", _text(answer.body, public)]
    return RedactedExchange(
        request=_without_secrets("\n".join(request)),
        answer=_without_secrets("\n".join(reply)),
        milliseconds=round(answer.seconds * 1000),
    )


def words_of(result: Result, *, public: bool) -> Bilingual | None:
    """What was seen, for a report that may be `public`."""
    if result.words is None or not public:
        return result.words
    return result.public_words or public_words(result.words, result.answers)


def public_words(words: Bilingual, answers: Iterable[Answer]) -> Bilingual:
    """A sentence without the texts of the answers that a public report hides, and without ids of requests."""
    hidden = {text for answer in answers for text in (*_hidden_texts(answer), *_ids_of(answer.url))}
    ru, en = words.ru, words.en
    for text in sorted(hidden, key=len, reverse=True):
        ru, en = ru.replace(text, HIDDEN), en.replace(text, HIDDEN)
    return Bilingual(ru, en)


def _hidden_texts(answer: Answer) -> Iterator[str]:
    yield from _texts_below(answer.json(), "")


def _texts_below(value: object, field: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts_below(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_below(item, field)
    elif isinstance(value, str) and len(value) >= _SHORTEST and field not in _OPEN_FIELDS:
        yield value


def _ids_of(url: str) -> Iterator[str]:
    for found in _ID_IN_PATH.finditer(urlsplit(url).path):
        sent = found[0].removeprefix(found[1])
        yield from (text for text in (sent, unquote(sent)) if len(text) >= _SHORTEST)


def _path(url: str, public: bool) -> str:
    parts = urlsplit(url)
    path = _ID_IN_PATH.sub(rf"\1{HIDDEN}", parts.path)
    return f"{path if public else parts.path}{'?' if parts.query else ''}{parts.query}"


def _headers(headers: Mapping[str, str]) -> list[str]:
    hidden = ((name, HIDDEN if name.lower() in _SECRET_HEADERS else text) for name, text in headers.items())
    return [f"{name}: {text}" for name, text in hidden]


def _text(body: bytes, public: bool) -> str:
    if public:
        return _public_text(body)
    text = body.decode(errors="backslashreplace")
    return _shortened("".join(c if c.isprintable() or c in "\n\t" else f"\\x{ord(c):02x}" for c in text))


def _public_text(body: bytes) -> str:
    try:
        value = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"{HIDDEN} ({len(body)} B)"
    return _shortened(msgspec.json.encode(_hidden(value, "")).decode())


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… (+{len(text) - _LONGEST})"


def _hidden(value: object, field: str) -> object:
    """JSON's value with every text hidden but those of the open fields."""
    if isinstance(value, dict):
        return {key: _hidden(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item, field) for item in value]
    return HIDDEN if isinstance(value, str) and field not in _OPEN_FIELDS else value


def _without_secrets(text: str) -> str:
    return _SECRET_FIELDS.sub(lambda found: f"{found[1] or found[2]}{HIDDEN}", text)
