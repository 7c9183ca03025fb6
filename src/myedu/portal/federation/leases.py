"""What all processes of the portal know together: who asks which question now, and a cache of sealed copies.

`Flock` is the words of it; in_postgres.py is always there, in_valkey.py where a shared cache is set.
"""

import hashlib
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from myedu.portal.federation.models import Question, SealedCopy, Unavailable
from myedu.portal.federation.store import Lease, row_key

LEASE_SECONDS = 3.0
"""A killed holder's flight can be taken over after so long: as long as a page waits for a journal."""
RENEW_SECONDS = 1.0
"""A living holder puts the end off this often; most flights land before the first time."""
TOLD_SECONDS = 3.0
"""For so long a failure's reason is told to those who waited for this flight."""


class LeaseAttempt(msgspec.Struct, frozen=True):
    """What came of trying to take a flight. `renewed_at`: when the copy was last renewed, if known."""

    flock: "LeaseStore"
    flight: Lease
    ours: bool
    renewed_at: datetime | None = None


class Flying(msgspec.Struct, frozen=True):
    """The flight is under way still."""


class Ended(msgspec.Struct, frozen=True):
    """It landed, its holder died, or another has begun: whoever waited takes the next turn."""


class LeaseStore(Protocol):
    """One place where flights are known.

    `lands_with_copy`: the statement that keeps or confirms a copy gives the flight back by itself.
    """

    lands_with_copy: bool

    async def take(self, question: Question, flight: Lease) -> LeaseAttempt:
        """Have the flight if nobody has it. One trip."""

    async def look(self, flight: Lease) -> Flying | Ended | Unavailable:
        """What has become of somebody's flight; Unavailable says why it failed."""

    async def renew(self, flights: list[Lease]) -> None:
        """We live."""

    async def fail(self, flight: Lease, failure: Unavailable) -> None:
        """There is no answer; who waits is told why."""

    async def land(self, flight: Lease) -> None:
        """Give the flight back."""


class SharedCopies(Protocol):
    """A cache of sealed copies before PostgreSQL. Silent where it fails: it only saves a trip."""

    async def copy_of(self, question: Question) -> SealedCopy | None:
        """The copy, no older than what PostgreSQL had some minutes ago."""

    async def keep(self, question: Question, copy: SealedCopy) -> None:
        """Remember for some minutes."""

    async def confirm(self, question: Question, version: UUID, now: datetime) -> None:
        """This version is as good as one received now."""


class NoSharedCopies:
    """Without Valkey."""

    async def copy_of(self, question: Question) -> SealedCopy | None:
        return None

    async def keep(self, question: Question, copy: SealedCopy) -> None:
        return None

    async def confirm(self, question: Question, version: UUID, now: datetime) -> None:
        return None


def name_of(question: Question) -> bytes:
    """The question in one unambiguous line: the sealing is bound to it."""
    return msgspec.json.encode(list(row_key(question).values()))


def key_of(question: Question) -> bytes:
    """The question without the person's id in it, 32 bytes."""
    return hashlib.sha256(name_of(question)).digest()
