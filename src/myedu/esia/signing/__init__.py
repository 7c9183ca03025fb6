"""The signatures that ESIA requires: RSA by `cryptography`, GOST by the `openssl` program with its engine."""

from myedu.esia.signing.certificates import certificate_der, certificate_hash, is_hash
from myedu.esia.signing.cms import verify_cms
from myedu.esia.signing.encoding import base64url, from_any_base64
from myedu.esia.signing.interface import GOST_ALGORITHM, RSA_ALGORITHM, KeyFiles, Signer, Verifier
from myedu.esia.signing.load import load_signer, load_verifier
from myedu.esia.signing.openssl import OpensslFailed, SigningUnavailable, gost_available
from myedu.esia.signing.self_signed import make_gost_keys, make_rsa_keys

__all__ = [
    "GOST_ALGORITHM",
    "RSA_ALGORITHM",
    "KeyFiles",
    "OpensslFailed",
    "Signer",
    "SigningUnavailable",
    "Verifier",
    "base64url",
    "certificate_der",
    "certificate_hash",
    "from_any_base64",
    "gost_available",
    "is_hash",
    "load_signer",
    "load_verifier",
    "make_gost_keys",
    "make_rsa_keys",
    "verify_cms",
]
