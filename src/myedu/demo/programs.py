"""Programs as child processes: started one by one, stopped together, ended with this process in any case."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import msgspec

from myedu.demo import interrupts
from myedu.kit.subprocesses import end_with_parent

_STOP_SECONDS = 10
_READY_SECONDS = 60


class ProgramError(Exception):
    """A program failed; the message has the end of its log."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """`python -m module arguments`, ready when `ready_url` answers below 500; at once without `ready_url`.

    `settings`: variables added to the environment.
    """

    name: str
    module: str
    ready_url: str | None = None
    arguments: Sequence[str] = ()
    settings: Mapping[str, str] = {}


def run_command(module: str, *arguments: str, settings: Mapping[str, str], log: Path) -> str:
    """Runs a command to its end; returns its standard output. Raises ProgramError if it fails.

    Standard error goes to the end of `log`.
    """
    interrupts.raise_if_interrupted()
    with log.open("ab") as errors:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            check=False,
        )
    printed = done.stdout.decode()
    if done.returncode:
        raise ProgramError(f"{module} {' '.join(arguments)} failed.\n{printed}{_end_of(log)}")
    return printed


class Supervisor:
    """Starts programs, watches and stops them.

    A context manager: leaving it stops all, the last started first.
    """

    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._running: dict[str, tuple[Program, subprocess.Popen[bytes]]] = {}  # by name, in order

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def log_of(self, name: str) -> Path:
        """The log file of a program; it need not be there yet."""
        return self._logs / f"{name}.log"

    def start(self, *programs: Program) -> None:
        """Starts all of them, then waits until each is ready. Raises ProgramError.

        A program that has ended may be started again.
        """
        for program in programs:
            interrupts.raise_if_interrupted()
            with self.log_of(program.name).open("wb") as log:
                process = subprocess.Popen(
                    [sys.executable, "-m", program.module, *program.arguments],
                    env={**os.environ, **program.settings},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    # Ctrl-C in a terminal goes to our process group; programs are ended by `stop`, in order.
                    process_group=0,
                    preexec_fn=end_with_parent(signal.SIGTERM),
                )
            self._running.pop(program.name, None)
            self._running[program.name] = program, process
        for program in programs:
            _, process = self._running[program.name]
            self._wait_until_ready(program, process)

    def running(self, name: str) -> tuple[Program, "subprocess.Popen[bytes]"]:
        """The last start of a program and its process. Raises KeyError if it was never started."""
        return self._running[name]

    def watch(self) -> None:
        """Waits until a program ends by itself; raises ProgramError that names it."""
        while True:
            interrupts.raise_if_interrupted()
            for program, process in self._running.values():
                if process.poll() is not None:
                    raise ProgramError(
                        f"{program.name} ended by itself.\n{_end_of(self.log_of(program.name))}"
                    )
            time.sleep(0.5)

    def stop(self) -> None:
        """Terminates all programs, and kills those that still run after 10 seconds."""
        for _, process in reversed(self._running.values()):
            process.terminate()
        deadline = time.monotonic() + _STOP_SECONDS
        for _, process in reversed(self._running.values()):
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()

    def _wait_until_ready(self, program: Program, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        while time.monotonic() < deadline:
            interrupts.raise_if_interrupted()
            if process.poll() is not None:
                break
            if program.ready_url is None or _answers(program.ready_url):
                return
            time.sleep(0.05)
        raise ProgramError(f"{program.name} did not start.\n{_end_of(self.log_of(program.name))}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own loopback address
            return True
    except urllib.error.HTTPError as answer:
        return answer.code < 500
    except OSError:
        return False


def _end_of(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"The end of {log}:", *lines[-12:]])
