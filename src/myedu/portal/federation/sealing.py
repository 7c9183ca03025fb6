"""What journals answered, packed and sealed: who reads only the database or the shared cache reads nothing.

    byte 0       1, the version of this layout
    bytes 1-4    which key, by the first bytes of a sum of it
    bytes 5-16   nonce
    the rest     AES-256-GCM of the answer packed with zstd, its 16-byte tag last

Every row has a key of its own, an HMAC of the row's name under the portal's key. So random nonces stay safe:
their bound of 2³² messages a key would be used up by a country in half a year, by one row never. The row's
name is associated data too: bytes that were moved to another child's row don't open.
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

from myedu.kit.settings import SettingsError

KEY_BYTES = 32
_LAYOUT = b"\x01"
_KEY_ID, _NONCE = 4, 12
_HEAD = len(_LAYOUT) + _KEY_ID + _NONCE
# 32 bytes in base64, which no path looks like: 43 letters and a sign of equality.
_IS_BASE64_KEY = re.compile(r"[A-Za-z0-9+/_-]{43}=")
# A week of 18 kB becomes 1.7 kB in 0.02 ms; level 9 takes five times as long for a tenth less.
_LEVEL = 3


class CannotOpen(Exception):
    """`why`: key-unknown (it was dropped from the settings), layout-unknown, or broken."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Keyring:
    """The portal's keys: the first one seals, all of them open. For one thread."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: 32 bytes each, at least one."""
        self._keys = {_id_of(key): key for key in keys}
        self._first = _id_of(keys[0])
        self._packer = zstandard.ZstdCompressor(level=_LEVEL)
        self._unpacker = zstandard.ZstdDecompressor()

    def seal(self, body: bytes, name: bytes) -> bytes:
        """The bytes to keep under the row's name."""
        nonce = os.urandom(_NONCE)
        cipher = _cipher(self._keys[self._first], name)
        return _LAYOUT + self._first + nonce + cipher.encrypt(nonce, self._packer.compress(body), name)

    def open(self, sealed: bytes, name: bytes) -> bytes:
        """What was sealed under this name; raises CannotOpen."""
        if sealed[:1] != _LAYOUT or len(sealed) < _HEAD:
            raise CannotOpen("layout-unknown")
        key = self._keys.get(_id_in(sealed))
        if key is None:
            raise CannotOpen("key-unknown")
        nonce = sealed[_HEAD - _NONCE : _HEAD]
        try:
            return self._unpacker.decompress(_cipher(key, name).decrypt(nonce, sealed[_HEAD:], name))
        except (InvalidTag, zstandard.ZstdError):
            raise CannotOpen("broken") from None

    def sum(self, data: bytes, name: bytes) -> bytes:
        """16 bytes that are the same for the same data under the same name, and tell nothing without the key.

        A plain sum of a mark is no secret: there are five of them.
        """
        row_key = hmac.digest(self._keys[self._first], b"myedu state\0" + name, "sha256")
        return hmac.digest(row_key, data, "sha256")[:16]

    def is_first(self, sealed: bytes) -> bool:
        """False for what an older key has sealed."""
        return _id_in(sealed) == self._first


def read_keys(texts: Sequence[str]) -> list[bytes]:
    """The keys of the setting MYEDU_COPY_KEYS: each 32 bytes in base64, or a file that holds them.

    SettingsError says which one is wrong by its place: a mistyped key must not end in a log.
    """
    keys, problems = [], []
    for place, text in enumerate(texts, start=1):
        try:
            keys.append(_key_of(text if _IS_BASE64_KEY.fullmatch(text) else Path(text).read_text("ascii")))
        except OSError as error:
            problems.append(f"MYEDU_COPY_KEYS, number {place}: the file can't be read: {error.strerror}")
        except ValueError:
            problems.append(f"MYEDU_COPY_KEYS, number {place}: not 32 bytes in base64")
    if problems:
        raise SettingsError("\n".join(problems) + "\nmake a key with: openssl rand -base64 32 > copies.key")
    return keys


def new_key() -> str:
    """A key as it stands in a file or in the setting."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()


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


def _id_in(sealed: bytes) -> bytes:
    return sealed[len(_LAYOUT) : len(_LAYOUT) + _KEY_ID]


def _cipher(key: bytes, name: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"myedu copy\0" + name, "sha256"))
