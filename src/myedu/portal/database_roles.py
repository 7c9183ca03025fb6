"""Two roles of PostgreSQL: the owner of the tables, which migrates, and the portal's own, which can't.

The audit is worth as much as it is out of reach of the programs that write it. So their role may add lines
and read them, and nothing else: only the owner could change, drop or disable anything there.
"""

import psycopg
from psycopg.sql import SQL, Identifier

from myedu.kit.migrate import MigrationError, migrate
from myedu.kit.sql import load_queries

PROGRAM_ROLE = "myedu_portal"
"""The role's name where it is made for the portal: with the embedded PostgreSQL."""

IMPORT_SCHEMAS = ("people", "exports")
"""Their tables belong to the portal's role: an import makes, attaches and analyses partitions of them."""
_LINE = ("at", "actor_account", "actor_relation", "action", "region", "system_id", "person_id", "detail")
"""What a program says of a line. Its number and the time at which it was written are PostgreSQL's."""

_AUDIT = (
    "REVOKE ALL ON SCHEMA audit FROM PUBLIC, {0}",
    "REVOKE ALL ON ALL TABLES IN SCHEMA audit FROM PUBLIC, {0}",
    "REVOKE ALL ON ALL SEQUENCES IN SCHEMA audit FROM PUBLIC, {0}",
    "GRANT USAGE ON SCHEMA audit TO {0}",
    "GRANT SELECT, INSERT ({1}) ON audit.lines TO {0}",
    "GRANT SELECT ON public.schema_migration TO {0}",
)
_USED = (
    "GRANT USAGE ON SCHEMA {0} TO {1}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {0} TO {1}",
    "GRANT USAGE ON ALL SEQUENCES IN SCHEMA {0} TO {1}",
    "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {0} TO {1}",
)
_MAKES = "GRANT CREATE ON SCHEMA {0} TO {1}"

_queries = load_queries("myedu.portal", "database_roles.sql")
_PACKAGE = "myedu.portal"


def migrate_portal(owner_url: str, program_url: str, *, only_pre: bool = False) -> list[str]:
    """Apply the migrations as the owner, then let the portal's role do what it needs; the names applied.

    With one address for both nothing is granted: then the portal could change its own audit. Raises
    MigrationError.
    """
    if owner_url == program_url:
        return migrate(owner_url, _PACKAGE, only_pre=only_pre)
    program, database = _who(program_url)
    with psycopg.connect(owner_url) as conn:
        _check(conn, program, database)
        _take(conn)
    applied = migrate(owner_url, _PACKAGE, only_pre=only_pre)
    with psycopg.connect(owner_url) as conn:
        _grant(conn, program)
    return applied


def _who(url: str) -> tuple[str, str]:
    with psycopg.connect(url) as conn:
        found: tuple[str, str] | None = conn.execute("SELECT current_user, current_database()").fetchone()
    assert found is not None
    return found


def _check(conn: psycopg.Connection, program: str, database: str) -> None:
    """Raises MigrationError where the portal's role would be able to make itself the owner."""
    cursor = conn.execute(_queries.role_problem.text, {"program": program, "database": database})
    problem = cursor.fetchone()
    if problem is not None and problem[0]:
        raise MigrationError(str(problem[0]))


def _take(conn: psycopg.Connection) -> None:
    """A database that has had one role until now: everything there belongs to the portal's."""
    for (statement,) in conn.execute(
        _queries.things_to_take.text, {"schemas": list(IMPORT_SCHEMAS)}
    ).fetchall():
        conn.execute(statement)


def _grant(conn: psycopg.Connection, program: str) -> None:
    """In one transaction, again after each migration: a table that it made belongs to the owner so far."""
    role, line = Identifier(program), SQL(", ").join(map(Identifier, _LINE))
    for statement in _AUDIT:
        conn.execute(SQL(statement).format(role, line))
    for (schema,) in conn.execute(_queries.schemas.text, {}).fetchall():
        for statement in (*_USED, _MAKES) if schema in IMPORT_SCHEMAS else _USED:
            conn.execute(SQL(statement).format(Identifier(schema), role))
    given = {"schemas": list(IMPORT_SCHEMAS), "program": program}
    for (statement,) in conn.execute(_queries.tables_to_give.text, given).fetchall():
        conn.execute(statement)
