"""A lock on a data folder that names its holder; child processes that inherit it hold it too."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO


class FolderInUse(Exception):
    """Another process uses the folder; the message names it."""


class FolderLock:
    """A lock file beside the data, with the holder's process id and a note for the next holder.

    `left_note`: of the holder before; empty if there was none.
    """

    def __init__(self, file: IO[str], left_note: str) -> None:
        self._file = file
        self.left_note = left_note

    @classmethod
    def take(cls, path: Path, *, patience: float, again: bool = False) -> "FolderLock":
        """Take the lock. Raises FolderInUse if its holder lives.

        `patience`: seconds to wait for the children of a holder that has ended. `again`: this process held
        the lock before, and its own children may not have ended yet.
        """
        # Opened for appending: the holder's lines must survive until this process holds the lock.
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
                    f" stop it (Ctrl-C there, or kill {holder}), or choose another folder"
                ) from None
            return cls(file, _read(file)[1])

    def write(self, note: str) -> None:
        """Write this process's id and a note into the file."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()}\n{note}\n")
        self._file.flush()

    def fileno(self) -> int:
        """The file descriptor: a child process that inherits it holds the lock too."""
        return self._file.fileno()

    def release(self) -> None:
        """Release the lock; children that inherited it keep it until they end."""
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
