"""When the certificates of signing in end."""

from datetime import datetime
from pathlib import Path

from cryptography import x509

from myedu.kit.telemetry import MetricSpec

CERTIFICATE_ENDS = MetricSpec(
    "myedu_certificate_ends_timestamp_seconds",
    "largest",
    ("certificate",),
    "When a certificate of signing in ends (Unix time): the portal's, and ESIA's own by their places in"
    " MYEDU_ESIA_TOKEN_KEYS.",
)


def end_of_certificate(path: Path) -> datetime | None:
    """None for a bare public key, which has no end. Raises OSError."""
    content = path.read_bytes()
    try:
        return x509.load_pem_x509_certificate(content).not_valid_after_utc
    except ValueError:
        return None
