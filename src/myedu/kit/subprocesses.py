"""Child processes that end with their parent, even if it is killed by SIGKILL. Linux only."""

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
        # subprocess calls it after changing the user id, which would clear the setting.
        _libc.prctl(_PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # the parent has ended in between
            os._exit(1)

    return ask_the_kernel
