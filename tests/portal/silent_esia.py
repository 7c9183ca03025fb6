"""The settings of an ESIA that nobody asks: a worker needs them, whatever its jobs are."""

from pathlib import Path

from myedu.esia.signing.self_signed import make_rsa_keys


def silent_esia(folder: Path) -> dict[str, str]:
    """Environment of a program; its keys lie in `folder`, and no ESIA answers at its address."""
    keys = make_rsa_keys(folder, "esia")
    return {
        "MYEDU_BASE_URL": "http://127.0.0.1:9",
        "MYEDU_ESIA_URL": "http://127.0.0.1:9",
        "MYEDU_ESIA_CLIENT_ID": "MYEDU",
        "MYEDU_ESIA_KEY": str(keys.key),
        "MYEDU_ESIA_CERTIFICATE": str(keys.certificate),
        "MYEDU_ESIA_TOKEN_KEYS": str(keys.certificate),
    }
