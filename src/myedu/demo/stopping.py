"""Ctrl-C and SIGTERM as KeyboardInterrupt, also when it falls where Python drops it.

What a handler raises inside a hook of fork(), a `__del__` or a callback of the collector is printed as
"Exception ignored" and gone: a program that starts others forks often. So the wish is remembered too.
"""

import signal
from types import FrameType

_asked = False


def listen() -> None:
    """From now on both signals raise KeyboardInterrupt in the main thread."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts its background jobs with SIGINT ignored
        signal.signal(number, _ask)


def check() -> None:
    """Raise KeyboardInterrupt if a signal has come; for every place that starts or waits for something."""
    if _asked:
        raise KeyboardInterrupt


def _ask(number: int, frame: FrameType | None) -> None:
    global _asked
    _asked = True
    raise KeyboardInterrupt
