"""The keys of all programs of the demo, made at the first start; they never leave its folder."""

import base64
import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from myedu.esia.signing import KeyFiles, make_rsa_keys

PORTAL_CLIENT_ID = "myedu-portal"
"""The portal's client_id at every journal; its public key is the file `<client_id>.pem`."""


class Keys(msgspec.Struct, frozen=True):
    """Files of keys, PEM except `copies`."""

    portal_at_esia: KeyFiles
    esia_tokens: KeyFiles
    portal_at_journals: Path  # private, signs the portal's assertions and act claims
    copies: Path  # with which the portal encrypts its copies of journals' answers; 32 bytes in base64
    clients: Path  # folder of public keys for the journals: <client_id>.pem


def ensure_keys(folder: Path) -> Keys:
    """The keys in the folder; makes those that are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    clients = folder / "clients"
    clients.mkdir(exist_ok=True)
    return Keys(
        _ensure_rsa_key(folder, "portal-at-esia"),
        _ensure_rsa_key(folder, "esia-tokens"),
        _ensure_journal_key(folder / "portal-at-journals.key.pem", clients / f"{PORTAL_CLIENT_ID}.pem"),
        _ensure_copy_key(folder / "copies.key"),
        clients,
    )


def _ensure_rsa_key(folder: Path, name: str) -> KeyFiles:
    files = KeyFiles(str(folder / f"{name}.key.pem"), str(folder / f"{name}.cert.pem"))
    if Path(files.key).exists() and Path(files.certificate).exists():
        return files
    return make_rsa_keys(folder, name)


def _ensure_copy_key(file: Path) -> Path:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n", encoding="ascii")
    return file


def _ensure_journal_key(private: Path, public: Path) -> Path:
    # P-256: each call for a person has a signed act claim, and an RSA signature takes ten times as long.
    if not private.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        private.touch(mode=0o600)
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    known = load_pem_private_key(private.read_bytes(), password=None).public_key()
    public.write_bytes(known.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private
