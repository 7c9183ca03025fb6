"""Writes the packages of several regions, one after another or in several processes."""

import gc
from collections.abc import Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from multiprocessing.sharedctypes import SynchronizedArray
from pathlib import Path

from myedu.connector.sdk.table_writer import Compression
from myedu.invented.exports.package import PackageSpec, WrittenPackage, write_region
from myedu.invented.exports.plan import plan_country
from myedu.kit.progress import Progress

_PROGRESS_SECONDS = 0.2  # between two looks at the workers' counters
# Rows are made by the thousand and none is garbage before its school is written: the collector would go
# through them again and again, a tenth of the time. Memory is bounded by the school all the same.
COLLECT_AFTER = 100_000  # new objects, for gc.set_threshold

_counters: "SynchronizedArray[int] | None" = None
"""In a worker process: pupils and rows done, shared with the process that shows the progress."""


def write_regions(
    folder: Path, codes: Sequence[str], spec: PackageSpec, *, compression: Compression, jobs: int
) -> list[WrittenPackage]:
    """Writes the packages of these regions, the largest first; shows the progress on standard error.

    `jobs`: processes. Raises what `write_region` raises; regions that have not begun are then not written.
    """
    plans = plan_country(spec.pupils)
    codes = sorted(codes, key=lambda code: -plans[code].pupils)
    progress = Progress(sum(plans[code].pupils for code in codes))
    if jobs == 1:
        return _write_sequentially(folder, codes, spec, compression, progress)
    return _write_in_processes(folder, codes, spec, compression, progress, jobs)


def _write_sequentially(
    folder: Path, codes: Sequence[str], spec: PackageSpec, compression: Compression, progress: Progress
) -> list[WrittenPackage]:
    done_pupils = done_rows = 0

    def on_school(pupils: int, rows: int) -> None:
        nonlocal done_pupils, done_rows
        done_pupils += pupils
        done_rows += rows
        progress.show(done_pupils, done_rows)

    written = [
        write_region(folder, code, spec, compression=compression, on_school=on_school) for code in codes
    ]
    progress.finish(done_pupils, done_rows)
    return written


def _write_in_processes(
    folder: Path,
    codes: Sequence[str],
    spec: PackageSpec,
    compression: Compression,
    progress: Progress,
    jobs: int,
) -> list[WrittenPackage]:
    context = get_context("spawn")
    counters: SynchronizedArray[int] = context.Array("q", 2)
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_init_worker, initargs=(counters,)
    ) as pool:
        waiting: set[Future[WrittenPackage]] = {
            pool.submit(_write_region_in_worker, folder, code, spec, compression) for code in codes
        }
        written: list[WrittenPackage] = []
        try:
            while waiting:
                ready, waiting = wait(waiting, timeout=_PROGRESS_SECONDS)
                progress.show(counters[0], counters[1])
                written += [future.result() for future in ready]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)  # regions that have not begun need not
            raise
    progress.finish(counters[0], counters[1])
    return written


def _init_worker(counters: "SynchronizedArray[int]") -> None:
    global _counters
    gc.set_threshold(COLLECT_AFTER)
    _counters = counters


def _write_region_in_worker(
    folder: Path, code: str, spec: PackageSpec, compression: Compression
) -> WrittenPackage:
    return write_region(folder, code, spec, compression=compression, on_school=_count)


def _count(pupils: int, rows: int) -> None:
    assert _counters is not None  # set by _init_worker
    with _counters.get_lock():
        _counters[0] += pupils
        _counters[1] += rows
