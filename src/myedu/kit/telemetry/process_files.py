# mypy: disable-error-code="no-untyped-call"
"""Metrics of several processes on one machine: a folder with files of each process, added up when read.

prometheus-client writes them to mapped memory, so a killed process loses nothing. Counts must outlive their
process, or a counter would go back when a worker is replaced. So the parent adds the files of an ended
process to one set, and the folder doesn't grow.
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
"""Set in the environment of a worker, before prometheus-client is imported."""

_log = logging.getLogger(__name__)
_PAST = "past"  # in place of a process id
_KEPT_KINDS = ("counter", "histogram")  # a gauge ends with its process


def process_folder() -> Path | None:
    """The folder that this process shares with the others of its program; None if it is alone."""
    folder = os.environ.get(VARIABLE)
    return Path(folder) if folder else None


def merged(folder: Path) -> Iterable[Metric]:
    """Every metric, added up over all processes, ended ones included."""
    with _locked(folder, fcntl.LOCK_SH):
        return list(MultiProcessCollector(None, path=str(folder)).collect())


def fold(folder: Path, pid: int) -> None:
    """Add the counters and histograms of an ended process to those of the past, and delete its files."""
    with _locked(folder, fcntl.LOCK_EX):
        for file in folder.glob(f"*_{pid}.db"):
            kind = file.name.partition("_")[0]
            if kind in _KEPT_KINDS:
                try:
                    _add(file, folder / f"{kind}_{_PAST}.db")
                except (OSError, ValueError, RuntimeError) as error:  # a torn file must not stop the parent
                    _log.error("metrics of an ended worker are lost", exc_info=error)
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
