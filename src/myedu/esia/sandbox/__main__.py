"""`python -m myedu.esia.sandbox`: the ESIA sandbox as a program; MYEDU_ESIA_SANDBOX names its settings."""

import argparse
import os
import sys
from collections.abc import Sequence

from myedu.esia.sandbox.app import read_settings
from myedu.kit.connections import read_limits
from myedu.kit.log import configure_logging
from myedu.kit.loopback import is_loopback
from myedu.kit.serve import ServeError, run
from myedu.kit.settings import SettingsError


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until a signal. SystemExit with a sentence for settings or an address that can't be used."""
    parser = argparse.ArgumentParser(prog="python -m myedu.esia.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8101, help="port to listen on (default 8101)")
    options = parser.parse_args(arguments)
    if not is_loopback(options.host) and not read_settings().open_to_network:
        raise SystemExit(
            f"--host {options.host}: anyone who reaches the sandbox signs in as anybody, so only this machine"
            ' may. Take --host 127.0.0.1, or write "open_to_network": true into its settings where everyone'
            " on the network may do that."
        )
    configure_logging("esia-sandbox")
    factory = "myedu.esia.sandbox.app:from_environment"
    try:
        run(factory, host=options.host, port=options.port, limits=read_limits(os.environ))
    except (ServeError, SettingsError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
