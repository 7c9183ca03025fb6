"""Keys with self-signed certificates: for the demo, for tests, and for ESIA's test environment."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from myedu.esia.signing.interface import KeyFiles
from myedu.esia.signing.openssl import require_gost, run_openssl

_RSA_BITS = 2048  # as in ESIA's recommendations while they allowed RSA
_VALID_FROM = datetime(2020, 1, 1, tzinfo=UTC)
_VALID_UNTIL = datetime(2050, 1, 1, tzinfo=UTC)


def make_rsa_keys(directory: Path, name: str) -> KeyFiles:
    """Makes an RSA key: `<name>.key.pem`, readable by its owner only, and `<name>.cert.pem`."""
    files = _files(directory, name)
    key = rsa.generate_private_key(public_exponent=65537, key_size=_RSA_BITS)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(_VALID_FROM)
        .not_valid_after(_VALID_UNTIL)
        .sign(key, SHA256())
    )
    _write_private(Path(files.key), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    Path(files.certificate).write_bytes(certificate.public_bytes(Encoding.PEM))
    return files


def make_gost_keys(directory: Path, name: str) -> KeyFiles:
    """The same with a GOST R 34.10-2012 key on the curve of ESIA's own key. Raises SigningUnavailable."""
    require_gost()
    files = _files(directory, name)
    key = run_openssl("genpkey", "-algorithm", "gost2012_256", "-pkeyopt", "paramset:XA", gost=True)
    certificate = run_openssl(
        *(
            "req",
            "-x509",
            "-new",
            "-key",
            "key.pem",
            "-md_gost12_256",
            "-days",
            "3650",
            "-subj",
            f"/CN={name}",
        ),
        *("-config", "request.cnf"),
        files={"key.pem": key, "request.cnf": b"[req]\ndistinguished_name = name\n[name]\n"},
        gost=True,
    )
    _write_private(Path(files.key), key)
    Path(files.certificate).write_bytes(certificate)
    return files


def _files(directory: Path, name: str) -> KeyFiles:
    directory.mkdir(parents=True, exist_ok=True)
    return KeyFiles(key=str(directory / f"{name}.key.pem"), certificate=str(directory / f"{name}.cert.pem"))


def _write_private(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
