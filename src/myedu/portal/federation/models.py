"""Queries to journals, the limits of asking, and what pages get: Fresh, Stale or Unavailable."""

from datetime import date, datetime
from typing import Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from myedu.contract.answers import Diary, Marks
from myedu.contract.windows import Window
from myedu.portal.people.models import Student

T = TypeVar("T")
Answer = TypeVar("Answer", Diary, Marks)
"""A journal's answer of which the last good copy is kept."""
Method = Literal["diary", "marks"]
Wait = Literal["until-deadline", "briefly"]
"""How long a read that has an older copy waits for the journal: `ReadLimits.deadline_seconds`, or only
`ReadLimits.patience_seconds`, for a page that fetches its block again by itself. Without a copy every read
waits until the deadline."""

SLOW = "slow"
"""The page's deadline passed; the call goes on and its answer will be the next copy."""
NOT_REGISTERED = "not-registered"
"""The portal doesn't know the system, or an operator has paused it."""
NO_SUCH_POST = "no-such-post"
"""The journal knows no such teacher."""
BUSY = "busy"
"""Too many requests for this journal: its queue is full, or the wait would be longer than the time left."""
RESTING = "resting"
"""No calls to the journal for a while: it failed again and again, or asked for a pause (Retry-After)."""
# Every other reason is the code of an error of connector.sdk.client: timeout, unreachable, not-json, …

_METHODS: dict[type[Diary] | type[Marks], Method] = {Diary: "diary", Marks: "marks"}


class Fresh(msgspec.Struct, Generic[T], frozen=True):
    """The journal's answer, at most `ReadLimits.fresh_seconds` old. `body` is its JSON as received."""

    value: T
    body: bytes
    fetched_at: datetime


class FreshJson(msgspec.Struct, frozen=True):
    """Like Fresh, but not decoded: for a caller that passes `body` on or has rendered it before.

    `Federation.decode_diary` makes a Fresh of it.
    """

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


class BulkheadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What one process lets one journal cost, and when it stops calling it. Counts are calls."""

    calls_least: int = 2  # concurrent, however slow it answers: one slow call must not stop all others
    calls_start: int = 16  # concurrent, before its speed is known
    calls_most: int = 64  # concurrent; also the connections of its pool
    queue: int = 256  # reads that wait for their call
    queue_seconds: float = 2  # and how long each: a page's whole deadline is 3
    failures: int = 5  # in a row that open the circuit breaker
    failure_share: float = 0.5  # or this share of the answers
    window_seconds: float = 10  # within so many seconds
    pause_seconds: float = 1  # how long it stays open at first; doubled with each failed probe
    longest_pause_seconds: float = 60
    share: float = 1  # this process's part of the rate that the journal declares for the portal
    rate: float | None = None  # calls a second at most, whatever the journal declares


class ReadLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long reads wait, and how long what they learn stays in use; in seconds."""

    fresh_seconds: float = 60  # a copy this young is shown without asking
    deadline_seconds: float = 3  # a page waits this long for a journal
    patience_seconds: float = 0.3  # or this long where it has a copy and fetches its block again
    flight_seconds: float = 10  # the call itself may go on this long, for the next copy
    capabilities_seconds: float = 300  # what a system can do changes with its releases
    system_seconds: float = 3  # an operator's pause of a system takes effect after at most this long
    event_days: int = 60  # events are kept this long; a copy older than that gives no events
    bulkhead: BulkheadLimits = BulkheadLimits()


class Copy(msgspec.Struct, frozen=True):
    """The last good answer to a query, as received; every new body has another `version`."""

    body: bytes
    etag: str | None
    fetched_at: datetime
    version: UUID


class EncryptedCopy(msgspec.Struct, frozen=True):
    """A copy as it is stored; `body` is None where the reader has this version decrypted already."""

    version: UUID
    etag: str | None
    fetched_at: datetime
    body: bytes | None


class RefreshTarget(msgspec.Struct, frozen=True):
    """A pupil whose copy the portal refreshes by itself. It is shown to no one: pages need a Student."""

    region: str
    system_id: str
    person_id: str
    relation: Literal["system"] = "system"
    esia_oid: None = None  # only the federal profile needs it, which has no feed
    time_zone: str = "UTC"


class JournalQuery(msgspec.Struct, Generic[Answer], frozen=True):
    """What is asked: an answer of this type for the days of the window.

    `student`: a pupil whom the viewer may see (people.visible_students), or one whose copy is refreshed.
    """

    answer_type: type[Answer]
    student: Student | RefreshTarget
    window: Window

    @property
    def method(self) -> Method:
        """The name of the answer in the contract, in the table of copies and in metrics."""
        return _METHODS[self.answer_type]


About = Literal["mark", "lesson", "homework"]
EventKind = Literal[
    "mark-new",
    "mark-changed",
    "lesson-cancelled",
    "lesson-restored",
    "lesson-moved",
    "lesson-replaced",
    "lesson-room-changed",
    "homework-new",
    "homework-changed",
]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """What is new or changed. `seq` is the cursor after it; `at`: when the portal learnt of it.

    `day`: of the mark or lesson, or on which the task is due. `subject`, `value` and `was` as in
    change_events.ChangeEvent; all None if the key that encrypted them has been dropped from the settings.
    """

    seq: int
    region: str
    system_id: str
    student_id: str
    about: About
    kind: EventKind
    thing_id: str
    day: date
    at: datetime
    subject: str | None = None
    value: str | None = None
    was: str | None = None


class JournalStats(msgspec.Struct, kw_only=True):
    """One journal. Counts are of the window, the rest is the state now, of all processes together."""

    system_id: str
    calls: int = 0
    seconds: tuple[float, ...] = ()  # p50, p95, p99 of a call; empty without calls
    errors: dict[str, int] = {}  # by code
    answers: dict[str, int] = {}  # by outcome
    breaker: dict[str, int] = {}  # processes by state
    limit: int = 0
    under_way: int = 0
    queued: int = 0


class RecentStats(msgspec.Struct, frozen=True):
    """All journals that have metrics, by id, in the time from `since` to `until`."""

    since: datetime
    until: datetime
    journals: tuple[JournalStats, ...] = ()


class HistoryPoint(msgspec.Struct, frozen=True, kw_only=True):
    """How a journal answered from `at` on, for one step of a history.

    `calls`: that ended, of which `failures` (code → calls) badly; `p50`, `p99`: their seconds, None without
    calls. `fresh`, `stale`, `unavailable`: reads as families saw them; `reasons`: code → the last two.
    """

    system_id: str
    at: datetime
    calls: int
    fresh: int
    stale: int
    unavailable: int
    failures: dict[str, int]
    reasons: dict[str, int]
    p50: float | None
    p99: float | None


class KeptExchange(msgspec.Struct, frozen=True, kw_only=True):
    """One exchange that failed or took long. Nothing in it is about a person.

    `request`: None if none was sent; `status`: None if no answer came. `excerpt`: what an error page or a
    problem says of itself; `place`: where the answer breaks the contract.
    """

    id: int
    at: datetime
    method: str
    problem: str
    seconds: float
    request: str | None
    status: int | None
    media_type: str | None
    bytes: int | None
    headers: dict[str, str]
    excerpt: str | None
    place: str | None


class ExchangeCount(msgspec.Struct, frozen=True):
    """How many exchanges with a problem are kept of a system."""

    problem: str
    kept: int


class Health(msgspec.Struct, frozen=True):
    """What a journal said when an operator asked. `reason`: what went wrong, None if it answers."""

    reason: str | None
    product: str = ""
