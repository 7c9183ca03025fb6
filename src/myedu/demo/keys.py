"""The keys of one machine's programs, made at the first start; they never leave its folder."""

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

PORTAL = "myedu-portal"
"""The portal's name at every journal: the file of its public key is called so."""


class Keys(msgspec.Struct, frozen=True):
    portal_at_esia: KeyFiles
    esia_tokens: KeyFiles
    portal_at_journals: Path
    copies: Path  # by which the portal seals what journals answered
    clients: Path  # folder of public keys for the journals: <client_id>.pem


def have_keys(folder: Path) -> Keys:
    """The keys in the folder, made where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    clients = folder / "clients"
    clients.mkdir(exist_ok=True)
    return Keys(
        _have(folder, "portal-at-esia"),
        _have(folder, "esia-tokens"),
        _have_journal_key(folder / "portal-at-journals.key.pem", clients / f"{PORTAL}.pem"),
        _have_copy_key(folder / "copies.key"),
        clients,
    )


def _have(folder: Path, name: str) -> KeyFiles:
    files = KeyFiles(str(folder / f"{name}.key.pem"), str(folder / f"{name}.cert.pem"))
    if Path(files.key).exists() and Path(files.certificate).exists():
        return files
    return make_rsa_keys(folder, name)


def _have_copy_key(file: Path) -> Path:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(base64.b64encode(secrets.token_bytes(32)).decode() + "\n", encoding="ascii")
    return file


def _have_journal_key(private: Path, public: Path) -> Path:
    # P-256: the act claim is signed for every person who asks, and RSA takes ten times as long.
    if not private.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        private.touch(mode=0o600)
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    known = load_pem_private_key(private.read_bytes(), password=None).public_key()
    public.write_bytes(known.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return private
