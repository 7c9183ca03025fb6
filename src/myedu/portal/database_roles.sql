-- name: role_problem
-- Why the portal's role isn't apart from the owner, which is connected now; NULL if it is.
WITH roles AS (
    SELECT program.rolname AS program, program.oid AS program_oid, program.rolsuper, program.rolcreaterole,
        owner.rolname AS owner, owner.rolsuper AS owner_is_super,
        (SELECT datdba FROM pg_database WHERE datname = current_database()) AS database_owner
    FROM pg_roles program, pg_roles owner
    WHERE program.rolname = %(program)s AND owner.rolname = current_user
)
SELECT CASE
    WHEN current_database() <> %(database)s
        THEN 'MYEDU_MIGRATE_DATABASE_URL names the database ' || current_database()
            || ' and MYEDU_DATABASE_URL ' || %(database)s || ': name the same one in both'
    WHEN program = owner
        THEN 'both addresses log in as ' || program
            || ': make a role of its own for the portal, see docs/operations/database-roles.md'
    WHEN rolsuper OR rolcreaterole
        THEN program || ' may do everything here, so it could change the audit: ALTER ROLE ' || quote_ident(program)
            || ' NOSUPERUSER NOCREATEROLE'
    WHEN pg_has_role(program, owner, 'MEMBER')
        THEN program || ' is a member of ' || owner || ', so it could change the audit: REVOKE '
            || quote_ident(owner) || ' FROM ' || quote_ident(program)
    WHEN database_owner = program_oid
        THEN program || ' owns the database, so it could drop it: ALTER DATABASE '
            || quote_ident(current_database()) || ' OWNER TO ' || quote_ident(owner)
    WHEN EXISTS (
        SELECT FROM pg_roles power
        WHERE power.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_execute_server_program')
            AND pg_has_role(program_oid, power.oid, 'MEMBER')
    )
        THEN program || ' has a role of PostgreSQL that may write everything: REVOKE pg_write_all_data,'
            || ' pg_write_server_files, pg_execute_server_program FROM ' || quote_ident(program)
    -- A migration runs as the owner, and so would a function in a trigger or a default.
    WHEN EXISTS (SELECT FROM pg_proc WHERE proowner = program_oid) AND EXISTS (
        SELECT FROM pg_namespace WHERE nspname = 'audit' AND nspowner <> program_oid
    )
        THEN program || ' has made the function ' || (
            SELECT min(oid::regprocedure::text) FROM pg_proc WHERE proowner = program_oid
        ) || ', which a migration could run as ' || owner || ': drop it, or give it to ' || owner
    WHEN NOT owner_is_super AND NOT pg_has_role(owner, program, 'USAGE')
        THEN owner || ' can''t give tables to ' || program || ': GRANT ' || quote_ident(program) || ' TO '
            || quote_ident(owner)
END
FROM roles

-- name: schemas
-- The schemas of the portal's rooms but the audit's.
SELECT nspname FROM pg_namespace
WHERE nspname NOT IN ('audit', 'public', 'information_schema') AND nspname NOT LIKE 'pg\_%%'

-- name: things_to_take
-- Statements that make the role that is connected now the owner of all but the tables in the given schemas.
WITH rooms AS (
    SELECT oid, nspname, nspowner FROM pg_namespace
    WHERE nspname NOT IN ('public', 'information_schema') AND nspname NOT LIKE 'pg\_%%'
)
SELECT format('ALTER SCHEMA %%I OWNER TO %%I', nspname, current_user)
FROM rooms
WHERE nspowner <> current_user::regrole
UNION ALL
SELECT format('ALTER %%s %%I.%%I OWNER TO %%I',
    CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, nspname, relname, current_user)
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE (
        relnamespace IN (SELECT oid FROM rooms WHERE nspname <> ALL(%(schemas)s))
        OR (nspname = 'public' AND relname = 'schema_migration')
    )
    AND relkind IN ('r', 'p', 'v', 'S') AND relowner <> current_user::regrole
    -- The sequence of a column goes with its table.
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE pg_depend.classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')
            AND refclassid = 'pg_class'::regclass AND relkind = 'S'
    )
UNION ALL
SELECT format('ALTER FUNCTION %%s OWNER TO %%I', pg_proc.oid::regprocedure, current_user)
FROM pg_proc
WHERE pronamespace IN (SELECT oid FROM rooms) AND proowner <> current_user::regrole
UNION ALL
SELECT format('ALTER TYPE %%s OWNER TO %%I', pg_type.oid::regtype, current_user)
FROM pg_type
WHERE typnamespace IN (SELECT oid FROM rooms) AND typtype = 'e' AND typowner <> current_user::regrole

-- name: tables_to_give
-- Statements that give the portal's role the tables of these schemas, whose partitions it makes.
SELECT format('ALTER %%s %%I.%%I OWNER TO %%I',
    CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, nspname, relname, %(program)s::text)
FROM pg_class
JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE nspname = ANY(%(schemas)s) AND relkind IN ('r', 'p', 'v', 'S') AND relowner <> %(program)s::text::regrole
    -- The sequence of a column goes with its table.
    AND NOT EXISTS (
        SELECT FROM pg_depend
        WHERE pg_depend.classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype IN ('a', 'i')
            AND refclassid = 'pg_class'::regclass AND relkind = 'S'
    )
