"""Errors on the wire: `application/problem+json` (RFC 9457) with a stable code."""

from myedu.contract.wire import Wire

PROBLEM_MEDIA_TYPE = "application/problem+json"


class Problem(Wire, frozen=True, kw_only=True):
    """An error (RFC 9457). `detail` is for developers and has no personal data."""

    code: str
    status: int
    title: str
    type: str = "about:blank"
    detail: str | None = None
    field: str | None = None
    instance: str | None = None  # for a failure: its id in the system's log


PROBLEMS: dict[str, tuple[int, str]] = {
    # The caller must change the request.
    "bad-day": (400, "A day is not a day"),
    "half-window": (400, "Only one end of the window is given"),
    "window-reversed": (400, "The window ends before it begins"),
    "window-too-long": (400, "The window is longer than the system serves"),
    "bad-id": (400, "An id is not an id of this contract"),
    "bad-parameter": (400, "A parameter has a wrong value"),
    "bad-act": (400, "The act claim can't be read or verified"),
    "bad-request": (400, "The request can't be read"),
    "not-found": (404, "Nothing here for this caller"),
    "method-not-allowed": (405, "The method is not allowed here"),
    "cursor-gone": (410, "The cursor is no longer kept: ask again without since"),
    "not-acceptable": (406, "None of the accepted media types is served"),
    "too-large": (413, "The request body is too large"),
    "range-not-satisfiable": (416, "The range lies outside the file"),
    # The caller must authenticate.
    "unauthorized": (401, "No valid access token"),
    "forbidden": (403, "The token doesn't allow this"),
    # The caller may try later, or not at all.
    "too-many-requests": (429, "Too many requests"),
    "not-implemented": (501, "The system doesn't declare this capability"),
    "internal": (500, "The journal failed"),
    "unavailable": (503, "The journal can't answer now"),
}
"""code → HTTP status and title. Codes never change their meaning within version 1."""


class ContractError(Exception):
    """Raised to answer with a Problem.

    `retry_after`: in how many seconds the caller may try again (429, 503).
    """

    def __init__(self, problem: Problem, *, retry_after: int | None = None) -> None:
        super().__init__(f"{problem.code}: {problem.detail or problem.title}")
        self.problem = problem
        self.retry_after = retry_after


def problem(
    code: str, *, detail: str | None = None, field: str | None = None, instance: str | None = None
) -> Problem:
    """A Problem with a code of PROBLEMS, which gives status and title. Raises KeyError for another code."""
    status, title = PROBLEMS[code]
    return Problem(code=code, status=status, title=title, detail=detail, field=field, instance=instance)
