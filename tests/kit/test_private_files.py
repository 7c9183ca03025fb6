"""Files that only their owner may read."""

import os
import stat
from pathlib import Path

import pytest

from myedu.kit.private_files import (
    NotPrivate,
    check_private,
    make_private_folder,
    open_private,
    write_private,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_file_is_its_owners_also_if_it_was_there_before(tmp_path: Path) -> None:
    path = tmp_path / "persons.csv.part"
    path.write_bytes(b"a")
    path.chmod(0o644)
    with open(path, "ab", opener=open_private) as file:
        file.write(b"b")
    assert (path.read_bytes(), mode(path)) == (b"ab", 0o600)
    write_private(tmp_path / "manifest.json", b"{}")
    assert mode(tmp_path / "manifest.json") == 0o600


def test_folders_of_the_spool_are_its_owners_and_those_above_it_are_left(tmp_path: Path) -> None:
    spool = tmp_path / "run" / "spool"
    (spool / "s").mkdir(parents=True)
    (spool / "s").chmod(0o755)
    tmp_path.chmod(0o755)
    make_private_folder(spool / "s" / "package", spool)
    assert [mode(place) for place in (spool / "s", spool / "s" / "package", tmp_path)] == [
        0o700,
        0o700,
        0o755,
    ]
    fresh = tmp_path / "other" / "spool"
    make_private_folder(fresh / "s" / "package", fresh)
    assert [mode(place) for place in (fresh, fresh / "s", fresh / "s" / "package")] == [0o700] * 3


@pytest.mark.parametrize("rights", [0o600, 0o400, 0o700])
def test_a_key_of_its_owner_alone_is_private(tmp_path: Path, rights: int) -> None:
    key = tmp_path / "key.pem"
    key.write_text("key")
    key.chmod(rights)
    check_private(key)


@pytest.mark.parametrize("rights", [0o640, 0o604, 0o644, 0o660, 0o606])
def test_a_key_that_others_can_read_is_refused_with_the_way_out(
    tmp_path: Path, rights: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = tmp_path / "key.pem"
    key.write_text("key")
    key.chmod(rights)
    with pytest.raises(NotPrivate, match=rf"\(mode {rights:o}\): chmod 600 {key}"):
        check_private(key)
    monkeypatch.setenv("MYEDU_LANG", "ru")
    with pytest.raises(NotPrivate, match=f"могут прочитать другие.*chmod 600 {key}"):
        check_private(key)
    link = tmp_path / "link.pem"  # as in a volume of Kubernetes
    link.symlink_to(key)
    with pytest.raises(NotPrivate):
        check_private(link)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
@pytest.mark.parametrize(
    ("rights", "accepted"), [(0o440, True), (0o640, True), (0o660, False), (0o444, False)]
)
def test_a_key_of_another_user_may_be_read_by_a_group(tmp_path: Path, rights: int, accepted: bool) -> None:
    """root:myedu 0640, and what Kubernetes mounts with fsGroup."""
    key = tmp_path / "key.pem"
    key.write_text("key")
    os.chown(key, 12345, 12345)
    key.chmod(rights)
    if accepted:
        check_private(key)
    else:
        with pytest.raises(NotPrivate):
            check_private(key)


def test_what_is_no_file_has_no_rights_to_check() -> None:
    check_private(Path(os.devnull))


def test_a_file_of_a_read_only_mount_is_its_orchestrators(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Docker mounts secrets read-only with mode 0444."""
    key = tmp_path / "key.pem"
    key.write_text("key")
    key.chmod(0o444)
    place = os.statvfs(key)
    monkeypatch.setattr(os, "statvfs", lambda path: os.statvfs_result((*place[:8], os.ST_RDONLY, *place[9:])))
    check_private(key)
