"""Jobs as the commands show them."""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

STUCK_AFTER = timedelta(seconds=60)
"""Without a heartbeat: twice the time after which another worker takes the job over."""


JobState = Literal["waiting", "running", "stuck", "failed"]
"""stuck: running, but without a heartbeat for `STUCK_AFTER`; failed: for good, until it is retried."""

RetryResult = Literal["queued", "already-queued", "not-failed"]
"""already-queued: a job with the same dedupe key waits or runs; not-failed: no failed job has this id."""


class JobLine(msgspec.Struct, frozen=True, kw_only=True):
    """A job in the queue. `task`: the kind of work; `subject`: what it is about, such as a journal system.

    `attempts`: runs that ended with a retry; `run_after`: the job waits until then.
    """

    id: int
    task: str
    subject: str
    state: JobState
    attempts: int
    created_at: datetime
    heartbeat: datetime
    run_after: datetime


class JobEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A step in a job's life.

    `status` is pgqueuer's; `error`: class of the exception that ended the attempt.
    """

    at: datetime
    status: str
    error: str | None


class JobDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A job, its payload as text (JSON of its task), and its last steps, oldest first."""

    job: JobLine
    payload: str
    events: tuple[JobEvent, ...]


class QueueDepth(msgspec.Struct, frozen=True):
    """How many jobs of a task are in a state; `state` is pgqueuer's: queued, picked or failed.

    `since`: when the oldest of them could run, which may be in the future.
    """

    task: str
    state: str
    jobs: int
    since: datetime
