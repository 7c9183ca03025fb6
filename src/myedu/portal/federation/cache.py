"""Opened copies of one process: a copy that is shown again costs neither AES nor zstd nor decoding twice.

It never decides what is shown. A copy is used only with the version that PostgreSQL (or the shared cache) has
given for this very request, so what was erased or replaced there is never taken from here.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any
from uuid import UUID

# A decoded week of 18 kB takes 67 kB (tracemalloc).
_DECODED_FACTOR = 4
_ENTRY_BYTES = 700  # the entry itself, its key and its place in the order


class Entry:
    """One opened copy; `value` is None until it is decoded. `old_key`: the first key hasn't sealed it."""

    __slots__ = ("body", "old_key", "size", "value", "version")

    def __init__(self, version: UUID, body: bytes, *, value: Any = None, old_key: bool = False) -> None:
        self.version, self.body, self.value, self.old_key = version, body, value, old_key
        self.size = _ENTRY_BYTES + len(body) * (1 if value is None else 1 + _DECODED_FACTOR)


class OpenedCopies:
    """The copies used last, as many as fit; one version for each question."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: OrderedDict[Hashable, Entry] = OrderedDict()
        self._bytes, self._most_bytes = 0, most_bytes

    @property
    def size(self) -> int:
        """Bytes, as near as a sum can tell."""
        return self._bytes

    def version(self, key: Hashable) -> UUID | None:
        """Which version of this question's copy is here."""
        entry = self._kept.get(key)
        return None if entry is None else entry.version

    def find(self, key: Hashable, version: UUID) -> Entry | None:
        """The copy of this question, if it is of this version."""
        entry = self._kept.get(key)
        if entry is None or entry.version != version:
            return None
        self._kept.move_to_end(key)
        return entry

    def keep(self, key: Hashable, entry: Entry) -> None:
        """Put an entry in the place of the one before; the least used go when there is no room."""
        before = self._kept.pop(key, None)
        self._bytes += entry.size - (before.size if before is not None else 0)
        self._kept[key] = entry
        while self._bytes > self._most_bytes and self._kept:
            self._bytes -= self._kept.popitem(last=False)[1].size
