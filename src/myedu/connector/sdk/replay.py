"""Which client assertions were used: in this process's memory, or in a file that several processes share."""

import sqlite3
from pathlib import Path
from threading import Lock
from typing import Protocol

from myedu.contract.problems import ContractError, problem

_PATIENCE = 5.0
"""Seconds to wait for another process's write, which takes milliseconds."""


class ReplayMemory(Protocol):
    """Remembers each (client, jti) until its assertion can no longer be sent again."""

    def use_once(self, client_id: str, jti: str, *, until: float, now: float) -> bool:
        """False where it was used before. `until` and `now`: seconds of the epoch."""
        ...


class MemoryReplay:
    """For one process. A second process would take the same assertion once more: give both a SqliteReplay."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], float] = {}

    def use_once(self, client_id: str, jti: str, *, until: float, now: float) -> bool:
        # in the order of arrival: one that expires late holds the others for some minutes at most
        while self._used and next(iter(self._used.values())) <= now:
            del self._used[next(iter(self._used))]
        if (client_id, jti) in self._used:
            return False
        self._used[client_id, jti] = until
        return True


class SqliteReplay:
    """For all processes of one machine, and over a restart. The file is made where it doesn't exist."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._lock = Lock()
        self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        # a power cut may forget the last seconds: then one assertion is good twice, nothing is broken
        self._db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE IF NOT EXISTS used (client TEXT, jti TEXT, until REAL, PRIMARY KEY (client, jti))"
            " WITHOUT ROWID;"
            "CREATE INDEX IF NOT EXISTS used_until ON used (until)"
        )

    def use_once(self, client_id: str, jti: str, *, until: float, now: float) -> bool:
        """Raises ContractError(unavailable) where the file can't be written."""
        try:
            with self._lock:
                self._db.execute("DELETE FROM used WHERE until <= ?", [now])
                added = self._db.execute(
                    "INSERT OR IGNORE INTO used VALUES (?, ?, ?)", [client_id, jti, until]
                )
                return added.rowcount == 1
        except sqlite3.Error as error:
            raise ContractError(problem("unavailable"), retry_after=5) from error

    def close(self) -> None:
        self._db.close()
