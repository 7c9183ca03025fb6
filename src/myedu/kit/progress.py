"""How far a long command is: a bar on a terminal, a plain line now and then elsewhere."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_EVERY = {True: 0.2, False: 15.0}  # seconds between two lines, on a terminal and in a log
_WIDTH = 24


class Progress:
    """`total` counts what the share and the time left are reckoned from; rows are told beside it.

    `unit`: what the rows are called, where they are something else.
    """

    def __init__(
        self,
        total: int,
        *,
        to: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        unit: str = "rows",
    ) -> None:
        self._unit = unit
        self._total, self._to, self._clock = max(1, total), to or sys.stderr, clock
        self._terminal = self._to.isatty()
        self._began = clock()
        self._shown = self._began

    def show(self, done: int, rows: int) -> None:
        """May be called as often as one likes."""
        now = self._clock()
        if now - self._shown >= _EVERY[self._terminal]:
            self._shown = now
            self._print(done, rows, now)

    def finish(self, done: int, rows: int) -> None:
        self._print(done, rows, self._clock())
        if self._terminal:
            self._to.write("\n")

    def _print(self, done: int, rows: int, now: float) -> None:
        share, seconds = min(1.0, done / self._total), max(now - self._began, 1e-9)
        left = _clock_text(seconds / share - seconds) if share else "?"
        line = f"{share:4.0%}  {_spaced(rows)} {self._unit}  {_spaced(int(rows / seconds))}/s  {left} left"
        if self._terminal:
            filled = int(share * _WIDTH)
            self._to.write(f"\r{'█' * filled}{'░' * (_WIDTH - filled)} {line}\x1b[K")
        else:
            self._to.write(line + "\n")
        self._to.flush()


def _spaced(number: int) -> str:
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def _clock_text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
