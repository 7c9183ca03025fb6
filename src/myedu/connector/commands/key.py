"""`myedu connector key`: makes a key pair: one to sign with, one to register."""

import argparse
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from myedu.kit.terminal import tr

SENTENCE = "make a pair of P-256 keys: NAME.pem to sign with, NAME.public.pem to register"


def add(parser: argparse.ArgumentParser) -> None:
    """NAME."""
    parser.add_argument("name", type=Path, help=tr("path without an ending, such as keys/try"))


def run(options: argparse.Namespace) -> int:
    """0, or 1 if a key of that name exists: it is never overwritten."""
    private, public = (options.name.with_name(options.name.name + end) for end in (".pem", ".public.pem"))
    pair = ec.generate_private_key(ec.SECP256R1())
    try:
        private.parent.mkdir(parents=True, exist_ok=True)
        _write(private, pair.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), 0o600)
        _write(public, pair.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), 0o644)
    except FileExistsError as error:
        taken = tr("{file} exists and is not overwritten: give another name", file=error.filename)
        print(taken, file=sys.stderr)
        return 1
    except OSError as error:
        print(tr("{file} can't be written: {reason}", file=private, reason=error.strerror), file=sys.stderr)
        return 1
    print(tr("{file}: sign with it, keep it secret", file=private))
    print(tr("{file}: give it to the system you call", file=public))
    return 0


def _write(path: Path, content: bytes, mode: int) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
