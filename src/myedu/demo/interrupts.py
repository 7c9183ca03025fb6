"""Ctrl-C and SIGTERM as KeyboardInterrupt, even if the signal comes where Python drops exceptions.

An exception raised by a handler inside a hook of fork(), a `__del__` or a callback of the garbage collector
is printed as "Exception ignored" and lost, and a program that starts others forks often. So a flag is set as
well.
"""

import signal
from types import FrameType

_interrupted = False


def install_handlers() -> None:
    """Makes both signals raise KeyboardInterrupt in the main thread from now on."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a shell starts its background jobs with SIGINT ignored
        signal.signal(number, _handle)


def raise_if_interrupted() -> None:
    """Raises KeyboardInterrupt if a signal has come. Call it before starting or waiting for anything."""
    if _interrupted:
        raise KeyboardInterrupt


def _handle(number: int, frame: FrameType | None) -> None:
    global _interrupted
    _interrupted = True
    raise KeyboardInterrupt
