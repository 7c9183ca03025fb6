"""What a journal's answer looks like to the rooms above: Fresh, Stale or Unavailable."""

from datetime import datetime
from typing import Generic, Literal, TypeVar

import msgspec

from myedu.contract.windows import Window
from myedu.portal.people.models import Student

T = TypeVar("T")

SLOW = "slow"
"""The page's deadline passed; the question goes on and its answer will be the next copy."""
NOT_REGISTERED = "not-registered"
"""The portal doesn't know the system, or an operator has paused it."""
# Every other reason is the code of an error of connector.sdk.client: timeout, unreachable, not-json, …


class Fresh(msgspec.Struct, Generic[T], frozen=True):
    """The journal's answer, at most `Limits.fresh_seconds` old. `body` is its JSON as received."""

    value: T
    body: bytes
    fetched_at: datetime


class Stale(msgspec.Struct, Generic[T], frozen=True):
    """The last good copy, because the journal failed at `failed_at`; `reason` is a stable code."""

    value: T
    body: bytes
    fetched_at: datetime
    reason: str
    failed_at: datetime


class Unavailable(msgspec.Struct, frozen=True):
    """Neither an answer nor a copy; `reason` is a stable code."""

    reason: str
    failed_at: datetime


Outcome = Fresh[T] | Stale[T] | Unavailable


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait and to remember, in seconds."""

    fresh_seconds: float = 60  # a copy this young is shown without asking
    deadline_seconds: float = 3  # a page waits this long for a journal
    flight_seconds: float = 10  # the question itself may go on this long, for the copy
    capabilities_seconds: float = 300  # what a system can do changes with its releases


class Copy(msgspec.Struct, frozen=True):
    """The last good answer to one question, as received."""

    body: bytes
    etag: str | None
    fetched_at: datetime


class Question(msgspec.Struct, frozen=True):
    """What is asked about a student whom the door has let the viewer see."""

    method: Literal["diary", "marks"]
    student: Student
    window: Window
