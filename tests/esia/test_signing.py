"""Keys, signatures and hashes, RSA and GOST; GOST is skipped if openssl has no engine."""

import hashlib
import stat
from pathlib import Path

import pytest

from myedu.esia.signing import (
    KeyFiles,
    OpensslFailed,
    SigningUnavailable,
    base64url,
    certificate_der,
    certificate_hash,
    from_any_base64,
    gost_available,
    load_signer,
    load_verifier,
    make_rsa_keys,
    verify_cms,
)
from myedu.esia.signing.openssl import require_gost, run_openssl
from myedu.kit.private_files import NotPrivate
from tests.esia.conftest import Keys

MESSAGE = b"openid2026.11.23 09:00:00 +0000MYEDU"
KINDS = pytest.mark.parametrize("kind", ["rsa", "gost"])


def files_of(keys: Keys, kind: str) -> KeyFiles:
    files = keys.rsa if kind == "rsa" else keys.gost
    if files is None:
        pytest.skip("openssl has no GOST engine here: install libengine-gost-openssl")
    return files


@KINDS
def test_a_bare_signature(keys: Keys, kind: str, tmp_path: Path) -> None:
    files = files_of(keys, kind)
    signer = load_signer(files)
    signature = signer.sign_raw(MESSAGE)
    assert len(signature) == {"rsa": 256, "gost": 64}[kind]
    key_only = tmp_path / "public.pem"
    pem = Path(files.certificate).read_bytes()
    key_only.write_bytes(run_openssl("x509", "-pubkey", "-noout", stdin=pem, gost=kind == "gost"))
    for path in (files.certificate, str(key_only)):
        verifier = load_verifier(path)
        assert verifier.algorithm == signer.algorithm
        assert verifier.verify_raw(signature, MESSAGE)
        assert not verifier.verify_raw(signature, MESSAGE + b" ")
        assert not verifier.verify_raw(signature[::-1], MESSAGE)  # CryptoPro's byte order is not ours
        assert not verifier.verify_raw(b"", MESSAGE)
    assert not load_verifier(keys.foreign.certificate).verify_raw(signature, MESSAGE)


@KINDS
def test_cms(keys: Keys, kind: str) -> None:
    files = files_of(keys, kind)
    cms = load_signer(files).sign_cms(MESSAGE)
    assert MESSAGE not in cms  # detached
    assert verify_cms(cms, MESSAGE, files.certificate)
    assert not verify_cms(cms, MESSAGE + b" ", files.certificate)
    assert not verify_cms(cms, MESSAGE, keys.foreign.certificate)
    assert not verify_cms(b"\x30\x00", MESSAGE, files.certificate)


@KINDS
@pytest.mark.parametrize("options", [["-nodetach"], ["-nodetach", "-noattr"], ["-noattr"], []])
def test_every_cms_that_clients_send(keys: Keys, kind: str, options: list[str]) -> None:
    files = files_of(keys, kind)
    digest = {"rsa": "sha256", "gost": "md_gost12_256"}[kind]
    cms = run_openssl(
        *("cms", "-sign", "-binary", "-outform", "DER", "-md", digest, *options),
        *("-signer", files.certificate, "-inkey", files.key),
        stdin=MESSAGE,
        gost=kind == "gost",
    )
    assert verify_cms(cms, MESSAGE, files.certificate)
    assert not verify_cms(cms, b"another message than the embedded one", files.certificate)


def test_the_hash_of_a_certificate_is_streebog_over_der(keys: Keys) -> None:
    if not gost_available():
        pytest.skip("openssl has no GOST engine here: install libengine-gost-openssl")
    der = certificate_der(keys.rsa.certificate)
    assert der[0] == 0x30
    found = certificate_hash(keys.rsa.certificate)
    assert found == found.upper()
    assert found not in (hashlib.sha256(der).hexdigest().upper(), hashlib.sha3_256(der).hexdigest().upper())
    # the first control example of RFC 6986, written the other way round as openssl writes it
    assert (
        run_openssl(
            "dgst",
            "-md_gost12_256",
            "-binary",
            stdin=b"012345678901234567890123456789012345678901234567890123456789012",
            gost=True,
        ).hex()
        == "9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"
    )


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_base64_in_every_variant(data: bytes) -> None:
    import base64

    for text in (base64url(data), base64.urlsafe_b64encode(data).decode(), base64.b64encode(data).decode()):
        assert from_any_base64(text) == data


@pytest.mark.parametrize("text", ["é", "a b", "a", "=a", "abc$"])
def test_what_is_no_base64(text: str) -> None:
    with pytest.raises(ValueError, match="not base64"):
        from_any_base64(text)


def test_a_private_key_is_for_its_owner_only(keys: Keys, tmp_path: Path) -> None:
    files = make_rsa_keys(tmp_path / "new" / "folder", "a")
    assert stat.S_IMODE(Path(files.key).stat().st_mode) == 0o600
    load_signer(files)
    Path(files.key).chmod(0o644)
    with pytest.raises(NotPrivate, match=f"chmod 600 {files.key}"):
        load_signer(files)


def test_files_that_hold_no_key(keys: Keys, tmp_path: Path) -> None:
    text = tmp_path / "text.pem"
    text.write_text("no key")
    elliptic = tmp_path / "elliptic.pem"
    elliptic.write_bytes(run_openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"))
    for file in (text, elliptic):
        file.chmod(0o600)
    for key, certificate in [
        (keys.rsa.key, str(text)),
        (str(text), keys.rsa.certificate),
        (str(elliptic), keys.rsa.certificate),
    ]:
        with pytest.raises(ValueError, match=r"(text|elliptic)\.pem"):
            load_signer(KeyFiles(key=key, certificate=certificate))
    with pytest.raises(ValueError, match=r"text\.pem"):
        load_verifier(str(text))


def test_a_machine_without_openssl(monkeypatch: pytest.MonkeyPatch, keys: Keys, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SigningUnavailable, match="Install the package openssl"):
        verify_cms(b"", MESSAGE, keys.rsa.certificate)


def test_a_machine_without_the_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENSSL_ENGINES", str(tmp_path))
    gost_available.cache_clear()
    try:
        assert not gost_available()
        with pytest.raises(SigningUnavailable, match="libengine-gost-openssl"):
            require_gost()
    finally:
        gost_available.cache_clear()


def test_openssl_says_why(keys: Keys) -> None:
    with pytest.raises(OpensslFailed, match="openssl x509"):
        run_openssl("x509", "-noout", stdin=b"nonsense")
