"""Several regions, one after another or in several processes."""

import gc
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from myedu.connector.sdk.table_writer import Compression
from myedu.journal.country.package import Order, Written, write_region
from myedu.journal.country.plan import country_plan
from myedu.kit.progress import Progress

_LOOK_EVERY = 0.2  # seconds
# Rows are made by the thousand and none is garbage before its school is written: the collector would go
# through them again and again, a tenth of the time. Memory is bounded by the school all the same.
COLLECT_AFTER = 100_000  # new objects, for gc.set_threshold

_counters: Any = None  # in a worker: pupils and rows done, shared with the process that shows them


def write_regions(
    folder: Path, codes: Sequence[str], order: Order, *, compression: Compression, jobs: int
) -> list[Written]:
    """Write the regions' packages, the largest first; shows the progress on stderr."""
    plans = country_plan(order.pupils)
    codes = sorted(codes, key=lambda code: -plans[code].pupils)
    progress = Progress(sum(plans[code].pupils for code in codes))
    if jobs == 1:
        return _in_turn(folder, codes, order, compression, progress)
    return _side_by_side(folder, codes, order, compression, progress, jobs)


def _in_turn(
    folder: Path, codes: Sequence[str], order: Order, compression: Compression, progress: Progress
) -> list[Written]:
    done = [0, 0]

    def told(pupils: int, rows: int) -> None:
        done[0] += pupils
        done[1] += rows
        progress.show(*done)

    written = [write_region(folder, code, order, compression=compression, told=told) for code in codes]
    progress.finish(*done)
    return written


def _side_by_side(
    folder: Path,
    codes: Sequence[str],
    order: Order,
    compression: Compression,
    progress: Progress,
    jobs: int,
) -> list[Written]:
    context = get_context("spawn")
    counters = context.Array("q", 2)
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_share, initargs=(counters,)) as pool:
        waiting: set[Future[Written]] = {
            pool.submit(_write_told, folder, code, order, compression) for code in codes
        }
        written: list[Written] = []
        try:
            while waiting:
                ready, waiting = wait(waiting, timeout=_LOOK_EVERY)
                progress.show(counters[0], counters[1])
                written += [one.result() for one in ready]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # regions that have not begun need not
            raise
    progress.finish(counters[0], counters[1])
    return written


def _share(counters: Any) -> None:
    global _counters
    gc.set_threshold(COLLECT_AFTER)
    _counters = counters


def _write_told(folder: Path, code: str, order: Order, compression: Compression) -> Written:
    return write_region(folder, code, order, compression=compression, told=_count)


def _count(pupils: int, rows: int) -> None:
    with _counters.get_lock():
        _counters[0] += pupils
        _counters[1] += rows
