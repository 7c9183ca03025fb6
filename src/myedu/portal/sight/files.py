"""The numbers of several processes of one machine: files of a folder, one set a process, added up.

prometheus-client writes them (mapped memory, so a process that is killed loses nothing). What a process
counted must outlive it, or a replaced worker would look like a counter that went back; so the parent folds
its files into one set, and the folder doesn't grow.
"""

import contextlib
import fcntl
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from prometheus_client.core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""In the environment of a worker, before prometheus-client is imported."""

_log = logging.getLogger(__name__)
_PAST = "past"  # in the place of a process's number
_KEPT = ("counter", "histogram")  # a gauge ends with its process


def folder_of_workers() -> Path | None:
    """Where this process keeps its numbers beside others'; None for one that is alone."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def merged(folder: Path) -> Iterable[Metric]:
    """Every metric of all processes, the ended among them."""
    with _locked(folder, fcntl.LOCK_SH):
        return list(MultiProcessCollector(None, path=str(folder)).collect())


def fold(folder: Path, pid: int) -> None:
    """Add what an ended process counted to the past, and forget its gauges."""
    with _locked(folder, fcntl.LOCK_EX):
        for file in folder.glob(f"*_{pid}.db"):
            kind = file.name.partition("_")[0]
            if kind in _KEPT:
                try:
                    _add(file, folder / f"{kind}_{_PAST}.db")
                except (OSError, ValueError, RuntimeError) as error:  # a torn file must not stop the parent
                    _log.error("numbers of an ended worker are lost", exc_info=error)
            file.unlink()


def _add(ended: Path, past: Path) -> None:
    sums = MmapedDict(str(past))
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(ended)):
            before, _ = sums.read_value(key)
            sums.write_value(key, before + value, 0.0)
    finally:
        sums.close()


@contextlib.contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    with (folder / "lock").open("ab") as file:
        fcntl.flock(file, how)
        yield
