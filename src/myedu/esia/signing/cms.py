"""Verification of CMS by one openssl command: RSA and GOST, attached and detached, with attributes or not."""

from pathlib import Path

from myedu.esia.signing.certificates import is_gost, load_certificate
from myedu.esia.signing.openssl import OpensslFailed, run_openssl


def verify_cms(signature: bytes, message: bytes, certificate_path: str) -> bool:
    """Whether the CMS was made over this message with the key of this certificate.

    A certificate inside the CMS is ignored (-nointern), a message inside it too (-content). Whether the
    certificate is still valid is not checked here: that is decided at registration (-noverify).
    """
    try:
        run_openssl(
            *("cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content", "message"),
            *("-noverify", "-nointern", "-certfile", "certificate"),
            files={
                "signature": signature,
                "message": message,
                "certificate": Path(certificate_path).read_bytes(),
            },
            gost=is_gost(load_certificate(certificate_path)),
        )
    except OpensslFailed:
        return False
    return True
