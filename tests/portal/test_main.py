"""The portal as a program: it migrates, serves, stops on a signal, and reports mistakes."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from myedu.kit.migrate import migrate
from myedu.portal.database_roles import PROGRAM_ROLE
from tests.conftest import Server
from tests.portal.conftest import COPY_KEY, Keys, free_port

NO_DATABASE = "postgresql://postgres@127.0.0.1:9/nothing"


def run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "myedu.portal", *command],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def environment(settings: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MYEDU_")}
    return {**inherited, **{f"MYEDU_{name.upper()}": value for name, value in settings.items()}}


def whole(keys: Keys, database_url: str, port: int) -> dict[str, str]:
    return {
        "database_url": database_url,
        "base_url": f"http://127.0.0.1:{port}",
        "port": str(port),
        "workers": "2",
        "esia_url": "http://127.0.0.1:9",
        "esia_client_id": "MYEDU",
        "esia_key": keys.portal.key,
        "esia_certificate": keys.portal.certificate,
        "esia_token_keys": keys.esia.certificate,
        "journal_key": keys.portal.key,
        "copy_keys": COPY_KEY,
    }


def wait_until_ready(url: str, portal: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert portal.poll() is None, "the portal has ended"
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5) as answer:
                assert answer.read() == b"ok\n"
                return
        except OSError:  # no process listens, or the request waits for the workers
            time.sleep(0.1)
    pytest.fail("the portal is not ready after 30 seconds")


def test_it_migrates_once(fresh_database: Callable[..., str]) -> None:
    url = fresh_database()
    first, second = run("migrate", database_url=url), run("migrate", database_url=url)
    assert "myedu.portal/0001_pre_audit.sql" in first.stdout.splitlines()
    assert (second.returncode, second.stdout) == (0, "nothing to apply\n")


def test_it_migrates_as_the_owner_and_works_as_its_own_role(
    fresh_database: Callable[..., str], postgres: Server
) -> None:
    owner = fresh_database()
    program = postgres.url(str(conninfo_to_dict(owner)["dbname"]), PROGRAM_ROLE)
    migrate(owner, "myedu.portal")
    system = ("register", "r25-a", "25", "Школы", "https://journal.example", "portal")
    refused = run(*system, database_url=program)
    assert refused.returncode == 1
    assert "MYEDU_MIGRATE_DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr
    done = run("migrate", database_url=program, migrate_database_url=owner)
    assert (done.returncode, done.stdout, done.stderr) == (0, "nothing to apply\n", "")
    assert run(*system, database_url=program).returncode == 0
    wrong = run(
        "migrate", database_url=make_conninfo(owner, application_name="x"), migrate_database_url=owner
    )
    assert (wrong.returncode, "both addresses log in as" in wrong.stderr) == (1, True)


def test_it_serves_with_two_workers_until_a_signal(portal_database_url: str, portal_keys: Keys) -> None:
    port = free_port()
    settings = environment(whole(portal_keys, portal_database_url, port))
    portal = subprocess.Popen(
        [sys.executable, "-m", "myedu.portal", "serve"],
        env=settings,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", portal)
        portal.send_signal(signal.SIGTERM)
        portal.wait(timeout=20)
    finally:
        if portal.poll() is None:
            os.killpg(portal.pid, signal.SIGKILL)  # its workers too
            portal.wait()


@pytest.mark.parametrize(
    ("command", "settings", "code", "words"),
    [
        ("migrate", {}, 2, "MYEDU_DATABASE_URL is not set"),
        ("migrate", {"database_url": NO_DATABASE}, 1, "correct MYEDU_DATABASE_URL"),
        ("dance", {}, 2, "usage:"),
        ("serve", {"database_url": NO_DATABASE}, 2, "MYEDU_BASE_URL is not set"),
    ],
)
def test_mistakes_are_explained(command: str, settings: dict[str, str], code: int, words: str) -> None:
    done = run(command, **settings)
    assert done.returncode == code
    assert words in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("serve", "journal_key"), ("serve", "esia_key"), ("serve", "copy_keys"),
        ("work", "journal_key"), ("work", "copy_keys"),
    ],
)  # fmt: skip
def test_a_key_that_others_can_read_is_named(
    portal_keys: Keys, portal_database_url: str, tmp_path: Path, command: str, name: str
) -> None:
    settings = whole(portal_keys, portal_database_url, 8000)
    key = tmp_path / "key.pem"
    key.write_bytes(b"copies" if name == "copy_keys" else Path(settings[name]).read_bytes())
    key.chmod(0o644)
    done = run(command, **{**settings, name: str(key)})
    assert done.returncode == 2
    assert "MYEDU_" + name.upper() in done.stderr
    assert f"chmod 600 {key}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_key_is_named(portal_keys: Keys) -> None:
    done = run("serve", **{**whole(portal_keys, NO_DATABASE, 8000), "journal_key": "/nowhere.pem"})
    assert done.returncode == 2
    assert "MYEDU_JOURNAL_KEY names /nowhere.pem" in done.stderr
    assert "Traceback" not in done.stderr
