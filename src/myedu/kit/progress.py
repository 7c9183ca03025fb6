"""Progress of a long command: a bar on a terminal, elsewhere a line every 15 seconds."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

_TERMINAL_SECONDS, _LOG_SECONDS = 0.2, 15.0  # between two lines
_WIDTH = 24


class Progress:
    """Shows the share done, a count of rows, rows per second and the time left."""

    def __init__(
        self,
        total: int,
        *,
        to: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        unit: str = "rows",
    ) -> None:
        """`total`: of the units of work that `show` is given as `done`, such as bytes.

        `to`: standard error if None. `unit`: what `rows` counts, in the plural.
        """
        self._unit = unit
        self._total, self._to, self._clock = max(1, total), to or sys.stderr, clock
        self._terminal = self._to.isatty()
        self._interval = _TERMINAL_SECONDS if self._terminal else _LOG_SECONDS
        self._began = clock()
        self._shown = self._began

    def show(self, done: int, rows: int) -> None:
        """Show progress; does nothing if the last line is younger than the interval."""
        now = self._clock()
        if now - self._shown >= self._interval:
            self._shown = now
            self._print(done, rows, now)

    def finish(self, done: int, rows: int) -> None:
        """Show the last line."""
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
