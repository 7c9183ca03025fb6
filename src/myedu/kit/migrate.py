"""Migrations: numbered SQL files that bring a database to the schema that the code expects.

A package keeps them as `migrations/NNNN_pre_name.sql` (before the new code is deployed) or
`NNNN_post_name.sql` (after it); one file is one transaction, and an applied file is never edited.
"""

import hashlib
import itertools
import re
from importlib.resources import files

import msgspec
import psycopg

from myedu.kit.schema import describe_schema

__all__ = ["MigrationError", "describe_schema", "migrate", "needed_migrations", "pending_migrations"]

# Any constant: concurrent migrations of a database wait for one another.
_ADVISORY_LOCK = 6_513_370_215
_FILE_NAME = re.compile(r"\d{4}_(pre|post)_[a-z0-9_]+\.sql")


class MigrationError(Exception):
    """The files and the database disagree, or a file fails; the message says what to do."""


class Migration(msgspec.Struct, frozen=True):
    """One file. `name` is `package/file`, so that several packages can share a database."""

    name: str
    text: str
    sha256: str

    @property
    def is_post(self) -> bool:
        """Whether it has to wait until the programs of the earlier version have ended."""
        return _FILE_NAME.fullmatch(self.name.rpartition("/")[2])[1] == "post"  # type: ignore[index]


def read_migrations(package: str) -> list[Migration]:
    """The package's files in the order of their numbers. Raises MigrationError for a wrong name or number."""
    folder = files(package) / "migrations"
    if not folder.is_dir():
        raise MigrationError(f"{package} has no folder migrations/: add it or migrate another package")
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    for name in names:
        if not _FILE_NAME.fullmatch(name):
            raise MigrationError(f"{package}: rename {name} to NNNN_pre_name.sql or NNNN_post_name.sql")
    for earlier, later in itertools.pairwise(names):
        if earlier[:4] == later[:4]:
            raise MigrationError(f"{package}: {earlier} and {later} share a number; renumber the newer one")
    return [_read(package, name, (folder / name).read_bytes()) for name in names]


def _read(package: str, name: str, content: bytes) -> Migration:
    return Migration(f"{package}/{name}", content.decode(), hashlib.sha256(content).hexdigest())


def migrate(url: str, package: str, *, only_pre: bool = False) -> list[str]:
    """Apply the files that are not applied yet; the names of those applied now, in order.

    `only_pre`: leave out `post` files, which the programs of the earlier version can't run with. Raises
    MigrationError, also if one of those stands before a `pre` file; files applied before the failing one stay
    applied.
    """
    migrations = read_migrations(package)
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", [_ADVISORY_LOCK])
        conn.execute(
            "CREATE TABLE IF NOT EXISTS public.schema_migration ("
            " name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now(), sha256 text NOT NULL)"
        )
        pending = _pending(conn, migrations)
        if only_pre:
            pending = _pre_of(pending)
        for migration in pending:
            _apply(conn, migration)
    return [migration.name for migration in pending]


def pending_migrations(url: str, package: str) -> list[str]:
    """The names of the files that `migrate` would apply. Raises MigrationError as it would, psycopg.Error."""
    migrations = read_migrations(package)
    with psycopg.connect(url, autocommit=True) as conn:
        known = conn.execute("SELECT to_regclass('public.schema_migration')").fetchone()
        if known == (None,):
            return [migration.name for migration in migrations]
        return [migration.name for migration in _pending(conn, migrations)]


def needed_migrations(package: str) -> tuple[str, ...]:
    """The names of the files without which the package's programs can't run: the `pre` ones."""
    return tuple(migration.name for migration in read_migrations(package) if not migration.is_post)


def _pending(conn: psycopg.Connection, migrations: list[Migration]) -> list[Migration]:
    """The files that are not applied yet. Raises MigrationError for one that was changed since."""
    applied: dict[str, str] = dict(
        conn.execute("SELECT name, sha256 FROM public.schema_migration").fetchall()
    )
    _refuse_changed(migrations, applied)
    return [migration for migration in migrations if migration.name not in applied]


def _pre_of(pending: list[Migration]) -> list[Migration]:
    """The `pre` files at the beginning. Without all of them the programs of this version can't start."""
    pre = list(itertools.takewhile(lambda migration: not migration.is_post, pending))
    if later := [migration.name for migration in pending[len(pre) :] if not migration.is_post]:
        raise MigrationError(
            f"{later[0]} comes after {pending[len(pre)].name}, which ends the upgrade before this one:"
            " run that release's `migrate` without --pre first"
        )
    return pre


def _refuse_changed(migrations: list[Migration], applied: dict[str, str]) -> None:
    for migration in migrations:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise MigrationError(
                f"{migration.name} was changed after it was applied: put its old text back"
                " and write the change as a new file with the next number"
                " (or drop the database and start again, if its data is not needed)"
            )


def _apply(conn: psycopg.Connection, migration: Migration) -> None:
    try:
        with conn.transaction():
            conn.execute(migration.text)
            conn.execute(
                "INSERT INTO public.schema_migration (name, sha256) VALUES (%s, %s)",
                [migration.name, migration.sha256],
            )
    except psycopg.Error as error:
        raise MigrationError(
            f"{migration.name} failed and nothing of it was applied: {error}; correct it and migrate again"
        ) from error
