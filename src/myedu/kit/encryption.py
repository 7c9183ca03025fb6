"""Encryption of what is stored: the database or the shared cache alone shows nothing of journals' answers.

    byte 0       1, the version of this layout
    bytes 1-4    which key, by the first bytes of a hash of it
    bytes 5-16   nonce
    the rest     AES-256-GCM of the bytes compressed with zstd, its 16-byte tag last

Every row has a key of its own, an HMAC of the row's name under the portal's key. So random nonces stay safe:
their bound of 2³² messages a key would be used up by a country in half a year, by one row never. The row's
name is associated data too: bytes that were moved to another row can't be decrypted.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from pathlib import Path

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from myedu.kit.private_files import read_key
from myedu.kit.settings import SettingsError

KEY_BYTES = 32
_LAYOUT = b"\x01"
_KEY_ID, _NONCE = 4, 12
_HEADER_BYTES = len(_LAYOUT) + _KEY_ID + _NONCE
# 32 bytes in base64, which no path looks like: 43 letters and a sign of equality.
_IS_BASE64_KEY = re.compile(r"[A-Za-z0-9+/_-]{43}=")
# A week of 18 kB becomes 1.7 kB in 0.02 ms; level 9 takes five times as long for a tenth less.
_LEVEL = 3


class CannotDecrypt(Exception):
    """`why`: key-unknown (it was dropped from the settings), layout-unknown, or broken."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Keyring:
    """The portal's keys: the first one encrypts, all of them decrypt. For one thread."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: 32 bytes each, at least one."""
        self._keys = {_id_of(key): key for key in keys}
        self._first = _id_of(keys[0])
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._decompressor = zstandard.ZstdDecompressor()

    def encrypt(self, body: bytes, name: bytes) -> bytes:
        """The bytes to store under the row's name; other ones at each call."""
        nonce = os.urandom(_NONCE)
        cipher = _cipher(self._keys[self._first], name)
        return _LAYOUT + self._first + nonce + cipher.encrypt(nonce, self._compressor.compress(body), name)

    def decrypt(self, encrypted: bytes, name: bytes) -> bytes:
        """The body that was encrypted under this name. Raises CannotDecrypt."""
        if encrypted[:1] != _LAYOUT or len(encrypted) < _HEADER_BYTES:
            raise CannotDecrypt("layout-unknown")
        key = self._keys.get(_id_in(encrypted))
        if key is None:
            raise CannotDecrypt("key-unknown")
        nonce, ciphertext = encrypted[_HEADER_BYTES - _NONCE : _HEADER_BYTES], encrypted[_HEADER_BYTES:]
        try:
            return self._decompressor.decompress(_cipher(key, name).decrypt(nonce, ciphertext, name))
        except (InvalidTag, zstandard.ZstdError):
            raise CannotDecrypt("broken") from None

    def mac(self, data: bytes, name: bytes) -> bytes:
        """16 bytes, the same for the same data under the same name, that reveal nothing without the key.

        A plain hash would give a mark away: there are only five of them.
        """
        row_key = hmac.digest(self._keys[self._first], b"myedu state\0" + name, "sha256")
        return hmac.digest(row_key, data, "sha256")[:16]

    def knows_key_of(self, encrypted: bytes) -> bool:
        """Whether the key that has encrypted this is one of these; its first bytes are enough."""
        return _id_in(encrypted) in self._keys

    def is_by_first_key(self, encrypted: bytes) -> bool:
        """False for what an older key has encrypted."""
        return _id_in(encrypted) == self._first


def read_keys(texts: Sequence[str]) -> list[bytes]:
    """The keys of the setting MYEDU_COPY_KEYS: each 32 bytes in base64, or a file with such keys, one a line.

    Raises SettingsError, which names a wrong key by its place: a mistyped key must not end in a log.
    """
    keys: list[bytes] = []
    problems = []
    for place, text in enumerate(texts, start=1):
        try:
            lines = [text] if _IS_BASE64_KEY.fullmatch(text) else _lines(read_key(Path(text)))
            keys += map(_key_of, lines)
        except OSError as error:
            problems.append(f"MYEDU_COPY_KEYS, number {place}: the file can't be read: {error.strerror}")
        except ValueError:
            problems.append(f"MYEDU_COPY_KEYS, number {place}: not 32 bytes in base64")
    if problems:
        raise SettingsError(
            "\n".join(problems) + "\nmake a key with: (umask 077; openssl rand -base64 32 > copies.key)"
        )
    return keys


def new_key() -> str:
    """A new random key, in base64 as in a file or in the setting."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


def _lines(text: str) -> list[str]:
    """Those that are not empty; an empty file is one empty line, which is no key."""
    return [line for line in text.splitlines() if line.strip()] or [""]


def _key_of(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip().replace("-", "+").replace("_", "/"), validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if len(key) != KEY_BYTES:
        raise ValueError("not 32 bytes")
    return key


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"myedu copy key\0" + key).digest()[:_KEY_ID]


def _id_in(encrypted: bytes) -> bytes:
    return encrypted[len(_LAYOUT) : len(_LAYOUT) + _KEY_ID]


def _cipher(key: bytes, name: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"myedu copy\0" + name, "sha256"))
