"""What the tests need beyond the virtual environment; run by `make test` before them.

Chromium, OpenSSL's gost engine, pgbackrest and haproxy come from Debian, and promtool out of its package
`prometheus`, which is only unpacked: installed, it would start a server. Where this user may not install
them, the tests that need them are skipped, and this says so plainly.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.tools import CACHE, UNPACKED, tool

NEEDED = {
    "chromium": (lambda: shutil.which("chromium") is not None, "tests/browser"),
    "libengine-gost-openssl": (
        lambda: any(Path("/usr/lib").glob("*/engines-3/gost.so")),
        "tests of ESIA's GOST signatures",
    ),
    "pgbackrest": (lambda: shutil.which("pgbackrest") is not None, "tests/docs/test_pgbackrest.py"),
    "haproxy": (
        lambda: shutil.which("haproxy") is not None,
        "tests/deploy/test_two_machines.py with HAProxy",
    ),
}


def main() -> None:
    missing = [package for package, (is_there, _) in NEEDED.items() if not is_there()]
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing from Debian: {', '.join(missing)}", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "--yes", "--no-install-recommends", *missing]):
            done = subprocess.run(
                ["apt-get", "-qq", *command], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode:
                print(f"apt-get {command[0]} failed: {done.stderr.strip()[-500:]}", file=sys.stderr)
    for package, program in UNPACKED.items():
        if tool(Path(program).name) is None and not _unpack(package):
            print(f"{package} could not be fetched, so tests that need {Path(program).name} will be skipped.")
    for package, (is_there, what) in NEEDED.items():
        if not is_there():
            print(f"{package} is missing, so {what} will be skipped.")
            print(f"To run them: sudo apt-get install {package}")


def _unpack(package: str) -> bool:
    """Fetch a package of Debian and unpack it below CACHE, without installing it."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    with tempfile.TemporaryDirectory() as folder:
        for command in (["apt-get", "-qq", "update"], ["apt-get", "-qq", "download", package]):
            subprocess.run(command, cwd=folder, capture_output=True, check=False)
        found = list(Path(folder).glob("*.deb"))
        if not found:
            return False
        target = CACHE / package
        target.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["dpkg-deb", "-x", found[0], target], capture_output=True, check=False)
    return done.returncode == 0


if __name__ == "__main__":
    main()
