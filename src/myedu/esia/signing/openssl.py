"""Runs the `openssl` program: arguments, input files by name, standard output in bytes."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

_GOST_CONFIGURATION = Path(__file__).with_name("gost.cnf")
_TIMEOUT_S = 10  # a signature takes 10 ms; more than seconds means that the program hangs


class SigningUnavailable(Exception):
    """This machine lacks a program; the message names the package to install."""


class OpensslFailed(Exception):
    """`openssl` ended with an error: the key, the certificate or the signature is not what it should be."""


def run_openssl(
    *arguments: str, stdin: bytes = b"", files: Mapping[str, bytes] | None = None, gost: bool = False
) -> bytes:
    """The standard output of `openssl`. `files`: name → content, written into its working directory.

    `gost` loads the GOST engine. Raises OpensslFailed; SigningUnavailable if there is no openssl or it hangs.
    """
    environment = {**os.environ, "LC_ALL": "C"}
    if gost:
        environment["OPENSSL_CONF"] = str(_GOST_CONFIGURATION)
    with tempfile.TemporaryDirectory(prefix="myedu-openssl-") as directory:
        for name, content in (files or {}).items():
            Path(directory, name).write_bytes(content)
        try:
            process = subprocess.run(
                ["openssl", *arguments],
                input=stdin,
                capture_output=True,
                cwd=directory,
                env=environment,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError:
            raise SigningUnavailable("There is no openssl program. Install the package openssl.") from None
        except subprocess.TimeoutExpired:
            raise SigningUnavailable(f"openssl {arguments[0]} did not end within {_TIMEOUT_S} s.") from None
    if process.returncode:
        raise OpensslFailed(f"openssl {arguments[0]}: {process.stderr.decode(errors='replace').strip()}")
    return process.stdout


@cache
def gost_available() -> bool:
    """Whether this machine's `openssl` knows GOST (Debian: the package libengine-gost-openssl)."""
    try:
        return len(run_openssl("dgst", "-md_gost12_256", "-binary", gost=True)) == 32
    except (SigningUnavailable, OpensslFailed):
        return False


def require_gost() -> None:
    """Raises SigningUnavailable, which names the package, if `openssl` has no GOST."""
    if not gost_available():
        raise SigningUnavailable(
            "This openssl has no GOST engine. Install the package libengine-gost-openssl, or do without: "
            "RSA keys, and for version 2 the certificate's hash as a setting."
        )
