"""Jobs as people see them."""

from datetime import datetime, timedelta

import msgspec

STUCK_AFTER = timedelta(seconds=60)
"""Without a heartbeat: twice the time after which another worker takes the job over."""


class JobLine(msgspec.Struct, frozen=True, kw_only=True):
    """A job in the queue. `task` is the kind of work, `subject` what it is about, such as a journal system.

    `state`: waiting, running, stuck, or failed (for good, until it is retried). `run_after`: not before then.
    """

    id: int
    task: str
    subject: str
    state: str
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
    """A job, what it was asked to do (JSON), and its last steps, oldest first."""

    job: JobLine
    payload: str
    events: tuple[JobEvent, ...]
