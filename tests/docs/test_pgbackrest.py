"""docs/operations/backup.md about pgbackrest: a Debian server is destroyed and comes back at a moment."""

import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from myedu.kit.migrate import migrate
from tests.clusters import BINARIES, Cluster, own_folder, run
from tests.docs.test_backup import PAGE, actions, note
from tests.portal.conftest import free_port

_NEWEST_MAJOR = 15  # that pgbackrest 2.45 of Debian 12 knows
HEADING = "A Debian server: pgbackrest"

if shutil.which("pgbackrest") is None:
    pytest.skip(
        "this machine has no pgbackrest: `python -m tests.prepare` installs it", allow_module_level=True
    )
if BINARIES is None or int(BINARIES.parent.name) > _NEWEST_MAJOR:
    pytest.skip("this machine has no PostgreSQL 15 of Debian", allow_module_level=True)


def blocks(language: str) -> list[str]:
    section = PAGE.read_text(encoding="utf-8").split(f"## {HEADING}\n", 1)[1].split("\n## ", 1)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def cluster(place: Path) -> Iterator[Cluster]:
    """The server of the page, with its settings; only folders, port and socket are the test's."""
    server, repository, logs = (own_folder(place / name) for name in ("server", "repository", "logs"))
    port = free_port()
    settings, archive = blocks("ini")
    settings = settings.replace("/var/lib/postgresql/15/main", str(server / "data"))
    settings = settings.replace("/var/lib/pgbackrest", str(repository))
    file = place / "pgbackrest.conf"
    file.write_text(f"{settings}pg1-port={port}\npg1-socket-path={server}\npg1-user=postgres\n")
    environment = {
        "PGBACKREST_CONFIG": str(file),
        "PGBACKREST_LOG_PATH": str(logs),
        "PGBACKREST_LOCK_PATH": str(logs),
    }
    found = Cluster(server, port, environment)
    found.create(**dict(re.findall(r"^(\w+) = '?([^'\n]+)'?$", archive, re.MULTILINE)))
    found.start()
    with psycopg.connect(found.url(), autocommit=True) as conn:
        conn.execute("CREATE DATABASE portal")
    migrate(found.url("portal"), "myedu.portal")
    yield found
    found.stop()


def test_a_lost_server_comes_back_at_a_moment_and_later_whole(cluster: Cluster) -> None:
    prepare, backup, restore_moment, restore = blocks("sh")
    environment, url = cluster._environment, cluster.url("portal")

    def shell(block: str, **variables: str) -> float:
        began = time.monotonic()
        run(block, {**environment, **variables})
        return time.monotonic() - began

    shell(prepare)
    note(url, "before.backup")
    took = {"full backup": shell(backup)}
    time.sleep(1.1)  # pgbackrest counts a backup's end in whole seconds: the moment is in a later one
    note(url, "good.deed")
    with psycopg.connect(url) as conn:
        (moment,) = conn.execute("SELECT clock_timestamp()::text").fetchone() or ("",)
    time.sleep(0.1)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("DROP SCHEMA audit CASCADE")  # the mistake
    archive_the_rest(cluster)
    cluster.destroy()

    began = time.monotonic()
    shell(restore_moment, MOMENT=moment)
    cluster.start()
    cluster.wait_until_writable()
    took["restored to a moment"] = time.monotonic() - began
    assert actions(url) == ["before.backup", "good.deed"]
    assert migrate(url, "myedu.portal") == []

    shell(backup)  # at once: the page says so
    note(url, "after.restore")
    archive_the_rest(cluster)
    cluster.destroy()
    shell(restore)
    cluster.start()
    cluster.wait_until_writable()
    assert actions(url) == ["before.backup", "good.deed", "after.restore"]
    print({what: f"{seconds:.1f} s" for what, seconds in took.items()})


def archive_the_rest(cluster: Cluster) -> None:
    """All that is committed by now is in the repository."""
    with psycopg.connect(cluster.url(), autocommit=True) as conn:
        (name,) = conn.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone() or ("",)
    deadline = time.monotonic() + 60
    while not (cluster.data / "pg_wal" / "archive_status" / f"{name}.done").exists():
        assert time.monotonic() < deadline, "the log is not archived"
        time.sleep(0.1)
