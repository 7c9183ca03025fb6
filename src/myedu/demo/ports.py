"""The ports of the demo and of the vendor sandbox: the usual ones, moved together by `--port`."""

import errno
import socket

from myedu.demo.programs import ProgramError
from myedu.demo.services import PORTAL_PORT
from myedu.kit.terminal import tr

_HIGHEST = 65_535


class Ports:
    """Gives each program its port. Nothing moves to another port by itself."""

    def __init__(self, portal: int) -> None:
        """`portal`: the portal's port; the others stay as far from it as they usually are. 0: any for all."""
        self._any = portal == 0
        self._moved_by = portal - PORTAL_PORT

    def find(self, usual: int) -> int:
        """The port of the program that usually has this one. Raises ProgramError if it is taken."""
        port = 0 if self._any else usual + self._moved_by
        if not 0 <= port <= _HIGHEST:
            message = tr("there is no port {port}: take a --port about {usual}", port=port, usual=PORTAL_PORT)
            raise ProgramError(message)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do after a restart
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise ProgramError(self._way_out(port, error)) from None
            return int(probe.getsockname()[1])

    def _way_out(self, port: int, error: OSError) -> str:
        if error.errno != errno.EADDRINUSE:
            return tr("can't listen on 127.0.0.1, port {port}: {reason}", port=port, reason=error.strerror)
        other = PORTAL_PORT + self._moved_by + 1000
        return tr(
            "port {port} of 127.0.0.1 is taken, perhaps by a demo or sandbox that still runs: stop what"
            " listens there, or move all programs with --port {other}",
            port=port,
            other=other if other < _HIGHEST else PORTAL_PORT,
        )
