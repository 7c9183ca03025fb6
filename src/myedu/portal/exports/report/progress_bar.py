"""Progress for a terminal: one line that is drawn over; where nobody looks, a plain line a stage."""

import sys
import threading
import time
from collections.abc import Callable
from typing import TextIO

from myedu.portal.exports.models import STAGES_IN_BYTES, Stage

_WIDTH = 24
_REDRAW_SECONDS = 0.1  # an eye sees no more


class ProgressBar:
    """Callable as a `Progress`, from any thread. Close it, so that the last stage gets its line's end."""

    def __init__(
        self, label: str, out: TextIO = sys.stderr, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._label, self._out, self._now = label, out, now
        self._is_drawn = out.isatty()
        self._lock = threading.Lock()
        self._stage: Stage | None = None
        self._rows, self._total = 0, 0
        self._began = self._drew = 0.0

    def __call__(self, stage: Stage, rows: int, total: int | None = None) -> None:
        with self._lock:
            if stage != self._stage:
                self._end()
                self._stage, self._began, self._drew = stage, self._now(), 0.0
            self._rows, self._total = rows, total or 0
            if self._is_drawn and self._now() - self._drew >= _REDRAW_SECONDS:
                self._drew = self._now()
                self._out.write(f"\r\x1b[K{self.line()}")
                self._out.flush()

    def close(self) -> None:
        with self._lock:
            self._end()
            self._stage = None

    def line(self) -> str:
        """Label, stage, bar, rows, rate, time left; the last three only where they are known."""
        seconds = self._now() - self._began
        rate = self._rows / seconds if seconds > 0 else 0.0
        parts = [f"{self._label} {self._stage:8}"]
        if self._total:
            done = min(self._rows / self._total, 1.0)
            filled = round(done * _WIDTH)
            parts.append(f"[{'#' * filled}{'-' * (_WIDTH - filled)}]")
        of = f" of {_grouped(self._total)}" if self._total else ""
        parts.append(f"{_grouped(self._rows)}{of} {_unit(self._stage)}")
        if rate > 0:
            parts.append(f"{_grouped(round(rate))}/s")
        if rate > 0 and self._total > self._rows:
            parts.append(f"{_clock((self._total - self._rows) / rate)} left")
        return "  ".join(parts)

    def _end(self) -> None:
        """The stage is over: what it came to."""
        if self._stage is None:
            return
        lasted = _clock(self._now() - self._began)
        said = f"{self._label} {self._stage:8}  {_grouped(self._rows)} {_unit(self._stage)} in {lasted}"
        self._out.write(f"\r\x1b[K{said}\n" if self._is_drawn else f"{said}\n")
        self._out.flush()


def _unit(stage: Stage | None) -> str:
    return "bytes" if stage in STAGES_IN_BYTES else "rows"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _clock(seconds: float) -> str:
    whole = int(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
