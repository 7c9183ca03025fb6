"""A private PostgreSQL for development, tests and the demo (ADR 0002).

The program starts the server as its child, and the kernel stops it with the program, even after kill -9.
The data folder holds:

    <data>/lock      held while a server or its starter lives; names the holder
    <data>/log       what the server printed
    <data>/cluster/  PostgreSQL's own folder

Linux only: it uses PR_SET_PDEATHSIG and /proc.
"""

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import quote

import psycopg
from psycopg import sql

from myedu.kit.folder_lock import FolderInUse, FolderLock
from myedu.kit.postgres_binaries import PostgresError, debian_binaries, wheel_binaries
from myedu.kit.postgres_cluster import Account, create_cluster, opened, own_name, write_access
from myedu.kit.subprocesses import end_with_parent

__all__ = ["EmbeddedPostgres", "PostgresError", "debian_binaries", "wheel_binaries"]

logger = logging.getLogger(__name__)

# Bytes of sun_path of a unix socket's address, without its final zero.
_LONGEST_SOCKET_PATH = 107
_SOCKET_NAME = ".s.PGSQL.5432"
_RUN_FOLDER = "myedu-pg-"
# Recovery after a crash replays the log of some checkpoints at most; on a slow disk it takes a minute.
_START_SECONDS = 60
_STOP_SECONDS = 30
# Recovery creates the files of unlogged tables again, and fails at one that a transaction had created and
# rolled back just before the server was killed. What it has replayed by then lets the next start remove it:
# https://www.postgresql.org/message-id/ZE9rSxi0BCHfUH0x%40paquier.xyz (bug 17731)
_LEFT_BEHIND = ": File exists"
_SETTINGS = {
    "shared_buffers": "512MB",  # an upper bound; the default of 128 MB is for machines of 2005
    "listen_addresses": "",
    "unix_socket_permissions": "0777",  # its folder is private; peer authentication decides
    # Without DETAIL, which quotes the values of a row that breaks a constraint.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}


class EmbeddedPostgres:
    """One server over one data folder. Use it as a context manager, or call start() and stop().

    Call start() from a thread that lives as long as the server should: the kernel stops the server when
    the thread that started it ends.
    """

    def __init__(
        self,
        data: Path,
        *,
        binaries: Path | None = None,
        durable: bool = True,
        roles: Sequence[str] = (),
    ) -> None:
        """`binaries`: a bin folder; None: the wheel's. `durable=False` skips fsync: only for tests.

        `roles`: made beside the superuser, who has the account's name; `url` logs in as one of them.
        """
        self._data = data.absolute()
        self._binaries = binaries or wheel_binaries()
        self._durable = durable
        self._roles = tuple(roles)
        self._account = Account.for_server()
        self._lock: FolderLock | None = None
        self._run_folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "EmbeddedPostgres":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def version(self) -> str:
        """The version of the binaries, such as "18.4"."""
        done = subprocess.run([self._binaries / "postgres", "--version"], capture_output=True, text=True)
        return done.stdout.split()[2]

    @property
    def pid(self) -> int | None:
        """The server's process id; None if it is not started."""
        return self._server.pid if self._server else None

    @property
    def running(self) -> bool:
        """Whether the server that start() started still lives."""
        return self._server is not None and self._server.poll() is None

    def url(self, database: str, role: str = "") -> str:
        """An address for libpq and psycopg, valid for every process of the account that this one runs as.

        `role`: one of the server's roles; empty: the superuser. Raises PostgresError if the server is not
        started.
        """
        if self._run_folder is None:
            raise PostgresError("the server is not started: call start() first")
        user = quote(role or own_name(), safe="")
        return f"postgresql://{user}@/{quote(database, safe='')}?host={quote(str(self._run_folder), safe='')}"

    def create_database(self, name: str) -> None:
        """Create the database if it is missing."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def start(self) -> None:
        """Start the server and wait until it accepts connections; initialise its cluster if there is none.

        Does nothing if it runs already. Raises PostgresError.
        """
        if self.running:
            return
        killed = self._lock is not None
        self.stop()
        try:
            self._data.mkdir(parents=True, exist_ok=True)
            self._lock = FolderLock.take(self._data / "lock", patience=_STOP_SECONDS, again=killed)
        except PermissionError as error:
            raise PostgresError(
                f"{error.filename} can't be written by {own_name()}:"
                " start as the user who created it, or choose another folder"
            ) from None
        except FolderInUse as error:
            raise PostgresError(str(error)) from None
        try:
            _remove_run_folder(Path(self._lock.left_note))
            self._run_folder = _make_run_folder(self._account)
            self._lock.write(str(self._run_folder))
            binaries = self._reachable_binaries(self._run_folder)
            cluster = self._data / "cluster"
            if not cluster.exists():
                create_cluster(cluster, binaries, self._account)
            self._check_cluster(cluster)
            write_access(cluster, self._roles)
            self._bring_up(binaries, cluster)
            self._make_roles()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server, closing its clients' connections; does nothing if it doesn't run."""
        if self._server is not None:
            _end(self._server)
            self._server = None
        if self._run_folder is not None:
            _remove_run_folder(self._run_folder)
            self._run_folder = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _make_roles(self) -> None:
        if self._roles:
            with psycopg.connect(self.url("postgres"), autocommit=True) as conn:
                found = conn.execute("SELECT rolname FROM pg_roles").fetchall()
                for role in set(self._roles) - {name for (name,) in found}:
                    conn.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))

    def _reachable_binaries(self, run_folder: Path) -> Path:
        if self._account.can_enter(self._binaries):
            return self._binaries
        # A checkout below /root: the account can't reach it, and we don't change the permissions of /root.
        # The copy takes 35 MB while the server runs.
        logger.info("%s can't enter %s: PostgreSQL runs from a copy", self._account.name, self._binaries)
        installed = self._binaries.parent
        package = installed.parent
        copied = run_folder / package.name / installed.name
        shutil.copytree(installed, copied, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        # A wheel keeps its shared libraries beside the package, where its programs look for them.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, run_folder / libraries.name, symlinks=True)
        return copied / "bin"

    def _check_cluster(self, cluster: Path) -> None:
        owner = cluster.stat().st_uid
        if owner != self._account.uid:
            raise PostgresError(
                f"{cluster} belongs to the account {owner}, and this server runs as {self._account.name}:"
                f" start it as the user who created it, or delete {self._data} to start again"
            )
        wanted = self.version.split(".")[0]
        found = (cluster / "PG_VERSION").read_text().strip()
        if found != wanted:
            raise PostgresError(
                f"{cluster} was made by PostgreSQL {found}, and {self._binaries} is {wanted}:"
                f" use the binaries of {found}, or delete {self._data} to start again"
            )

    def _bring_up(self, binaries: Path, cluster: Path) -> None:
        for again in (True, False):
            self._server = self._launch(binaries, cluster)
            try:
                _wait_until_ready(self._server, cluster / "postmaster.pid", self._data / "log")
                break
            except PostgresError as error:
                if not (again and _LEFT_BEHIND in str(error)):
                    raise

    def _launch(self, binaries: Path, cluster: Path) -> subprocess.Popen[bytes]:
        assert self._lock is not None
        settings = _SETTINGS | {"unix_socket_directories": str(self._run_folder)}
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        options = [f"--{name}={value}" for name, value in settings.items()]
        with (self._data / "log").open("ab") as log, opened(cluster) as folder:
            return subprocess.Popen(
                [binaries / "postgres", "-D", f"/proc/self/fd/{folder}", *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The server inherits the lock: after a kill -9 the next holder waits until it has ended.
                pass_fds=[self._lock.fileno(), folder],
                # So that Ctrl-C in a terminal doesn't reach it: the program stops its clients first.
                process_group=0,
                preexec_fn=end_with_parent(signal.SIGINT),
                **self._account.settings(),
            )


def _make_run_folder(account: Account) -> Path:
    """A private folder for the socket, whose path is short enough for a socket's address."""
    for base in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp makes it private
        # mkdtemp appends 8 random characters.
        longest = Path(base) / f"{_RUN_FOLDER}xxxxxxxx" / _SOCKET_NAME
        if len(os.fsencode(longest)) <= _LONGEST_SOCKET_PATH and account.can_enter(Path(base)):
            folder = Path(tempfile.mkdtemp(prefix=_RUN_FOLDER, dir=base))
            os.chown(folder, account.uid, account.gid)
            return folder
    raise PostgresError(
        f"{account.name} can enter no temporary folder: set TMPDIR to a folder that it can enter"
    )


def _remove_run_folder(folder: Path) -> None:
    # The path of a folder left by a killed program comes from a file: check that it looks like ours.
    if folder.name.startswith(_RUN_FOLDER):
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(server: subprocess.Popen[bytes], pid_file: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError):
            lines = pid_file.read_text().splitlines()
            # A killed server leaves its file; the process id shows whose it is.
            if lines[:1] == [str(server.pid)] and lines[7:8] and lines[7].strip() == "ready":
                return
        time.sleep(0.01)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
    raise PostgresError(f"PostgreSQL did not start; the end of {log}:\n{tail}")


def _end(server: subprocess.Popen[bytes]) -> None:
    # Fast shutdown, then immediate shutdown, which loses nothing: the next start recovers.
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is not None:
            return
        server.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(_STOP_SECONDS)
