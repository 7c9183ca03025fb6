"""Files that only their owner may read: received personal data, and private keys.

A key that others can read is everybody's, so `check_private` refuses it, as `ssh` does.
"""

import errno
import os
import stat
from pathlib import Path

from myedu.kit.terminal import tr

_FOLDER, _FILE = 0o700, 0o600


class NotPrivate(PermissionError):
    """A private key can be read by others; `strerror` says how to take that right away."""


def open_private(path: str, flags: int) -> int:
    """An opener for `open`: the file has mode 0600, also if it was there before."""
    handle = os.open(path, flags, _FILE)
    os.fchmod(handle, _FILE)
    return handle


def write_private(path: Path, content: bytes) -> None:
    """Write a file with mode 0600."""
    with open(path, "wb", opener=open_private) as file:
        file.write(content)


def make_private_folder(folder: Path, within: Path) -> None:
    """Make a folder below `within`; the folders from `within`, if it is made too, have mode 0700."""
    within.parent.mkdir(parents=True, exist_ok=True)
    within.mkdir(mode=_FOLDER, exist_ok=True)
    below = [within / part for part in folder.relative_to(within).parents][-2::-1]
    for place in (*below, folder):
        place.mkdir(mode=_FOLDER, exist_ok=True)
        if stat.S_IMODE(place.stat().st_mode) != _FOLDER:  # of an earlier release
            place.chmod(_FOLDER)


def check_private(path: Path) -> None:
    """Raises NotPrivate for a private key that others than its owner can read or change.

    Two kinds are let through. A file on a read-only mount is a container's secret: its rights are the
    orchestrator's (Docker writes 0444), and nobody outside the container sees the mount. A file of another
    user that a group may read is how a key is given to a service: root:myedu 0640, Kubernetes' 0440 with
    fsGroup.
    """
    if os.name != "posix":
        return
    found = path.stat()
    if not stat.S_ISREG(found.st_mode) or os.statvfs(path).f_flag & os.ST_RDONLY:
        return
    forbidden = stat.S_IRWXO | (stat.S_IRWXG if found.st_uid == os.geteuid() else stat.S_IWGRP)
    if found.st_mode & forbidden:
        raise NotPrivate(
            errno.EACCES,
            tr(
                "others can read this key (mode {mode}): chmod 600 {file}; make a new one if anyone may have"
                " read it",
                mode=f"{stat.S_IMODE(found.st_mode):o}",
                file=path,
            ),
            str(path),
        )


def read_key(path: Path) -> str:
    """The text of a private key's file. Raises NotPrivate, OSError, UnicodeDecodeError."""
    text = path.read_text(encoding="ascii")
    check_private(path)  # after: a file that is no key at all is told so
    return text
