"""Stored bytes can be read only with the key and under their own name."""

from pathlib import Path

import pytest

from myedu.kit.encryption import CannotDecrypt, Keyring, new_key, read_keys
from myedu.kit.private_files import write_private
from myedu.kit.settings import SettingsError

BODY = '{"lessons": ["Алгебра"]}'.encode() * 200
MARIA, PAVEL = b'["25","s","maria"]', b'["25","s","pavel"]'


def keyring(*keys: str) -> Keyring:
    return Keyring(read_keys(keys))


def why(ring: Keyring, encrypted: bytes, name: bytes = MARIA) -> str:
    with pytest.raises(CannotDecrypt) as problem:
        ring.decrypt(encrypted, name)
    return problem.value.why


def test_encrypted_bytes_are_decrypted_and_reveal_nothing() -> None:
    ring = keyring(new_key())
    encrypted = ring.encrypt(BODY, MARIA)
    assert ring.decrypt(encrypted, MARIA) == BODY
    assert "Алгебра".encode() not in encrypted
    assert len(encrypted) < len(BODY) / 10  # compressed before
    assert ring.encrypt(BODY, MARIA) != encrypted  # it doesn't show that a week hasn't changed


def test_bytes_moved_to_another_row_are_not_decrypted() -> None:
    ring = keyring(new_key())
    assert why(ring, ring.encrypt(BODY, MARIA), PAVEL) == "broken"


def test_a_key_is_changed_without_losing_what_the_old_one_encrypted() -> None:
    old, new = new_key(), new_key()
    before, between, after = keyring(old), keyring(new, old), keyring(new)
    encrypted = before.encrypt(BODY, MARIA)
    assert between.decrypt(encrypted, MARIA) == BODY
    assert not between.is_by_first_key(encrypted)
    again = between.encrypt(BODY, MARIA)
    assert between.is_by_first_key(again)
    assert after.decrypt(again, MARIA) == BODY
    assert why(after, encrypted) == "key-unknown"


@pytest.mark.parametrize("place", [5, 20, -1])
def test_a_changed_byte_is_detected(place: int) -> None:
    ring = keyring(new_key())
    encrypted = bytearray(ring.encrypt(BODY, MARIA))
    encrypted[place] ^= 1
    assert why(ring, bytes(encrypted)) == "broken"


@pytest.mark.parametrize("encrypted", [b"", b"{}", b"\x01", b"\x02" + bytes(60)])
def test_bytes_that_were_never_encrypted_have_an_unknown_layout(encrypted: bytes) -> None:
    assert why(keyring(new_key()), encrypted) == "layout-unknown"


def test_keys_stand_in_files_or_in_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "copies.key"
    write_private(file, f"{new_key()}\n".encode())
    ring = keyring(str(file), new_key())
    assert keyring(file.read_text().strip()).decrypt(ring.encrypt(BODY, MARIA), MARIA) == BODY


def test_all_wrong_keys_are_named_by_place_and_never_shown(tmp_path: Path) -> None:
    file = tmp_path / "short.key"
    write_private(file, b"c2hvcnQ=")
    mistyped = new_key()[:-2]
    with pytest.raises(SettingsError) as problem:
        read_keys([new_key(), str(file), mistyped])
    message = str(problem.value)
    assert "number 2: not 32 bytes in base64" in message
    assert "number 3: the file can't be read" in message
    assert "openssl rand -base64 32" in message
    assert mistyped not in message


def test_a_file_that_others_can_read_is_no_key(tmp_path: Path) -> None:
    file = tmp_path / "copies.key"
    file.write_text(new_key())
    file.chmod(0o640)
    with pytest.raises(SettingsError, match=f"number 1: .*chmod 600 {file}"):
        read_keys([str(file)])


def test_a_file_may_hold_several_keys_one_a_line(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    file = tmp_path / "copies.keys"
    file.touch(mode=0o600)
    file.write_text(f"{new}\n{old}\n\n")
    assert read_keys([str(file)]) == read_keys([new, old])
    file.write_text(f"{new}\nnonsense\n")
    with pytest.raises(SettingsError, match="number 1"):
        read_keys([str(file)])
