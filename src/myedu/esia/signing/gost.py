"""GOST R 34.10-2012 (256 bits) over Streebog-256, by the `openssl` program.

For tests and development: the open engine is not the certified software that a production link needs
(docs/operations/esia.md). A certified provider takes its place behind the same two interfaces.
"""

from typing import Literal

from myedu.esia.signing.interface import KeyFiles
from myedu.esia.signing.openssl import OpensslFailed, require_gost, run_openssl

_SIGNATURE_BYTES = 64


class GostSigner:
    """A Signer with a GOST key in a file; runs `openssl` for each signature."""

    algorithm: Literal["GOST3410_2012_256"] = "GOST3410_2012_256"

    def __init__(self, files: KeyFiles) -> None:
        """The key stays in its file: `files` are absolute paths."""
        require_gost()
        self._files = files

    def sign_raw(self, message: bytes) -> bytes:
        """64 bytes."""
        return run_openssl("dgst", "-md_gost12_256", "-sign", self._files.key, stdin=message, gost=True)

    def sign_cms(self, message: bytes) -> bytes:
        """Detached CMS in DER."""
        return run_openssl(
            *("cms", "-sign", "-binary", "-nosmimecap", "-md", "md_gost12_256", "-outform", "DER"),
            *("-signer", self._files.certificate, "-inkey", self._files.key),
            stdin=message,
            gost=True,
        )


class GostVerifier:
    """A Verifier with a GOST public key; runs `openssl` for each check."""

    algorithm: Literal["GOST3410_2012_256"] = "GOST3410_2012_256"

    def __init__(self, public_key_pem: bytes) -> None:
        require_gost()
        self._public_key_pem = public_key_pem

    def verify_raw(self, signature: bytes, message: bytes) -> bool:
        """Whether these 64 bytes are the signature of the message."""
        if len(signature) != _SIGNATURE_BYTES:
            return False
        files = {"key.pem": self._public_key_pem, "signature": signature}
        try:
            run_openssl(
                *("dgst", "-md_gost12_256", "-verify", "key.pem", "-signature", "signature"),
                stdin=message,
                files=files,
                gost=True,
            )
        except OpensslFailed:
            return False
        return True
