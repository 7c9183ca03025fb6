"""Settings of the garbage collector for a program that serves requests."""

import gc

_NEW_OBJECTS = 20_000  # a page makes some thousands: at the default of 700 it would start several collections


def tune_gc() -> None:
    """Call it when the program has started: the objects made by then are not examined again.

    A full collection over the portal's modules and catalogues stops every request for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
