"""Progress of a long command on a terminal or in a log: of one piece of work, or of several stages."""

import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import TextIO

from myedu.kit.terminal import redraws, tr

_TERMINAL_SECONDS, _LOG_SECONDS = 0.2, 15.0  # between two lines
_REDRAW_SECONDS = 0.1  # more often is not seen
_WIDTH = 24
_NO_BREAK = "\N{NO-BREAK SPACE}"


class Progress:
    """Shows the share done, a count of rows, rows per second and the time left.

    A bar on a terminal, elsewhere a line every 15 seconds.
    """

    def __init__(
        self,
        total: int,
        *,
        to: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
        unit: str | None = None,
    ) -> None:
        """`total`: of the units of work that `show` is given as `done`, such as bytes.

        `to`: standard error if None. `unit`: what `rows` counts, in the plural; rows if None.
        """
        self._unit = unit or tr("rows")
        self._total, self._to, self._clock = max(1, total), to or sys.stderr, clock
        self._terminal = redraws(self._to)
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
        rate = _grouped(int(rows / seconds), _NO_BREAK)
        counted = f"{_grouped(rows, _NO_BREAK)} {self._unit}"
        line = f"{share:4.0%}  {counted}  {rate}/s  {tr('{time} left', time=left)}"
        if self._terminal:
            filled = int(share * _WIDTH)
            self._to.write(f"\r{'█' * filled}{'░' * (_WIDTH - filled)} {line}\x1b[K")
        else:
            self._to.write(line + "\n")
        self._to.flush()


class StagedProgress:
    """Progress of a command with several stages, callable from any thread.

    A line that is redrawn on a terminal, elsewhere a line at the end of each stage. Close it, so that the
    last stage gets its line.
    """

    def __init__(
        self,
        label: str,
        out: TextIO = sys.stderr,
        *,
        units: Mapping[str, str] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`label`: what the work is about; `units`: stage → what is counted in it, if not rows."""
        self._label, self._out, self._units, self._now = label, out, units or {}, now
        self._terminal = redraws(out)
        self._lock = threading.Lock()
        self._stage = ""
        self._done, self._total = 0, 0
        self._began = self._drew = 0.0

    def __call__(self, stage: str, done: int, total: int | None = None) -> None:
        """`done` of the stage, out of `total` if that is known. A new stage ends the one before."""
        with self._lock:
            if stage != self._stage:
                self._end()
                self._stage, self._began, self._drew = stage, self._now(), 0.0
            self._done, self._total = done, total or 0
            if self._terminal and self._now() - self._drew >= _REDRAW_SECONDS:
                self._drew = self._now()
                self._out.write(f"\r\x1b[K{self._line()}")
                self._out.flush()

    def close(self) -> None:
        """End the last stage."""
        with self._lock:
            self._end()
            self._stage = ""

    def _line(self) -> str:
        """Label, stage, bar, count, rate, time left; what is unknown is left out."""
        seconds = self._now() - self._began
        rate = self._done / seconds if seconds > 0 else 0.0
        parts = [f"{self._label} {tr(self._stage):8}"]
        if self._total:
            filled = round(min(self._done / self._total, 1.0) * _WIDTH)
            parts.append(f"[{'#' * filled}{'-' * (_WIDTH - filled)}]")
        done = _grouped(self._done)
        if self._total:
            done = tr("{done} of {total}", done=done, total=_grouped(self._total))
        parts.append(f"{done} {self._unit}")
        if rate > 0:
            parts.append(f"{_grouped(round(rate))}/s")
        if rate > 0 and self._total > self._done:
            left = _clock_text((self._total - self._done) / rate)
            parts.append(tr("{time} left", time=left))
        return "  ".join(parts)

    def _end(self) -> None:
        if not self._stage:
            return
        lasted = _clock_text(self._now() - self._began)
        done = f"{_grouped(self._done)} {self._unit}"
        line = f"{self._label} {tr(self._stage):8}  {tr('{done} in {time}', done=done, time=lasted)}"
        self._out.write(f"\r\x1b[K{line}\n" if self._terminal else f"{line}\n")
        self._out.flush()

    @property
    def _unit(self) -> str:
        return tr(self._units.get(self._stage, "rows"))


def _grouped(number: int, space: str = " ") -> str:
    return f"{number:,}".replace(",", space)


def _clock_text(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
