"""Clusters of Debian's PostgreSQL on loopback, run by an ordinary account: for operators' instructions."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import psycopg

from myedu.kit.postgres import debian_binaries

BINARIES = debian_binaries()
_SECONDS = 60


def account() -> str | None:
    """Where the tests run as root, the account of Debian's server; PostgreSQL doesn't run as root."""
    return "postgres" if os.geteuid() == 0 else None


def run(words: str | list[str], environment: Mapping[str, str] | None = None) -> str:
    """Run a command, or a line of shell, as the server's account; its output. Raises AssertionError."""
    as_shell = ["bash", "-ceu", words] if isinstance(words, str) else words
    path = f"{BINARIES}:{os.environ['PATH']}"
    done = subprocess.run(
        as_shell,
        env={**os.environ, "PATH": path, **(environment or {})},
        user=account(),
        group=account(),
        extra_groups=[] if account() else None,
        cwd="/tmp",
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def own_folder(folder: Path) -> Path:
    """A folder that the server's account owns; those above must let it pass."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if name := account():
        entry = pwd.getpwnam(name)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    return folder


def _is_alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Cluster:
    """A cluster in a folder that `own_folder` made; it trusts everybody on 127.0.0.1."""

    def __init__(self, folder: Path, port: int, environment: Mapping[str, str] | None = None) -> None:
        self.data, self.port, self._environment = folder / "data", port, dict(environment or {})
        self._log, self._sockets = folder / "log", folder

    def create(self, **settings: str) -> None:
        run(["initdb", "--pgdata", str(self.data), "--auth=trust", "--username=postgres", "--no-sync"])
        self.configure(**settings)

    def configure(self, **settings: str) -> None:
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        with (self.data / "postgresql.auto.conf").open("a") as file:
            file.write("\n".join(lines) + "\n")

    def start(self) -> None:
        options = f"-p {self.port} -h 127.0.0.1 -k {self._sockets}"
        words = ["pg_ctl", "-D", str(self.data), "-l", str(self._log), "-o", options, "-w", "start"]
        try:
            run(words, self._environment)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._log.read_text()[-2000:]}") from None

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            run(["pg_ctl", "-D", str(self.data), "-m", "immediate", "-w", "stop"])

    def destroy(self) -> None:
        """As a machine that is lost: without warning, its disk too."""
        pid = (self.data / "postmaster.pid").read_text().split()[0]
        backends = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(pid), signal.SIGKILL)
        # What is left of them keeps the shared memory, and the next server would not start.
        deadline = time.monotonic() + _SECONDS
        while any(map(_is_alive, backends)):
            assert time.monotonic() < deadline, "the killed server's processes go on"
            time.sleep(0.05)
        shutil.rmtree(self.data)
        # Its lock names a process that stays a zombie where nobody waits for it.
        for left in self._sockets.glob(".s.PGSQL.*"):
            left.unlink()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def wait_until_writable(self) -> None:
        deadline = time.monotonic() + _SECONDS
        while time.monotonic() < deadline:
            with psycopg.connect(self.url(), autocommit=True) as conn:
                if conn.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                    return
            time.sleep(0.1)
        raise AssertionError("the server stays in recovery: " + self._log.read_text()[-2000:])
