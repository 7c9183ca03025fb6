"""The account that an embedded PostgreSQL runs as, and its data directory (cluster)."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
from collections.abc import Iterator, Sequence
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
        """The account of this process; if it is root, an unprivileged one.

        Raises PostgresError if the account has no name.
        """
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
        """Whether it is not the account of this process, so that privileges have to be dropped."""
        return self.uid != os.geteuid()

    def settings(self) -> dict[str, Any]:
        """Arguments of subprocess.run: run as this account, without this process's environment."""
        drop = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}
        return {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}, **drop}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can reach files in `folder`: it may search every folder on the path."""
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
    """A file descriptor of the folder, by which a program of another account can enter it."""
    # Through /proc/self/fd the server reaches the folder without passing its parents, so the unprivileged
    # account needs no permission on /root or a home folder.
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def create_cluster(cluster: Path, binaries: Path, account: Account) -> None:
    """Initialise a cluster whose only user has the name of this process's account. Raises PostgresError."""
    # Under another name, so that an interrupted one is never taken for complete.
    draft = cluster.with_name("cluster.new")
    output = ""
    for locale in _LOCALES:
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, account.uid, account.gid)
        made = _initdb(binaries, draft, account, locale)
        if made.returncode == 0:
            draft.rename(cluster)
            return
        output += made.stderr
    shutil.rmtree(draft, ignore_errors=True)
    raise PostgresError(
        f"initdb made no cluster in {cluster}; free some disk, or set MYEDU_DATABASE_URL to a server:"
        f"\n{output}"
    )


def write_access(cluster: Path, roles: Sequence[str]) -> None:
    """Let this process's account log in by its own name and as each of these roles; nobody else."""
    # Peer authentication: the kernel says which account connects, and no password lies on the disk.
    account = own_name()
    lines = [f'myedu "{account}" "{role}"' for role in (account, *roles)]
    for name, text in {
        "pg_ident.conf": "\n".join(lines),
        "pg_hba.conf": "local all all peer map=myedu\nlocal replication all peer map=myedu\n"
        "host all all all reject",
    }.items():
        (cluster / name).write_text(text + "\n")


def _initdb(
    binaries: Path, cluster: Path, account: Account, locale: list[str]
) -> subprocess.CompletedProcess[str]:
    # `write_access` says who may connect, at each start.
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
    """The name of the system account that this process runs as."""
    return pwd.getpwuid(os.geteuid()).pw_name
