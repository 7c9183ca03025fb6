"""Certificates: their DER, their kind, and the hash under which ESIA knows them."""

import re
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from myedu.esia.signing.openssl import require_gost, run_openssl

_GOST_KEY = "1.2.643.7.1.1.1.1"  # id-tc26-gost3410-12-256
_HASH = re.compile(r"[0-9A-F]{64}")


def load_certificate(path: str) -> x509.Certificate:
    """The PEM certificate in a file. Raises ValueError that names the file if it holds none."""
    try:
        return x509.load_pem_x509_certificate(Path(path).read_bytes())
    except ValueError as error:
        raise ValueError(f"{path} holds no PEM certificate: {error}") from error


def is_gost(certificate: x509.Certificate) -> bool:
    """Whether its key is of GOST R 34.10-2012 with 256 bits."""
    return certificate.public_key_algorithm_oid.dotted_string == _GOST_KEY


def certificate_der(path: str) -> bytes:
    """The DER of the certificate in a PEM file. Raises ValueError."""
    return load_certificate(path).public_bytes(Encoding.DER)


def certificate_hash(path: str) -> str:
    """`client_certificate_hash`: Streebog-256 of the DER as 64 upper-case hex digits, also for RSA.

    Python has no Streebog. Raises SigningUnavailable without the GOST engine: the operator then sets the
    hash.
    """
    require_gost()
    digest = run_openssl("dgst", "-md_gost12_256", "-binary", stdin=certificate_der(path), gost=True)
    return digest.hex().upper()


def is_hash(text: str) -> bool:
    """Whether the text is 64 upper-case hex digits."""
    return _HASH.fullmatch(text) is not None
