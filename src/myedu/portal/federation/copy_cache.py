"""Decrypted copies of one process: showing a copy again costs no AES, no zstd and no second decoding.

The cache never decides what is shown. An entry is used only with the version that PostgreSQL (or the shared
cache) has given for this very request, so what was erased or replaced there is never taken from here.
"""

from collections import OrderedDict
from collections.abc import Hashable
from uuid import UUID

# A decoded week of 18 kB takes 67 kB (tracemalloc).
_DECODED_FACTOR = 4
_ENTRY_BYTES = 700  # the entry itself, its key and its place in the order


class CacheEntry:
    """One decrypted copy; `value` is None until it is decoded. `old_key`: encrypted with an older key."""

    __slots__ = ("body", "old_key", "size", "value", "version")

    def __init__(
        self, version: UUID, body: bytes, *, value: object | None = None, old_key: bool = False
    ) -> None:
        self.version, self.body, self.value, self.old_key = version, body, value, old_key
        self.size = _ENTRY_BYTES + len(body) * (1 if value is None else 1 + _DECODED_FACTOR)


class CopyCache:
    """The most recently used copies, as many as fit; one version for each query."""

    def __init__(self, max_bytes: int) -> None:
        self._entries: OrderedDict[Hashable, CacheEntry] = OrderedDict()
        self._bytes, self._max_bytes = 0, max_bytes

    @property
    def size(self) -> int:
        """Bytes in use, estimated."""
        return self._bytes

    def version(self, key: Hashable) -> UUID | None:
        """Which version of this query's copy is cached; None when there is none."""
        entry = self._entries.get(key)
        return None if entry is None else entry.version

    def get(self, key: Hashable, version: UUID) -> CacheEntry | None:
        """The copy of this query, if it is of this version."""
        entry = self._entries.get(key)
        if entry is None or entry.version != version:
            return None
        self._entries.move_to_end(key)
        return entry

    def drop(self, key: Hashable) -> None:
        """Forget the query's entry, if there is one."""
        entry = self._entries.pop(key, None)
        self._bytes -= entry.size if entry is not None else 0

    def put(self, key: Hashable, entry: CacheEntry) -> None:
        """Replace the query's entry; the least recently used ones go when there is no room."""
        before = self._entries.pop(key, None)
        self._bytes += entry.size - (before.size if before is not None else 0)
        self._entries[key] = entry
        while self._bytes > self._max_bytes and self._entries:
            self._bytes -= self._entries.popitem(last=False)[1].size
