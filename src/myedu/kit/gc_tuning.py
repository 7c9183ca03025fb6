"""How the collector of garbage is told what a serving program is like."""

import gc

_NEW_OBJECTS = 20_000  # a page makes some thousands: with the usual 700 each would be looked through often


def tune_gc() -> None:
    """Call it once the program has started: what it has made by now stays, and is not looked through again.

    A full look through a portal's modules and words stops every request for tens of milliseconds.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
