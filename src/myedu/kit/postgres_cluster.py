"""The account that an embedded PostgreSQL runs as, and the folder that it keeps its data in."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from myedu.kit.postgres_binaries import PostgresError
from myedu.kit.subprocesses import end_with_parent

# PostgreSQL refuses to run as root. This account exists on every Linux and owns nothing.
_UNPRIVILEGED = "nobody"
_LOCALES = (
    # PostgreSQL's own since 17: it compares bytes, where that of glibc asks glibc.
    ["--locale=C", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
    ["--locale=C.UTF-8"],
)


class Account(msgspec.Struct, frozen=True):
    """The system account that the server runs as."""

    name: str
    uid: int
    gid: int

    @classmethod
    def for_server(cls) -> "Account":
        """Ourselves; when we are root, an unprivileged account."""
        try:
            entry = pwd.getpwnam(_UNPRIVILEGED) if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        except KeyError:
            raise PostgresError(
                f"PostgreSQL needs an account with a name, and {os.geteuid() or _UNPRIVILEGED} is not in"
                " /etc/passwd: add it, or set MYEDU_DATABASE_URL to a server"
            ) from None
        return cls(entry.pw_name, entry.pw_uid, entry.pw_gid)

    @property
    def is_other(self) -> bool:
        """True when privileges have to be dropped."""
        return self.uid != os.geteuid()

    def settings(self) -> dict[str, Any]:
        """For subprocess: a program of this account, with nothing of our environment."""
        drop = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}
        return {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, **drop}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can reach files in `folder`: every folder on the way lets it through."""
        if not self.is_other:
            return True
        real = folder.resolve()
        return all(_may_search(parent.stat(), self) for parent in (real, *real.parents))


def _may_search(status: os.stat_result, account: Account) -> bool:
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[int]:
    """A descriptor of the folder, for a program of the account to come in by."""
    # We open the folder, and /proc/self/fd leads the server to it without passing its parents: so the
    # unprivileged account needs no right on /root or on somebody's home.
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def create_cluster(cluster: Path, binaries: Path, account: Account) -> None:
    """A new cluster, its only user named as we are. Raises PostgresError."""
    # Beside its place, so that one which was interrupted is never taken for a whole one.
    draft = cluster.with_name("cluster.new")
    said = ""
    for locale in _LOCALES:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, account.uid, account.gid)
        made = _initdb(binaries, draft, account, locale)
        if made.returncode == 0:
            draft.rename(cluster)
            return
        said += made.stderr
    shutil.rmtree(draft, ignore_errors=True)
    raise PostgresError(
        f"initdb made no cluster in {cluster}; free some disk, or set MYEDU_DATABASE_URL to a server:\n{said}"
    )


def _initdb(
    binaries: Path, cluster: Path, account: Account, locale: list[str]
) -> subprocess.CompletedProcess[str]:
    # Peer authentication: the kernel vouches for who connects, so only our own account may, as a
    # database user of the same name, and no password lies on the disk.
    access = ["-U", own_name(), "--auth-local=peer", "--auth-host=reject"]
    with opened(cluster) as folder:
        return subprocess.run(
            [
                binaries / "initdb",
                "-D",
                f"/proc/self/fd/{folder}",
                *access,
                *locale,
                "--data-checksums",
                "--no-sync",
                "--no-instructions",
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            pass_fds=[folder],
            preexec_fn=end_with_parent(signal.SIGTERM),
            **account.settings(),
        )


def own_name() -> str:
    """Of the system account that we run as."""
    return pwd.getpwuid(os.geteuid()).pw_name
