"""Child processes that end with us, even when we are killed with -9. Linux only."""

import ctypes
import os
import signal
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def end_with_parent(number: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child this signal when the thread that started it ends."""
    parent = os.getpid()

    def ask_the_kernel() -> None:
        # Runs after the change of account, which would clear it.
        _libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # we died in between
            os._exit(1)

    return ask_the_kernel
