"""Verifying CMS: one openssl command for RSA and GOST, attached and detached, with and without attributes."""

from pathlib import Path

from myedu.esia.signing.certificates import is_gost, load_certificate
from myedu.esia.signing.openssl import OpensslFailed, run_openssl


def verify_cms(signature: bytes, message: bytes, certificate_path: str) -> bool:
    """Whether the CMS was made over this message with the key of this very certificate.

    A certificate inside the CMS is not believed (-nointern), nor is a message inside it (-content). Whether
    the certificate is still valid is the registrar's question, not that of the signature (-noverify).
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
