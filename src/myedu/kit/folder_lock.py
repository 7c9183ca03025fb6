"""A lock on a folder of data: it says who holds it, and children that inherit it hold it after him."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO


class FolderInUse(Exception):
    """Another process works in the folder; the message names it."""


class FolderLock:
    """A file beside the data. It holds the holder's number, and a note for whoever comes next."""

    def __init__(self, file: IO[str], left_note: str) -> None:
        self._file = file
        self.left_note = left_note

    @classmethod
    def take(cls, path: Path, *, patience: float, again: bool = False) -> "FolderLock":
        """Take it. FolderInUse when its holder lives; for a dead one's children wait `patience` seconds.
        `again`: we held it ourselves, and children to whom we gave it may not be gone yet."""
        # Opened for appending: the holder's lines must survive until we hold the lock ourselves.
        file = path.open("a+")
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder, _ = _read(file)
                gone = (again and holder == os.getpid()) or not _alive(holder)
                if gone and time.monotonic() < deadline:
                    time.sleep(0.02)
                    continue
                file.close()
                raise FolderInUse(
                    f"{path.parent} is in use by process {holder} ({_command(holder)}):"
                    f" stop that one (Ctrl-C there, or kill {holder}), or choose another folder"
                ) from None
            return cls(file, _read(file)[1])

    def write(self, note: str) -> None:
        """Say that we hold it."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n{note}\n")
        self._file.flush()

    def fileno(self) -> int:
        """The descriptor: a child that inherits it holds the lock as well."""
        return self._file.fileno()

    def release(self) -> None:
        """Let go; children that inherited the lock keep it until they end."""
        self._file.close()


def _read(file: IO[str]) -> tuple[int, str]:
    file.seek(0)
    pid, _, note = file.read().partition("\n")
    return int(pid or 0), note.strip()


def _alive(pid: int) -> bool:
    return pid > 0 and Path(f"/proc/{pid}").exists()


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return "already gone"
