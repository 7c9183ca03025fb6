"""Errors of the federal profile: an OperationOutcome becomes a JournalError."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from myedu.connector.sdk.errors import (
    JournalError,
    JournalRefuses,
    JournalSilent,
    JournalWrong,
    StudentUnknown,
)
from myedu.connector.sdk.responses import RawResponse, content_type, error_of, parse_retry_after
from myedu.contract.fgis import FgisIssue, OperationOutcome
from myedu.contract.plain_text import sanitize_text

MEDIA_TYPES = ("application/json", "application/fhir+json")

_SEVERITIES = ("fatal", "error", "warning", "information")
_DECODER = msgspec.json.Decoder(OperationOutcome)
_QUOTED = 300  # characters of the journal's own words in our sentence

Kind = Callable[[str, str], JournalError]
"""An error class: reason and sentence → error."""

ISSUES: dict[str, tuple[Kind, str]] = {
    # the token: after the first two it is renewed once before the error is raised
    "expired": (JournalRefuses, "unauthorized"),
    "login": (JournalRefuses, "unauthorized"),
    "unknown": (JournalRefuses, "unauthorized"),
    "security": (JournalRefuses, "forbidden"),
    "forbidden": (JournalRefuses, "forbidden"),
    "suppressed": (JournalRefuses, "forbidden"),
    # the student
    "not-found": (StudentUnknown, "not-found"),
    "deleted": (StudentUnknown, "not-found"),
    # the request
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
"""Issue type of FHIR → the error and its reason. For other types the HTTP status decides."""

RENEWED = frozenset({"expired", "login"})
"""Issue types of an expired token."""


def outcome_of(response: RawResponse) -> OperationOutcome | None:
    """The outcome in an answer, None if there is none or it can't be decoded."""
    if content_type(response.headers)[0] not in MEDIA_TYPES:
        return None
    try:
        return _DECODER.decode(response.body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None


def is_expired(response: RawResponse) -> bool:
    """True for the answer to an expired token."""
    if response.status == 401:
        return True
    outcome = outcome_of(response) if response.status >= 400 else None
    issue = worst(outcome) if outcome else None
    return issue is not None and issue.code in RENEWED


def outcome_error(outcome: OperationOutcome, response: RawResponse, now: datetime) -> JournalError:
    """The error of an outcome, also of one with the status 200."""
    issue = worst(outcome)
    known = ISSUES.get(issue.code) if issue else None
    if issue is None or known is None:
        if response.status == 200:
            return JournalWrong("wrong-shape", "it answers 200 with an outcome that has no known issue")
        return error_of(response, now)
    kind, reason = known
    words = sanitize_text(f"{issue.code} ({issue.details})", _QUOTED, lines=False)
    sentence = f"it answers {response.status} {words}"
    if kind is JournalSilent:
        wait = parse_retry_after(response.headers.get("Retry-After"), now)
        return JournalSilent(reason, f"{sentence}: ask again later", retry_after=wait)
    return kind(reason, sentence)


def worst(outcome: OperationOutcome) -> FgisIssue | None:
    """The most severe issue, None if there are none; an unknown severity counts as an error."""
    order: dict[str, int] = {name: number for number, name in enumerate(_SEVERITIES)}
    return min(outcome.issue, key=lambda issue: order.get(issue.severity, 1), default=None)
