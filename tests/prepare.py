"""What the tests need beyond the virtual environment; run by `make test` before them.

Chromium and OpenSSL's gost engine come from Debian. Where this user may not
install them, the tests that need them are skipped, and this says so plainly.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NEEDED = {
    "chromium": (lambda: shutil.which("chromium") is not None, "tests/browser"),
    "libengine-gost-openssl": (
        lambda: any(Path("/usr/lib").glob("*/engines-3/gost.so")),
        "tests of ESIA's GOST signatures",
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
    for package, (is_there, what) in NEEDED.items():
        if not is_there():
            print(f"{package} is missing, so {what} will be skipped.")
            print(f"To run them: sudo apt-get install {package}")


if __name__ == "__main__":
    main()
