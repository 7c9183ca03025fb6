"""Used client assertions, against replay: in memory, or in a file shared by several processes."""

import sqlite3
from pathlib import Path
from threading import Lock
from typing import Protocol

from myedu.contract.problems import ContractError, problem

_LOCK_SECONDS = 5.0
"""How long to wait for another process's write, which takes milliseconds."""


class ReplayStore(Protocol):
    """Remembers each (client, jti) until its assertion can no longer be sent again."""

    def use_once(self, client_id: str, jti: str, *, until: float, now: float) -> bool:
        """False if it was used before. `until`: when it expires; both in seconds of the epoch."""
        ...


class MemoryReplay:
    """For one process. Two processes would accept the same assertion twice: give both a SqliteReplay."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], float] = {}

    def use_once(self, client_id: str, jti: str, *, until: float, now: float) -> bool:
        """See ReplayStore."""
        # in order of arrival: a late expiry keeps the entries behind it for some minutes at most
        while self._used and next(iter(self._used.values())) <= now:
            del self._used[next(iter(self._used))]
        if (client_id, jti) in self._used:
            return False
        self._used[client_id, jti] = until
        return True


class SqliteReplay:
    """For all processes of one machine; survives a restart. Creates the file if it doesn't exist."""

    def __init__(self, path: Path) -> None:
        path.touch(mode=0o600, exist_ok=True)
        self._lock = Lock()
        self._db = sqlite3.connect(path, timeout=_LOCK_SECONDS, isolation_level=None, check_same_thread=False)
        # a power cut may lose the last seconds: then an assertion works twice, but nothing is corrupted
        self._db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
            "CREATE TABLE IF NOT EXISTS used (client TEXT, jti TEXT, until REAL, PRIMARY KEY (client, jti))"
            " WITHOUT ROWID;"
            "CREATE INDEX IF NOT EXISTS used_until ON used (until)"
        )

    def use_once(self, client_id: str, jti: str, *, until: float, now: float) -> bool:
        """See ReplayStore. Raises ContractError(unavailable) if the file can't be written."""
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
        """Close the file."""
        self._db.close()
