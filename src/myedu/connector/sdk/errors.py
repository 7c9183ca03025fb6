"""Errors between the portal and a journal, grouped by what to do next."""


class JournalError(Exception):
    """`reason` is a stable short code; `sentence` says what to do."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(f"{reason}: {sentence}")
        self.reason, self.sentence = reason, sentence


class JournalSilent(JournalError):
    """Try later. Reasons: timeout, stalled, unreachable, cut, failed, overloaded.

    `retry_after`: seconds that the journal asks to wait, None if it doesn't say.
    """

    def __init__(self, reason: str, sentence: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason, sentence)
        self.retry_after = retry_after


class JournalWrong(JournalError):
    """Call the vendor: the answer breaks the contract.

    Reasons: not-http, not-json, wrong-encoding, wrong-charset, wrong-type, wrong-shape, too-large, too-deep,
    too-many, redirect, certificate, forbidden-address, wrong-student, wrong-teacher, wrong-window,
    wrong-size, not-served.
    """


class JournalRefuses(JournalError):
    """Call the operator: the journal doesn't accept the portal.

    Reasons: unauthorized, clock-skew, forbidden, refused, no-account (the federal profile needs the pupil's
    ESIA account).
    """


class NotThere(JournalError):
    """The journal has nothing at this address. Reason: not-found."""


class CursorGone(JournalError):
    """Start over without a cursor: the journal doesn't know this one (any more). Reason: cursor-gone."""


class StudentUnknown(NotThere):
    """The journal has no such student, or doesn't show it to the portal. Reason: not-found."""
