"""RSA by `cryptography`: 2048 bits and more, PKCS #1 v1.5 over SHA-256."""

from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder

_CMS_OPTIONS = (PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities)


class RsaSigner:
    """A Signer with an RSA key in memory."""

    algorithm: Literal["RS256"] = "RS256"

    def __init__(self, key: RSAPrivateKey, certificate: x509.Certificate) -> None:
        self._key = key
        self._certificate = certificate

    def sign_raw(self, message: bytes) -> bytes:
        """PKCS #1 v1.5 over SHA-256."""
        return self._key.sign(message, PKCS1v15(), SHA256())

    def sign_cms(self, message: bytes) -> bytes:
        """Detached CMS in DER."""
        builder = PKCS7SignatureBuilder().set_data(message)
        builder = builder.add_signer(self._certificate, self._key, SHA256())
        return builder.sign(Encoding.DER, _CMS_OPTIONS)


class RsaVerifier:
    """A Verifier with an RSA public key."""

    algorithm: Literal["RS256"] = "RS256"

    def __init__(self, key: RSAPublicKey) -> None:
        self._key = key

    def verify_raw(self, signature: bytes, message: bytes) -> bool:
        """PKCS #1 v1.5 over SHA-256."""
        try:
            self._key.verify(signature, message, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return True
