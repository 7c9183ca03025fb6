"""What tests of every room share: one PostgreSQL a session, and quick empty databases on it."""

import itertools
import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
import pytest

from myedu.kit.migrate import migrate
from myedu.kit.postgres import EmbeddedPostgres, debian_binaries
from myedu.portal.database_roles import PROGRAM_ROLE, migrate_portal

os.environ["MYEDU_LANG"] = "en"  # tests quote what commands say, whoever runs them

FreshDatabase = Callable[..., str]


class Server(Protocol):
    """What the fixture `postgres` gives."""

    def url(self, database: str, role: str = "") -> str: ...
    def create_database(self, name: str) -> None: ...


_PASSWORD = "a-role-of-tests"


class ServerByAddress:
    """A server that somebody else runs, by the address of any of its databases."""

    def __init__(self, address: str) -> None:
        self._address = urlsplit(address)
        with psycopg.connect(address, autocommit=True) as conn:
            roles = {name for (name,) in conn.execute("SELECT rolname FROM pg_roles")}
            if PROGRAM_ROLE not in roles:
                conn.execute(f"CREATE ROLE {PROGRAM_ROLE} LOGIN PASSWORD '{_PASSWORD}'")

    def url(self, database: str, role: str = "") -> str:
        place = self._address.netloc.rpartition("@")[2]
        whose = self._address._replace(netloc=f"{role}:{_PASSWORD}@{place}") if role else self._address
        return urlunsplit(whose._replace(path="/" + quote(database, safe="")))

    def create_database(self, name: str) -> None:
        with psycopg.connect(urlunsplit(self._address), autocommit=True) as conn:
            if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                conn.execute(f'CREATE DATABASE "{name}"')


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server. MYEDU_TEST_POSTGRES chooses it: wheel (default), debian, or an address."""
    choice = os.environ.get("MYEDU_TEST_POSTGRES", "wheel")
    if "://" in choice:
        yield ServerByAddress(choice)
        return
    binaries = {"wheel": None, "debian": debian_binaries()}[choice]
    if choice == "debian" and binaries is None:
        pytest.fail(
            "MYEDU_TEST_POSTGRES=debian, and /usr/lib/postgresql has no server: apt install postgresql"
        )
    folder = tmp_path_factory.mktemp("postgres")
    with EmbeddedPostgres(folder, binaries=binaries, durable=False, roles=(PROGRAM_ROLE,)) as server:
        yield server


_OWNERS: dict[str, str] = {}


def as_owner(url: str) -> str:
    """The address of one of `fresh_database`'s databases for the role that made its tables."""
    return _OWNERS[url]


@pytest.fixture(scope="session")
def fresh_database(postgres: Server) -> Iterator[FreshDatabase]:
    """`fresh_database(package=None) -> url`: a new database, migrated with the package when one is named.

    Each package is migrated once into a template; a database is a copy of it, about 30 ms. That of the portal
    is reached as the portal's own role; `as_owner` gives the address of the owner, who made it.
    """
    # The process number keeps parallel sessions on one foreign server apart.
    prefix = f"test_{os.getpid()}"
    numbers = itertools.count(1)
    made: list[str] = []
    templates: dict[str | None, str] = {None: "template0"}

    def create(name: str, template: str) -> str:
        with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
            conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        made.append(name)
        return postgres.url(name)

    def fresh(package: str | None = None) -> str:
        role = PROGRAM_ROLE if package == "myedu.portal" else ""
        if package not in templates:
            name = f"{prefix}_template_{len(templates)}"
            owner = create(name, "template0")
            if role:
                migrate_portal(owner, postgres.url(name, role))
            else:
                migrate(owner, package)
            templates[package] = name
        name = f"{prefix}_{next(numbers)}"
        owner = create(name, templates[package])
        _OWNERS[postgres.url(name, role)] = owner
        return postgres.url(name, role)

    yield fresh
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as conn:
        for name in made:
            conn.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real inputs: MYEDU_REAL_DATA, or ../shared/data beside the checkout; skips without it."""
    root = Path(__file__).resolve().parent.parent
    folder = Path(os.environ.get("MYEDU_REAL_DATA", root.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent: set MYEDU_REAL_DATA to the folder of real data")
    return folder


@pytest.fixture(autouse=True)
def _log_of_a_program_ends_with_its_test() -> Iterator[None]:
    """A test that calls a program's `main` leaves a handler that writes to the captured stderr."""
    yield
    root = logging.getLogger()
    for handler in root.handlers[:]:
        if type(handler) is logging.StreamHandler:  # pytest's own handlers are of subclasses
            root.removeHandler(handler)
            root.setLevel(logging.WARNING)
    for name in ("uvicorn.access", "aiohttp.access"):
        logging.getLogger(name).disabled = False
