"""The portal's role adds and reads lines of its audit, and can do nothing else to them."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

from myedu.kit.migrate import MigrationError
from myedu.portal.audit.service import can_change
from myedu.portal.database_roles import PROGRAM_ROLE, migrate_portal
from tests.conftest import Server, as_owner

LINE = "INSERT INTO audit.lines (at, actor_relation, action) VALUES (now(), 'system', 'diary.read')"
DENIED = psycopg.errors.InsufficientPrivilege


@pytest.fixture(scope="module")
def url(fresh_database: Callable[..., str]) -> str:
    return fresh_database("myedu.portal")


@pytest.fixture
def program(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(LINE)
        yield conn


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit.lines SET action = 'diary.tick'",
        "DELETE FROM audit.lines",
        "TRUNCATE audit.lines",
        "TRUNCATE people.persons, audit.lines",
        "MERGE INTO audit.lines line USING (SELECT 1) one ON true WHEN MATCHED THEN DELETE",
        "INSERT INTO audit.lines (id, at, actor_relation, action) OVERRIDING SYSTEM VALUE"
        " VALUES (1, now(), 'system', 'diary.read')",
        "INSERT INTO audit.lines (recorded_at, at, actor_relation, action)"
        " VALUES (now(), now(), 'system', 'diary.read')",
        "INSERT INTO audit.lines (at, actor_relation, action) VALUES (now(), 'system', 'diary.read')"
        " ON CONFLICT (id) DO UPDATE SET action = 'diary.tick'",
        "SELECT FROM audit.lines FOR UPDATE",
        "BEGIN; LOCK TABLE audit.lines IN ACCESS EXCLUSIVE MODE",
        "ALTER TABLE audit.lines DISABLE TRIGGER append_only",
        "ALTER TABLE audit.lines DISABLE TRIGGER ALL",
        "ALTER TABLE audit.lines ADD COLUMN note text",
        "ALTER TABLE audit.lines OWNER TO CURRENT_USER",
        "ALTER TABLE audit.lines RENAME TO old_lines",
        "ALTER TABLE audit.lines SET SCHEMA people",
        "CREATE TRIGGER changed BEFORE INSERT ON audit.lines FOR EACH ROW"
        " EXECUTE FUNCTION audit.refuse_change()",
        "CREATE RULE lost AS ON INSERT TO audit.lines DO INSTEAD NOTHING",
        "CREATE POLICY hidden ON audit.lines USING (false)",
        "CREATE INDEX ON audit.lines (action)",
        "DROP TRIGGER append_only ON audit.lines",
        "DROP TABLE audit.lines",
        "DROP SCHEMA audit CASCADE",
        "ALTER SCHEMA audit RENAME TO old",
        "CREATE TABLE audit.lines_of_today (LIKE audit.lines)",
        "CREATE TABLE people.lines () INHERITS (audit.lines)",
        "ALTER TABLE people.systems INHERIT audit.lines",
        "ALTER FUNCTION audit.refuse_change() OWNER TO CURRENT_USER",
        "CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE sql AS ''",
        "DROP FUNCTION audit.refuse_change() CASCADE",
        "SELECT setval(pg_get_serial_sequence('audit.lines', 'id'), 1)",
        "SELECT nextval(pg_get_serial_sequence('audit.lines', 'id'))",
        "REVOKE ALL ON audit.lines FROM PUBLIC; GRANT DELETE ON audit.lines TO CURRENT_USER",
        "SET session_replication_role = 'replica'",
        "CREATE SCHEMA other",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION people.open_region(of_region text) RETURNS void LANGUAGE sql AS ''",
        "DROP FUNCTION identity.viewer_of(bytea, timestamptz)",
        "ALTER TABLE identity.accounts DISABLE TRIGGER ALL",
        "DROP TABLE identity.login_sessions",
        "DELETE FROM public.schema_migration",
        "COPY audit.lines (id) FROM STDIN",
    ],
)
def test_the_portal_cannot_change_its_audit(program: psycopg.Connection, statement: str) -> None:
    before = program.execute("SELECT count(*), max(id) FROM audit.lines").fetchone()
    # Without the right to grant, GRANT is a warning and does nothing.
    try:
        program.execute(statement)
    except (DENIED, psycopg.errors.InvalidTableDefinition):
        pass
    else:
        assert statement.startswith("REVOKE"), statement
    program.rollback()
    assert program.execute("SELECT count(*), max(id) FROM audit.lines").fetchone() == before
    with pytest.raises(DENIED):
        program.execute("DELETE FROM audit.lines")


def test_the_portal_cannot_become_the_owner(program: psycopg.Connection, url: str) -> None:
    with psycopg.connect(as_owner(url)) as conn:
        (owner,) = conn.execute("SELECT current_user").fetchone() or ("",)
    for statement in (f'SET ROLE "{owner}"', f'SET SESSION AUTHORIZATION "{owner}"'):
        with pytest.raises(DENIED):
            program.execute(statement)
    program.execute("RESET ROLE")
    assert program.execute("SELECT current_user").fetchone() == (PROGRAM_ROLE,)


def test_no_function_runs_with_the_rights_of_its_owner(program: psycopg.Connection) -> None:
    """One that did could be called by the portal to change the audit."""
    definers = program.execute(
        "SELECT oid::regprocedure FROM pg_proc WHERE prosecdef AND pronamespace::regnamespace::text"
        " NOT IN ('pg_catalog', 'information_schema')"
    )
    assert definers.fetchall() == []


def test_the_time_at_which_a_line_was_written_is_the_servers(program: psycopg.Connection) -> None:
    found = program.execute(
        "INSERT INTO audit.lines (at, actor_relation, action) VALUES ('2001-01-01', 'system', 'diary.read')"
        " RETURNING recorded_at > now() - interval '1 minute'"
    )
    assert found.fetchone() == (True,)


def test_the_owner_can_still_not_change_lines_by_mistake(url: str, program: psycopg.Connection) -> None:
    with psycopg.connect(as_owner(url)) as conn, pytest.raises(DENIED, match="append-only"):
        conn.execute("DELETE FROM audit.lines")


def test_migrating_again_grants_again(url: str, program: psycopg.Connection) -> None:
    with psycopg.connect(as_owner(url)) as conn:
        conn.execute("CREATE TABLE people.later (id int); CREATE TABLE diary.later (id int)")
    with pytest.raises(DENIED):
        program.execute("SELECT FROM people.later")
    assert migrate_portal(as_owner(url), url) == []
    program.execute("DROP TABLE people.later; INSERT INTO diary.later VALUES (1)")
    with pytest.raises(DENIED):
        program.execute("DROP TABLE diary.later")


@pytest.mark.parametrize(
    ("change", "back", "words"),
    [
        ("ALTER ROLE {0} SUPERUSER", "ALTER ROLE {0} NOSUPERUSER", "NOSUPERUSER"),
        ("GRANT {1} TO {0}", "REVOKE {1} FROM {0}", "is a member of"),
        ("GRANT pg_write_all_data TO {0}", "REVOKE pg_write_all_data FROM {0}", "may write everything"),
        ("ALTER DATABASE {2} OWNER TO {0}", "ALTER DATABASE {2} OWNER TO {1}", "owns the database"),
        (
            "CREATE FUNCTION people.f() RETURNS int LANGUAGE sql AS 'SELECT 1';"
            " ALTER FUNCTION people.f() OWNER TO {0}",
            "DROP FUNCTION people.f()",
            "has made the function",
        ),
    ],
)
def test_a_role_that_is_not_apart_is_refused(url: str, change: str, back: str, words: str) -> None:
    with psycopg.connect(as_owner(url), autocommit=True) as conn:
        found = conn.execute("SELECT current_user, current_database()").fetchone()
        names = [f'"{name}"' for name in (PROGRAM_ROLE, *(found or ()))]
        conn.execute(change.format(*names))
        try:
            with pytest.raises(MigrationError, match=words):
                migrate_portal(as_owner(url), url)
        finally:
            conn.execute(back.format(*names))
    assert migrate_portal(as_owner(url), url) == []


async def test_the_portal_warns_of_a_role_that_could_change_the_audit(url: str) -> None:
    for address, found in ((url, False), (as_owner(url), True)):
        async with await psycopg.AsyncConnection.connect(address) as conn:
            assert await can_change(conn) is found


def test_one_role_by_two_addresses(url: str) -> None:
    owner = as_owner(url)
    with pytest.raises(MigrationError, match="both addresses log in as"):
        migrate_portal(owner, psycopg.conninfo.make_conninfo(owner, application_name="other"))


def test_another_database(url: str, fresh_database: Callable[..., str]) -> None:
    with pytest.raises(MigrationError, match="name the same one"):
        migrate_portal(as_owner(url), fresh_database("myedu.portal"))


def test_an_ordinary_owner_takes_an_audit_that_was_the_portals(
    postgres: Server, fresh_database: Callable[..., str]
) -> None:
    """The upgrade of a database that has had one role: docs/operations/database-roles.md."""
    name = psycopg.conninfo.conninfo_to_dict(fresh_database())["dbname"]
    one_role = postgres.url(str(name), PROGRAM_ROLE)
    with psycopg.connect(postgres.url(str(name)), autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{name}" OWNER TO {PROGRAM_ROLE}')
        admin.execute(f"GRANT CREATE ON SCHEMA public TO {PROGRAM_ROLE}")
        migrate_portal(one_role, one_role)
        with psycopg.connect(one_role) as conn:
            conn.execute(LINE)
        admin.execute("DROP ROLE IF EXISTS myedu_owner; CREATE ROLE myedu_owner")
        admin.execute(f"GRANT {PROGRAM_ROLE} TO myedu_owner")
        admin.execute(f'ALTER DATABASE "{name}" OWNER TO myedu_owner')
        admin.execute("SET ROLE myedu_owner")
        owner = psycopg.conninfo.make_conninfo(postgres.url(str(name)), options="-c role=myedu_owner")
        migrate_portal(owner, one_role)
        with psycopg.connect(one_role, autocommit=True) as conn:
            conn.execute(LINE)
            for statement in ("DELETE FROM audit.lines", "DROP SCHEMA audit CASCADE"):
                with pytest.raises(DENIED):
                    conn.execute(statement)
        admin.execute("RESET ROLE")
