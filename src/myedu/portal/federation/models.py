"""What a journal's answer looks like to the rooms above: Fresh, Stale or Unavailable."""

from datetime import datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from myedu.contract.windows import Window
from myedu.portal.people.models import Student

T = TypeVar("T")
Method = Literal["diary", "marks"]

SLOW = "slow"
"""The page's deadline passed; the question goes on and its answer will be the next copy."""
NOT_REGISTERED = "not-registered"
"""The portal doesn't know the system, or an operator has paused it."""
BUSY = "busy"
"""Too many ask this journal already: its queue is full, or the wait would be longer than the time left."""
RESTING = "resting"
"""The journal is left alone for a while: it failed again and again, or asked for a pause (Retry-After)."""
# Every other reason is the code of an error of connector.sdk.client: timeout, unreachable, not-json, …


class Fresh(msgspec.Struct, Generic[T], frozen=True):
    """The journal's answer, at most `Limits.fresh_seconds` old. `body` is its JSON as received."""

    value: T
    body: bytes
    fetched_at: datetime


class Stale(msgspec.Struct, Generic[T], frozen=True):
    """The last good copy, because the journal failed at `failed_at`; `reason` is a stable code.

    `retry_after`: seconds after which asking again makes sense, where that is known.
    """

    value: T
    body: bytes
    fetched_at: datetime
    reason: str
    failed_at: datetime
    retry_after: float | None = None


class Unavailable(msgspec.Struct, frozen=True):
    """Neither an answer nor a copy; `reason` is a stable code, `retry_after` as for Stale."""

    reason: str
    failed_at: datetime
    retry_after: float | None = None


Outcome = Fresh[T] | Stale[T] | Unavailable


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """What one process lets one journal cost, and when it leaves it alone. Counts are calls."""

    calls_least: int = 2  # at a time, however slow it answers: one slow call must not stop all others
    calls_start: int = 16
    calls_most: int = 64  # at a time; also the connections of its pool
    queue: int = 256  # questions that wait for their turn
    queue_seconds: float = 2  # and for how long: a page's whole deadline is 3
    failures: int = 5  # in a row, until it is left alone
    failure_share: float = 0.5  # or this share of the answers
    window_seconds: float = 10  # of so many seconds
    pause_seconds: float = 1  # how long at first; doubled with each failed probe
    longest_pause_seconds: float = 60
    share: float = 1  # this process's part of the rate that the journal declares for the portal
    rate: float | None = None  # calls a second at most, whatever it declares


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait and to remember, in seconds."""

    fresh_seconds: float = 60  # a copy this young is shown without asking
    deadline_seconds: float = 3  # a page waits this long for a journal
    patience_seconds: float = 0.3  # or this long where it has a copy and will ask again by itself
    flight_seconds: float = 10  # the question itself may go on this long, for the copy
    capabilities_seconds: float = 300  # what a system can do changes with its releases
    system_seconds: float = 3  # an operator's pause of a system acts after so long
    event_days: int = 60  # an event is kept this long; a copy as old tells no news
    bounds: Bounds = Bounds()


class Copy(msgspec.Struct, frozen=True):
    """The last good answer to one question, as received; every new body is another `version`."""

    body: bytes
    etag: str | None
    fetched_at: datetime
    version: UUID


class SealedCopy(msgspec.Struct, frozen=True):
    """The same as it is kept; `body` is None where the reader named this version as known to it."""

    version: UUID
    etag: str | None
    fetched_at: datetime
    body: bytes | None


class RefreshTarget(msgspec.Struct, frozen=True):
    """A pupil whose copy the portal renews by itself. It shows nobody anything: for that is the door."""

    region: str
    system_id: str
    person_id: str
    relation: Literal["system"] = "system"
    esia_oid: None = None  # only the federal profile needs it, which has no feed
    time_zone: str = "UTC"


class Question(msgspec.Struct, frozen=True):
    """What is asked about a student whom the door has let the viewer see, or whom the portal follows."""

    method: Method
    student: Student | RefreshTarget
    window: Window
