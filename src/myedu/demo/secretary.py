"""The school's secretary: when the head has answered that the journal is corrected, it is.

So one sees a diary that was not found being found: the row changes, the journal exports, the portal pulls.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from types import TracebackType

import psycopg

from myedu.demo.programs import ProgramError

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
_ANSWERED = """
SELECT 1 FROM access_requests.requests
WHERE child_snils = %s AND answer = 'fixed' AND state = 'answered'
"""
_CORRECT = "UPDATE journal.persons SET snils = %s, updated_at = %s WHERE snils = %s"


class Secretary:
    """Watches the school's answers while the block lasts. `publish`: makes and pulls a new export."""

    def __init__(
        self, portal_database: str, journal_database: str, snils: tuple[str, str], publish: Callable[[], None]
    ) -> None:
        """`snils`: as the journal has it, and as it is."""
        self._portal, self._journal = portal_database, journal_database
        self._misspelt, self._right = snils
        self._publish = publish
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="secretary", daemon=True)

    def __enter__(self) -> "Secretary":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            try:
                if self._is_asked() and self._correct():
                    self._publish()
            except (psycopg.Error, ProgramError, KeyboardInterrupt) as error:
                _log.warning("the journal could not be corrected: %s", error)

    def _is_asked(self) -> bool:
        with psycopg.connect(self._portal) as conn:
            return conn.execute(_ANSWERED, [self._right]).fetchone() is not None

    def _correct(self) -> bool:
        """Whether there was something to correct."""
        with psycopg.connect(self._journal) as conn:
            changed = conn.execute(_CORRECT, [self._right, datetime.now(UTC), self._misspelt])
            return changed.rowcount > 0
