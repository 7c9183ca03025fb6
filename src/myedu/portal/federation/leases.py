"""What the portal's processes share: which of them fetches a query now, and a cache of encrypted copies.

`LeaseStore` is the interface; postgres_leases.py is always used, valkey.py where a shared cache is set.
"""

from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec

from myedu.portal.federation.models import Answer, EncryptedCopy, JournalQuery, Unavailable

LEASE_SECONDS = 3.0
"""After so long the lease of a killed process can be taken over: as long as a page waits for a journal."""
RENEW_SECONDS = 1.0
"""A living holder renews its leases this often; most fetches end before the first time."""
FAILURE_SECONDS = 3.0
"""For so long the reason of a failed fetch is there for the processes that waited for it."""


class Lease(msgspec.Struct, frozen=True):
    """The right to fetch a query: its key, and the mark of the process that holds it."""

    key: bytes  # query_keys.lease_key
    holder: UUID


class LeaseAttempt(msgspec.Struct, frozen=True):
    """The result of trying to acquire a lease.

    `lease` is the one held now: by us if `acquired`, else by another process. `copy_refreshed_at`: when the
    query's copy was last fetched or confirmed; None if that isn't known, or there is no copy.
    """

    store: "LeaseStore"
    lease: Lease
    acquired: bool
    copy_refreshed_at: datetime | None = None


class Held(msgspec.Struct, frozen=True):
    """The lease is still held: the fetch is under way."""


class Ended(msgspec.Struct, frozen=True):
    """The lease was released or taken over, or its holder died: a waiting process may try to acquire it."""


class LeaseStore(Protocol):
    """One place where leases are kept.

    `released_by_copy_write`: the statement that saves or confirms a copy releases the lease by itself.
    """

    released_by_copy_write: bool

    async def acquire(self, query: JournalQuery[Answer], lease: Lease) -> LeaseAttempt:
        """Take the lease unless another process holds it. One round trip."""

    async def check(self, lease: Lease) -> Held | Ended | Unavailable:
        """What has become of a lease; Unavailable says why its holder got no answer."""

    async def renew(self, leases: list[Lease]) -> None:
        """Extend leases by LEASE_SECONDS from now; those that we hold no longer stay as they are."""

    async def fail(self, lease: Lease, failure: Unavailable) -> None:
        """End a lease without an answer, and leave the reason for those who wait."""

    async def release(self, lease: Lease) -> None:
        """End a lease, if we still hold it."""


class SharedCopyCache(Protocol):
    """A cache of encrypted copies in front of PostgreSQL. It never raises: it only saves a round trip."""

    async def get(self, query: JournalQuery[Answer]) -> EncryptedCopy | None:
        """The copy, as PostgreSQL had it at most some minutes ago; None when it isn't cached."""

    async def put(self, query: JournalQuery[Answer], copy: EncryptedCopy) -> None:
        """Cache a copy for some minutes."""

    async def confirm(self, query: JournalQuery[Answer], version: UUID, now: datetime) -> None:
        """Note that this version is as good as one received now."""

    async def drop(self, query: JournalQuery[Answer]) -> None:
        """Forget the copy."""


class NoSharedCopyCache:
    """In place of a shared cache where none is set: holds nothing."""

    async def get(self, query: JournalQuery[Answer]) -> EncryptedCopy | None:
        """Always None."""
        return None

    async def put(self, query: JournalQuery[Answer], copy: EncryptedCopy) -> None:
        """Do nothing."""

    async def confirm(self, query: JournalQuery[Answer], version: UUID, now: datetime) -> None:
        """Do nothing."""

    async def drop(self, query: JournalQuery[Answer]) -> None:
        """Do nothing."""
