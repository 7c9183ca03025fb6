"""Raw answers of a journal: media type, errors, ETag, Retry-After. Nothing in them is trusted."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

from myedu.connector.sdk.errors import (
    CursorGone,
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    NotThere,
)
from myedu.contract.plain_text import sanitize_text
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, Problem

T = TypeVar("T")

JSON = "application/json"
ERROR_BYTES = 64 * 1024
"""Bytes read of an error's body: a problem is small, and the rest of a longer page is useless."""
LONGEST_RETRY_AFTER = 3600.0  # seconds
_HARMLESS_SKEW = 60.0  # seconds: the leeway that every token check here allows
_LONGEST_DATE = 100  # characters of a header
_TAG = re.compile(r'(?:W/)?"[!#-~]{0,200}"')
_QUOTED = 300  # characters of the journal's own words in our sentence


class RawResponse(msgspec.Struct, frozen=True):
    """An answer as received; `body` is decompressed and at most as long as the caller allows."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def decode_json(
    response: RawResponse, decoder: msgspec.json.Decoder[T], media_types: Collection[str] = (JSON,)
) -> T:
    """The body as the decoder's type. Raises JournalWrong."""
    check_json(response, media_types)
    try:
        return decoder.decode(response.body)
    except msgspec.ValidationError as error:
        raise JournalWrong("wrong-shape", f"the answer breaks the contract: {error}") from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise not_json(error) from None


def check_json(response: RawResponse, media_types: Collection[str] = (JSON,)) -> None:
    """Raises JournalWrong (wrong-type, wrong-charset) unless Content-Type says JSON in UTF-8."""
    media_type, charset = content_type(response.headers)
    if media_type not in media_types:
        shown = sanitize_text(media_type, _QUOTED, lines=False) or "untyped"
        raise JournalWrong("wrong-type", f"the answer is {shown}, not JSON")
    if charset not in ("", "utf-8", "utf8"):
        shown = sanitize_text(charset, _QUOTED, lines=False)
        raise JournalWrong("wrong-charset", f"the answer is in {shown}, but JSON is UTF-8 (RFC 8259)")


def not_json(error: Exception) -> JournalWrong:
    """The error for bytes that a decoder could not read as JSON."""
    if isinstance(error, RecursionError):
        return JournalWrong("too-deep", "the answer is nested too deep and was discarded")
    return JournalWrong("not-json", f"the answer is not JSON: {error}")


def content_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """Media type and charset in lower case, "" if absent."""
    media_type, *parameters = headers.get("Content-Type", "").lower().split(";")
    pairs = (parameter.partition("=") for parameter in parameters)
    charset = next((value for name, _, value in pairs if name.strip() == "charset"), "")
    return media_type.strip(), charset.strip().strip('"')


def error_of(response: RawResponse, now: datetime) -> JournalError:
    """The error that an answer other than 200 and 304 stands for."""
    status, fault = response.status, _problem_of(response)
    answered = f"it answers {status}" + (f" {_quoted(fault)}" if fault else "")
    if status in (429, 503):
        wait = parse_retry_after(response.headers.get("Retry-After"), now)
        return JournalSilent("overloaded", f"{answered}: ask again later", retry_after=wait)
    if status == 501:
        return JournalWrong("not-served", f"{answered}: check its capabilities before calling this method")
    if status >= 500:
        return JournalSilent("failed", f"{answered}: ask again later")
    if status == 401:
        return JournalRefuses("unauthorized", f"{answered}: check client_id and key on both sides")
    if status == 403:
        return JournalRefuses("forbidden", f"{answered}: ask for access to this method")
    if status == 404 and fault is not None and fault.code == "not-found":
        return NotThere("not-found", answered)
    if status == 410 and fault is not None and fault.code == "cursor-gone":
        return CursorGone("cursor-gone", f"{answered}: ask again without a cursor")
    if fault is not None and status >= 400:
        return JournalRefuses("refused", f"{answered}: the journal doesn't accept our request")
    return JournalWrong("wrong-type", f"{answered} without problem+json: is its address the right one?")


def etag_of(response: RawResponse) -> str | None:
    """The ETag to send back later; None if absent or malformed (RFC 9110 §8.8.3)."""
    tag = response.headers.get("ETag", "")
    return tag if _TAG.fullmatch(tag) else None


def skew_seconds(theirs: datetime, ours: datetime) -> float | None:
    """Seconds by which their clock is ahead of ours; None for a harmless difference."""
    skew = theirs.timestamp() - ours.timestamp()
    return skew if abs(skew) > _HARMLESS_SKEW else None


def clock_hint(headers: Mapping[str, str], now: datetime) -> str | None:
    """The difference of clocks that the Date of a refusal shows; None if it can't be the cause."""
    date = _instant(headers.get("Date", ""))
    skew = skew_seconds(date, now) if date else None
    return None if skew is None else f"its clock is {skew:+.0f} s off ours, set both by NTP"


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """Seconds to wait, at most an hour, from seconds or a date (RFC 9110 §10.2.3); None if unreadable."""
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


def _quoted(fault: Problem) -> str:
    """The vendor's own words, safe for a log line and for the operator's page."""
    return sanitize_text(f"{fault.code} ({fault.detail or fault.title})", _QUOTED, lines=False)


def _problem_of(response: RawResponse) -> Problem | None:
    if content_type(response.headers)[0] != PROBLEM_MEDIA_TYPE:
        return None
    try:
        return msgspec.json.decode(response.body, type=Problem)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
