"""The federal profile's errors: an OperationOutcome becomes one of our reasons."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from myedu.connector.sdk.cleaning import clean_text
from myedu.connector.sdk.errors import (
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    StudentUnknown,
)
from myedu.connector.sdk.wire import Heard, content_type, error_of, parse_retry_after
from myedu.contract.fgis import FgisIssue, OperationOutcome

MEDIA_TYPES = ("application/json", "application/fhir+json")

_SEVERITIES = ("fatal", "error", "warning", "information")
_DECODER = msgspec.json.Decoder(OperationOutcome)
_LONGEST = 300  # characters of foreign words in a sentence of ours

Kind = Callable[[str, str], JournalError]

ISSUES: dict[str, tuple[Kind, str]] = {
    # the token: the first two are renewed once before anybody is told
    "expired": (JournalRefuses, "unauthorized"),
    "login": (JournalRefuses, "unauthorized"),
    "unknown": (JournalRefuses, "unauthorized"),
    "security": (JournalRefuses, "forbidden"),
    "forbidden": (JournalRefuses, "forbidden"),
    "suppressed": (JournalRefuses, "forbidden"),
    # the pupil
    "not-found": (StudentUnknown, "not-found"),
    "deleted": (StudentUnknown, "not-found"),
    # the question
    "invalid": (JournalRefuses, "refused"),
    "structure": (JournalRefuses, "refused"),
    "required": (JournalRefuses, "refused"),
    "value": (JournalRefuses, "refused"),
    "invariant": (JournalRefuses, "refused"),
    "processing": (JournalRefuses, "refused"),
    "duplicate": (JournalRefuses, "refused"),
    "multiple-matches": (JournalRefuses, "refused"),
    "too-long": (JournalRefuses, "refused"),
    "too-costly": (JournalRefuses, "refused"),
    "code-invalid": (JournalRefuses, "refused"),
    "extension": (JournalRefuses, "refused"),
    "business-rule": (JournalRefuses, "refused"),
    "conflict": (JournalRefuses, "refused"),
    "not-supported": (JournalWrong, "not-served"),
    # the system
    "transient": (JournalSilent, "overloaded"),
    "throttled": (JournalSilent, "overloaded"),
    "lock-error": (JournalSilent, "overloaded"),
    "no-store": (JournalSilent, "failed"),
    "exception": (JournalSilent, "failed"),
    "incomplete": (JournalSilent, "failed"),
    "timeout": (JournalSilent, "failed"),
}
"""FHIR's issue type → the error and its reason. What isn't here is judged by its HTTP status."""

RENEWED = frozenset({"expired", "login"})
"""Said of a token that has ended."""


def outcome_of(heard: Heard) -> OperationOutcome | None:
    """The outcome in an answer, where there is one that can be read."""
    if content_type(heard.headers)[0] not in MEDIA_TYPES:
        return None
    try:
        return _DECODER.decode(heard.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def is_expired(heard: Heard) -> bool:
    """True for the answer that a token which has ended gets."""
    if heard.status == 401:
        return True
    outcome = outcome_of(heard) if heard.status >= 400 else None
    issue = worst(outcome) if outcome else None
    return issue is not None and issue.code in RENEWED


def outcome_error(outcome: OperationOutcome, heard: Heard, now: datetime) -> JournalError:
    """What an outcome means; an answer of 200 that is one is an error too."""
    issue = worst(outcome)
    known = ISSUES.get(issue.code) if issue else None
    if issue is None or known is None:
        if heard.status == 200:
            return JournalWrong("wrong-shape", "it answers 200 with an outcome that says nothing")
        return error_of(heard, now)
    kind, reason = known
    words = clean_text(f"{issue.code} ({issue.details})", _LONGEST, lines=False)
    sentence = f"it answers {heard.status} {words}"
    if kind is JournalSilent:
        wait = parse_retry_after(heard.headers.get("Retry-After"), now)
        return JournalSilent(reason, f"{sentence}: ask again later", retry_after=wait)
    return kind(reason, sentence)


def worst(outcome: OperationOutcome) -> FgisIssue | None:
    """The issue that decides; a severity that the document doesn't know counts as an error."""
    order: dict[Any, int] = {name: number for number, name in enumerate(_SEVERITIES)}
    return min(outcome.issue, key=lambda issue: order.get(issue.severity, 1), default=None)
