"""What is kept can be read with the key and under its own name only."""

from pathlib import Path

import pytest

from myedu.kit.settings import SettingsError
from myedu.portal.federation.encryption import CannotDecrypt, Keyring, new_key, read_keys

BODY = '{"lessons": ["Алгебра"]}'.encode() * 200
MARIA, PAVEL = b'["25","s","maria"]', b'["25","s","pavel"]'


def keyring(*keys: str) -> Keyring:
    return Keyring(read_keys(keys))


def why(ring: Keyring, sealed: bytes, name: bytes = MARIA) -> str:
    with pytest.raises(CannotDecrypt) as problem:
        ring.decrypt(sealed, name)
    return problem.value.why


def test_sealed_bytes_open_and_say_nothing() -> None:
    ring = keyring(new_key())
    sealed = ring.encrypt(BODY, MARIA)
    assert ring.decrypt(sealed, MARIA) == BODY
    assert "Алгебра".encode() not in sealed
    assert len(sealed) < len(BODY) / 10  # packed before
    assert ring.encrypt(BODY, MARIA) != sealed  # nobody sees that a week hasn't changed


def test_bytes_moved_to_another_row_do_not_open() -> None:
    ring = keyring(new_key())
    assert why(ring, ring.encrypt(BODY, MARIA), PAVEL) == "broken"


def test_a_key_is_changed_without_losing_what_the_old_one_sealed() -> None:
    old, new = new_key(), new_key()
    before, between, after = keyring(old), keyring(new, old), keyring(new)
    sealed = before.encrypt(BODY, MARIA)
    assert between.decrypt(sealed, MARIA) == BODY
    assert not between.is_by_first_key(sealed)
    again = between.encrypt(BODY, MARIA)
    assert between.is_by_first_key(again)
    assert after.decrypt(again, MARIA) == BODY
    assert why(after, sealed) == "key-unknown"


@pytest.mark.parametrize("place", [5, 20, -1])
def test_a_changed_byte_is_seen(place: int) -> None:
    ring = keyring(new_key())
    sealed = bytearray(ring.encrypt(BODY, MARIA))
    sealed[place] ^= 1
    assert why(ring, bytes(sealed)) == "broken"


@pytest.mark.parametrize("sealed", [b"", b"{}", b"\x01", b"\x02" + bytes(60)])
def test_what_was_never_sealed_is_told(sealed: bytes) -> None:
    assert why(keyring(new_key()), sealed) == "layout-unknown"


def test_keys_stand_in_files_or_in_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "copies.key"
    file.write_text(new_key() + "\n")
    ring = keyring(str(file), new_key())
    assert keyring(file.read_text().strip()).decrypt(ring.encrypt(BODY, MARIA), MARIA) == BODY


def test_wrong_keys_are_all_named_by_place_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "short.key"
    file.write_text("c2hvcnQ=")
    mistyped = new_key()[:-2]
    with pytest.raises(SettingsError) as problem:
        read_keys([new_key(), str(file), mistyped])
    said = str(problem.value)
    assert "number 2: not 32 bytes in base64" in said
    assert "number 3: the file can't be read" in said
    assert "openssl rand -base64 32" in said
    assert mistyped not in said
