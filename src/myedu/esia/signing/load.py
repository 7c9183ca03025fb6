"""Reads keys from files; whether they are RSA or GOST is seen from the files, no setting says it."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from myedu.esia.signing.certificates import is_gost, load_certificate
from myedu.esia.signing.gost import GostSigner, GostVerifier
from myedu.esia.signing.interface import KeyFiles, Signer, Verifier
from myedu.esia.signing.openssl import require_gost, run_openssl
from myedu.esia.signing.rsa import RsaSigner, RsaVerifier
from myedu.kit.private_files import check_private

_CERTIFICATE_MARK = b"-----BEGIN CERTIFICATE-----"


def load_signer(files: KeyFiles) -> Signer:
    """A Signer of a PEM key without a password and its PEM certificate.

    Raises ValueError, SigningUnavailable, OSError (NotPrivate for a key that others can read).
    """
    certificate = load_certificate(files.certificate)
    if is_gost(certificate):
        check_private(Path(files.key))
        return GostSigner(KeyFiles(str(Path(files.key).absolute()), str(Path(files.certificate).absolute())))
    try:
        key = load_pem_private_key(Path(files.key).read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{files.key} holds no PEM key of RSA without a password: {error}") from error
    if not isinstance(key, RSAPrivateKey):
        raise ValueError(f"{files.key} holds a key that is neither RSA nor GOST R 34.10-2012.")
    if key.public_key() != certificate.public_key():
        raise ValueError(f"{files.key} is not the key of the certificate {files.certificate}.")
    check_private(Path(files.key))  # after: a file that is no key at all is told so
    return RsaSigner(key, certificate)


def load_verifier(path: str) -> Verifier:
    """A Verifier of a PEM certificate or a PEM public key. Raises ValueError, SigningUnavailable."""
    pem = Path(path).read_bytes()
    if _CERTIFICATE_MARK in pem:
        certificate = load_certificate(path)
        if is_gost(certificate):
            require_gost()
            return GostVerifier(run_openssl("x509", "-pubkey", "-noout", stdin=pem, gost=True))
        return _rsa_verifier(certificate, path)
    return _verifier_of_public_key(pem, path)


def _rsa_verifier(certificate: x509.Certificate, path: str) -> Verifier:
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey):
        raise ValueError(f"{path} holds a certificate that is neither RSA nor GOST R 34.10-2012.")
    return RsaVerifier(key)


def _verifier_of_public_key(pem: bytes, path: str) -> Verifier:
    try:
        key = load_pem_public_key(pem)
    except UnsupportedAlgorithm:  # what `cryptography` raises for GOST
        return GostVerifier(pem)
    except ValueError as error:
        raise ValueError(f"{path} holds neither a PEM certificate nor a PEM public key: {error}") from error
    if not isinstance(key, RSAPublicKey):
        raise ValueError(f"{path} holds a key that is neither RSA nor GOST R 34.10-2012.")
    return RsaVerifier(key)
