-- The import's own tables leave the schema people: staging and undo tables are in exports now. Old programs go on
-- beside it until 0017_post_import.sql: their staging stays, and their undo tables are views.

-- Who is erased in the transaction under way. Each room erases what it keeps of these persons; nothing of it is ever
-- committed.
CREATE UNLOGGED TABLE people.erased (
    region text NOT NULL,
    system_id text NOT NULL,
    person_id text NOT NULL,
    public_id uuid NOT NULL,
    snils text,
    PRIMARY KEY (person_id, system_id, region)
);

CREATE FUNCTION people.erased_persons(of_region text, of_system text)
RETURNS TABLE (person_id text, public_id uuid, snils text)
LANGUAGE sql STABLE AS $$
    SELECT erased.person_id, erased.public_id, erased.snils FROM people.erased
    WHERE erased.region = of_region AND erased.system_id = of_system
$$;

-- A partition that a region's first package is copied straight into and checked in. It has the columns of staging
-- until it is attached; what is the same in every row is a default, so that it needn't be copied.
CREATE FUNCTION people.create_unindexed_partition(parent text, of_region text, of_system text, of_export uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM people.make_part(parent, of_region);
    EXECUTE format(
        'ALTER TABLE people.%I ADD line bigint NOT NULL, ADD deleted boolean NOT NULL,'
        ' ALTER region SET DEFAULT %L, ALTER system_id SET DEFAULT %L, ALTER export_id SET DEFAULT %L',
        parent || '_r' || of_region, of_region, of_system, of_export
    );
END
$$;

CREATE FUNCTION people.attach_unindexed_partition(parent text, of_region text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DELETE FROM people.%I WHERE deleted', parent || '_r' || of_region);
    EXECUTE format(
        'ALTER TABLE people.%I DROP line, DROP deleted,'
        ' ALTER region DROP DEFAULT, ALTER system_id DROP DEFAULT, ALTER export_id DROP DEFAULT',
        parent || '_r' || of_region
    );
    PERFORM people.attach_part(parent, of_region);
END
$$;

-- Staging: tables of this shape for each region (exports.staging_persons_r25), unlogged: an import that was cut short
-- begins again from the package's files. One package at a time, by the region's lock, so no row names its system.
CREATE TABLE exports.staging_organizations (
    id text NOT NULL,
    name text,
    kind text,
    time_zone text,
    short_name text,
    inn text,
    ogrn text,
    kpp text,
    oktmo text,
    esia_oid text,
    address text,
    email text,
    phone text,
    site text,
    parent_id text,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_periods (
    id text NOT NULL,
    organization_id text,
    academic_year integer,
    kind text,
    number integer,
    name text,
    starts_on date,
    ends_on date,
    parent_id text,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_groups (
    id text NOT NULL,
    organization_id text,
    academic_year integer,
    kind text,
    name text,
    grade integer,
    letter text,
    shift integer,
    parent_id text,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_subjects (
    id text NOT NULL,
    organization_id text,
    name text,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_persons (
    id text NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    birth_date date,
    sex text,
    snils text,
    esia_oid text,
    updated_at timestamptz NOT NULL,
    digest bigint,
    -- Made by the importing process: the server would make them one by one, which takes longer.
    public_id uuid,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_enrollments (
    id text NOT NULL,
    person_id text,
    organization_id text,
    group_id text,
    starts_on date,
    ends_on date,
    status text,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_guardianships (
    id text NOT NULL,
    guardian_id text,
    child_id text,
    starts_on date,
    relation text,
    verified_at timestamptz,
    ends_on date,
    revoked_at timestamptz,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_staff (
    id text NOT NULL,
    person_id text,
    organization_id text,
    role text,
    position text,
    starts_on date,
    ends_on date,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_teaching (
    id text NOT NULL,
    staff_id text,
    group_id text,
    subject_id text,
    starts_on date,
    ends_on date,
    updated_at timestamptz NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

-- All rows of a full package's files, with as much as shows which of them are held unchanged.
CREATE TABLE exports.staging_seen (
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint NOT NULL,
    -- NULL: a tombstone.
    digest bigint
);

-- What differs: a line of the file, or a held row that the file lacks (no line).
CREATE TABLE exports.staging_differences (
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint
);
CREATE INDEX staging_differences_line ON exports.staging_differences (table_name, line);

CREATE TABLE exports.staging_changes (
    table_name text NOT NULL,
    id text NOT NULL,
    -- stamped: the row is the same, only its digest differs.
    change text NOT NULL CHECK (change IN ('added', 'changed', 'archived', 'restored', 'erased', 'stamped')),
    -- Which columns a changed row has otherwise, and whether a known SNILS or birth date changes.
    fields text[],
    identity boolean NOT NULL DEFAULT false,
    -- Where the held row is: compared and changed in one transaction, in which its table can't be rewritten.
    held_at tid
);

-- Rows of the package with an error: their held versions stay.
CREATE TABLE exports.staging_rejected (
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint NOT NULL
);

-- Problems that only the whole package shows; they go into exports.problems.
CREATE TABLE exports.staging_findings (
    table_name text NOT NULL,
    line bigint NOT NULL,
    field text NOT NULL,
    code text NOT NULL,
    severity text NOT NULL,
    detail text
);

-- Guardianship links that may be part of a cycle; the rest is pruned.
CREATE TABLE exports.staging_cycles (
    guardian_id text NOT NULL,
    child_id text NOT NULL
);

-- Unchanged held rows that have to be checked again, because the package changes what they were checked by.
CREATE TABLE exports.staging_affected (
    table_name text NOT NULL,
    id text NOT NULL
);

-- Rows as they were before the last package of their system changed or removed them, by region.
ALTER TABLE people.undo_organizations SET SCHEMA exports;
ALTER TABLE people.undo_periods SET SCHEMA exports;
ALTER TABLE people.undo_groups SET SCHEMA exports;
ALTER TABLE people.undo_subjects SET SCHEMA exports;
ALTER TABLE people.undo_persons SET SCHEMA exports;
ALTER TABLE people.undo_enrollments SET SCHEMA exports;
ALTER TABLE people.undo_guardianships SET SCHEMA exports;
ALTER TABLE people.undo_staff SET SCHEMA exports;
ALTER TABLE people.undo_teaching SET SCHEMA exports;
DO $$
DECLARE
    part text;
BEGIN
    FOR part IN
        SELECT child.relname FROM pg_inherits
        JOIN pg_class parent ON parent.oid = inhparent
        JOIN pg_class child ON child.oid = inhrelid
        WHERE parent.relnamespace = 'exports'::regnamespace AND parent.relname LIKE 'undo\_%'
    LOOP
        EXECUTE format('ALTER TABLE people.%I SET SCHEMA exports', part);
    END LOOP;
    -- For old programs; simple views can be written to.
    FOR part IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'exports'::regnamespace AND relname LIKE 'undo\_%' AND relkind IN ('r', 'p')
    LOOP
        EXECUTE format('CREATE VIEW people.%I AS SELECT * FROM exports.%I', part, part);
    END LOOP;
END
$$;

-- A region's staging tables and its partitions of the undo tables, if they are missing. Attaching a partition keeps
-- no reader and no other region's writer waiting, as CREATE TABLE … PARTITION OF would.
CREATE FUNCTION exports.open_region(of_region text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    shape text;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('exports.open_region ' || of_region, 0));
    FOR shape IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'exports'::regnamespace
            AND (relkind = 'r' AND relname ~ '^staging_[a-z]+$' OR relkind = 'p' AND relname LIKE 'undo\_%')
            AND to_regclass(format('exports.%I', relname || '_r' || of_region)) IS NULL
        ORDER BY relname
    LOOP
        part := shape || '_r' || of_region;
        IF starts_with(shape, 'staging_') THEN
            EXECUTE format('CREATE UNLOGGED TABLE exports.%I (LIKE exports.%I INCLUDING ALL)', part, shape);
        ELSE
            EXECUTE format('CREATE TABLE exports.%I (LIKE exports.%I INCLUDING CONSTRAINTS)', part, shape);
            EXECUTE format(
                'ALTER TABLE exports.%I ATTACH PARTITION exports.%I FOR VALUES IN (%L)', shape, part, of_region
            );
        END IF;
    END LOOP;
END
$$;

-- TRUNCATE is quicker for many rows and leaves nothing to vacuum; DELETE is for few. The tables stay locked to the
-- transaction's end.
CREATE FUNCTION exports.clear_staging(of_region text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part oid;
BEGIN
    FOR part IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'exports'::regnamespace AND c.relkind = 'r'
            AND c.relname ~ ('^staging_[a-z]+_r' || of_region || '$') AND pg_relation_size(c.oid) > 0
    LOOP
        EXECUTE format(
            CASE WHEN pg_relation_size(part) > 1000000 THEN 'TRUNCATE %s' ELSE 'DELETE FROM %s' END, part::regclass
        );
    END LOOP;
END
$$;

-- As before; for old programs it opens a new region's undo tables too, and names them in people.
CREATE OR REPLACE FUNCTION people.open_region(of_region text, names text DEFAULT '%')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('people.open_region ' || of_region, 0));
    FOR parent IN
        SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE c.relnamespace = 'people'::regnamespace AND c.relname LIKE names
            AND to_regclass(format('people.%I', c.relname || '_r' || of_region)) IS NULL
        ORDER BY c.relname
    LOOP
        PERFORM people.make_part(parent, of_region);
        PERFORM people.attach_part(parent, of_region);
    END LOOP;
    IF 'undo_persons' LIKE names THEN
        PERFORM exports.open_region(of_region);
        FOR parent IN
            SELECT relname FROM pg_class
            WHERE relnamespace = 'exports'::regnamespace AND relkind = 'r'
                AND relname ~ ('^undo_[a-z]+_r' || of_region || '$')
                AND to_regclass(format('people.%I', relname)) IS NULL
        LOOP
            EXECUTE format('CREATE VIEW people.%I AS SELECT * FROM exports.%I', parent, parent);
        END LOOP;
    END IF;
END
$$;
