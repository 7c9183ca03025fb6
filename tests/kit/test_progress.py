"""The progress bar of long commands."""

import io

from myedu.kit.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Time:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_terminal_sees_a_bar_with_rate_and_time_left() -> None:
    to, time = Terminal(), Time()
    progress = Progress(1000, to=to, clock=time)
    time.now += 10
    progress.show(250, 1_250_000)
    line = to.getvalue()
    assert line.startswith("\r██████░")
    for words in ("25%", "1\u00a0250\u00a0000 rows", "125\u00a0000/s", "0:30 left"):
        assert words in line
    time.now += 3600
    progress.finish(1000, 5_000_000)
    assert to.getvalue().endswith("0:00 left\x1b[K\n")


def test_it_is_not_drawn_at_every_call() -> None:
    to, time = Terminal(), Time()
    progress = Progress(10, to=to, clock=time)
    for _ in range(100):
        time.now += 0.0625  # no sum of these is rounded
        progress.show(1, 1)
    assert to.getvalue().count("\r") == 25


def test_a_log_gets_plain_lines() -> None:
    to, time = io.StringIO(), Time()
    progress = Progress(100, to=to, clock=time)
    for done in range(1, 100):
        time.now += 1
        progress.show(done, done)
    progress.finish(100, 100)
    lines = to.getvalue().splitlines()
    assert len(lines) == 7
    assert not any("\r" in line or "█" in line for line in lines)
    assert lines[-1].startswith("100%")


def test_without_progress_the_time_left_is_unknown() -> None:
    to = io.StringIO()
    Progress(0, to=to, clock=Time()).finish(0, 0)
    assert "? left" in to.getvalue()
