"""What an answer of a journal means, of which nothing is believed: its type, its errors, its waits."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from myedu.connector.sdk.cleaning import clean_text
from myedu.connector.sdk.errors import (
    CursorGone,
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    NotThere,
)
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem

JSON = "application/json"
ERROR_BYTES = 64 * 1024
"""A problem is small; of a longer page nothing is worth reading."""
LONGEST_RETRY_AFTER = 3600.0
_HARMLESS_SKEW = 60.0  # seconds: the leeway of every token here
_LONGEST_DATE = 100  # characters
_TAG = re.compile(r'(?:W/)?"[!#-~]{0,200}"')
_SAID = 300  # characters of foreign words in a sentence of ours


class Heard(msgspec.Struct, frozen=True):
    """An answer as it came: status, headers, and a body within its bound."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def decode_json(
    heard: Heard, decoder: msgspec.json.Decoder[Any], media_types: Collection[str] = (JSON,)
) -> Any:
    """The body as the contract's struct. Raises JournalWrong."""
    check_json(heard, media_types)
    try:
        return decoder.decode(heard.body)
    except msgspec.ValidationError as error:
        raise JournalWrong("wrong-shape", f"the answer breaks the contract: {error}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise unreadable(error) from None


def check_json(heard: Heard, media_types: Collection[str] = (JSON,)) -> None:
    """Raises JournalWrong (wrong-type, wrong-charset) for what doesn't even say that it is JSON in UTF-8."""
    media_type, charset = content_type(heard.headers)
    if media_type not in media_types:
        said = clean_text(media_type, _SAID, lines=False) or "untyped"
        raise JournalWrong("wrong-type", f"the answer is {said}, not JSON")
    if charset not in ("", "utf-8", "utf8"):
        said = clean_text(charset, _SAID, lines=False)
        raise JournalWrong("wrong-charset", f"the answer is in {said}, and JSON is UTF-8 (RFC 8259)")


def unreadable(error: Exception) -> JournalWrong:
    """What a decoder said of bytes that are no JSON."""
    if isinstance(error, RecursionError):
        return JournalWrong("too-deep", "the answer is nested deeper than any honest one: it was thrown away")
    return JournalWrong("not-json", f"the answer is not JSON: {error}")


def content_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """Media type and charset in small letters, "" where there is none."""
    media_type, *parameters = headers.get("Content-Type", "").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charset = next((value for name, _, value in pairs if name.strip() == "charset"), "")
    return media_type.strip(), charset.strip().strip('"')


def error_of(heard: Heard, now: datetime) -> JournalError:
    """What an answer other than 200 and 304 means."""
    status, fault = heard.status, _problem_of(heard)
    said = f"it answers {status}" + (f" {_in_its_words(fault)}" if fault else "")
    if status in (429, 503):
        wait = parse_retry_after(heard.headers.get("Retry-After"), now)
        return JournalSilent("overloaded", f"{said}: ask again later", retry_after=wait)
    if status == 501:
        return JournalWrong("not-served", f"{said}: ask its capabilities before this method")
    if status >= 500:
        return JournalSilent("failed", f"{said}: ask again later")
    if status == 401:
        return JournalRefuses("unauthorized", f"{said}: check client_id and key on both sides")
    if status == 403:
        return JournalRefuses("forbidden", f"{said}: ask for access to this method")
    if status == 404 and fault is not None and fault.code == "not-found":
        return NotThere("not-found", said)
    if status == 410 and fault is not None and fault.code == "cursor-gone":
        return CursorGone("cursor-gone", f"{said}: ask again without a cursor")
    if fault is not None and status >= 400:
        return JournalRefuses("refused", f"{said}: the journal doesn't accept what we send")
    return JournalWrong("wrong-type", f"{said} and no problem+json: is its address the right one?")


def etag_of(heard: Heard) -> str | None:
    """The answer's tag, to be kept and sent back; None for one that is no tag (RFC 9110 §8.8.3)."""
    tag = heard.headers.get("ETag", "")
    return tag if _TAG.fullmatch(tag) else None


def skew_seconds(theirs: datetime, ours: datetime) -> float | None:
    """By how much their clock is ahead of ours; None for a difference that harms nothing."""
    skew = theirs.timestamp() - ours.timestamp()
    return skew if abs(skew) > _HARMLESS_SKEW else None


def clock_hint(headers: Mapping[str, str], now: datetime) -> str | None:
    """What the head of a refusal tells about their clock, where that may be why; None where it may not."""
    said = _instant(headers.get("Date", ""))
    skew = skew_seconds(said, now) if said else None
    return None if skew is None else f"its clock is {skew:+.0f} s off ours, set both by NTP"


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds to wait, from seconds or from a date (RFC 9110 §10.2.3); None where it can't be read."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_RETRY_AFTER)
    at = _instant(text)
    return None if at is None else min(max(at.timestamp() - now.timestamp(), 0.0), LONGEST_RETRY_AFTER)


def _instant(text: str) -> datetime | None:
    """A date of a header (RFC 9110 §5.6.7)."""
    try:
        at = parsedate_to_datetime(text[:_LONGEST_DATE])
        at.timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
    return at if at.tzinfo else None


def _in_its_words(fault: Problem) -> str:
    """A vendor's own words, fit for a line of a log and an operator's page."""
    return clean_text(f"{fault.code} ({fault.detail or fault.title})", _SAID, lines=False)


def _problem_of(heard: Heard) -> Problem | None:
    if content_type(heard.headers)[0] != PROBLEM_MEDIA_TYPE:
        return None
    try:
        return msgspec.json.decode(heard.body, type=Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
