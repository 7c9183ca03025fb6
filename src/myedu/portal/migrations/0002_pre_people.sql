-- Organisations, groups, persons and who answers for whom, as the export packages brought them.
-- No foreign keys: a region's rows arrive in any order of systems, and the conveyor checks references.
-- Every table of rows is cut by region: a partition is one region's night, and the region is the column by which
-- the same tables are distributed over machines (docs/operations/grow.md).
CREATE SCHEMA people;

CREATE TABLE people.systems (
    id text PRIMARY KEY CHECK (id ~ '^[a-z0-9-]{2,40}$'),
    region text NOT NULL CHECK (region ~ '^[0-9]{2}$'),
    name text NOT NULL,
    base_url text NOT NULL CHECK (base_url ~ '^https?://' AND base_url !~ '/$'),
    client_id text NOT NULL,
    -- NULL: the contract.
    profile text CHECK (profile = 'fgis-2021'),
    -- Where tokens come from, if not from base_url; the file in which the client's secret lies. A copy of the
    -- database holds no secret.
    token_url text CHECK (token_url ~ '^https?://'),
    secret_file text CHECK (secret_file ~ '^/'),
    registered_at timestamptz NOT NULL,
    paused_at timestamptz
);

CREATE TABLE people.organizations (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    -- A zone that the server doesn't know can't be stored: reading it would fail every page of the school.
    time_zone text NOT NULL CHECK (timestamptz '2000-01-01 00:00Z' AT TIME ZONE time_zone IS NOT NULL),
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
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);

CREATE TABLE people.periods (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text NOT NULL,
    academic_year integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    parent_id text,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);
CREATE INDEX periods_organization ON people.periods (region, system_id, organization_id, academic_year);

CREATE TABLE people.groups (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text NOT NULL,
    academic_year integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    grade integer,
    letter text,
    shift integer,
    parent_id text,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);

CREATE TABLE people.subjects (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text NOT NULL,
    name text NOT NULL,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);

CREATE TABLE people.persons (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    -- The child's name in addresses: says nothing about the system, the region or the person.
    -- Unique in a region by the index below; over all regions by being 122 random bits of the server's own
    -- making. A key over all partitions there can't be, and one table of all public ids would be one more write
    -- a person, on the one node that holds it.
    public_id uuid NOT NULL DEFAULT gen_random_uuid(),
    last_name text NOT NULL,
    first_name text NOT NULL,
    middle_name text,
    birth_date date,
    sex text,
    snils text CHECK (snils ~ '^[0-9]{11}$'),
    esia_oid text,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id),
    UNIQUE (public_id, region)
) PARTITION BY LIST (region);
CREATE INDEX persons_snils ON people.persons (snils) WHERE snils IS NOT NULL;
CREATE INDEX persons_esia_oid ON people.persons (esia_oid) WHERE esia_oid IS NOT NULL;

CREATE TABLE people.enrollments (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    organization_id text NOT NULL,
    group_id text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    status text,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);
CREATE INDEX enrollments_person ON people.enrollments (region, system_id, person_id);
CREATE INDEX enrollments_group ON people.enrollments (region, system_id, group_id);

CREATE TABLE people.guardianships (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    guardian_id text NOT NULL,
    child_id text NOT NULL,
    starts_on date NOT NULL,
    relation text,
    verified_at timestamptz,
    ends_on date,
    revoked_at timestamptz,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);
CREATE INDEX guardianships_guardian ON people.guardianships (region, system_id, guardian_id);
CREATE INDEX guardianships_child ON people.guardianships (region, system_id, child_id);

CREATE TABLE people.staff (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    organization_id text NOT NULL,
    role text NOT NULL,
    position text,
    starts_on date,
    ends_on date,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);
CREATE INDEX staff_person ON people.staff (region, system_id, person_id);

CREATE TABLE people.teaching (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    staff_id text NOT NULL,
    group_id text NOT NULL,
    subject_id text NOT NULL,
    starts_on date,
    ends_on date,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    export_id uuid,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);
CREATE INDEX teaching_group ON people.teaching (region, system_id, group_id);

-- A region's part of a table. Not attached it is seen by nobody and has no index, so it is filled fastest.
CREATE FUNCTION people.make_part(parent text, of_region text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE %s TABLE people.%I (LIKE people.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) %s',
        CASE WHEN starts_with(parent, 'incoming_') THEN 'UNLOGGED' END, parent || '_r' || of_region, parent,
        -- A row that a delta changes finds room on its own page, and no index is written (HOT).
        CASE WHEN parent NOT SIMILAR TO '(incoming|undo)\_%' THEN 'WITH (fillfactor = 90)' END
    );
END
$$;

-- Attaching builds the parent's keys and indexes on the part. It keeps no reader and no other region's writer
-- waiting, as CREATE TABLE … PARTITION OF would.
CREATE FUNCTION people.attach_part(parent text, of_region text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'ALTER TABLE people.%I ATTACH PARTITION people.%I FOR VALUES IN (%L)',
        parent, parent || '_r' || of_region, of_region
    );
END
$$;

-- A part that the region's first package is copied straight into and judged in: with the columns of staging, which
-- go before it is seen. What is the same in every row is its default, so that it is not copied either.
CREATE FUNCTION people.make_bare_part(parent text, of_region text, of_system text, of_export uuid)
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

CREATE FUNCTION people.attach_bare_part(parent text, of_region text) RETURNS void LANGUAGE plpgsql AS $$
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

-- How many rows a part has, for the planner; of the columns only the key, as more takes longer.
CREATE FUNCTION people.count_part(parent text, of_region text, of_columns text DEFAULT '(region, system_id, id)')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ANALYZE people.%I %s', parent || '_r' || of_region, of_columns);
END
$$;

-- Of many rows TRUNCATE is quicker and leaves nothing to vacuum; of few DELETE is. The part stays locked to the
-- transaction's end.
CREATE FUNCTION people.empty_parts(names text, of_region text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part oid;
BEGIN
    FOR part IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'people'::regnamespace AND c.relkind = 'r'
            AND c.relname LIKE names || '_r' || of_region AND pg_relation_size(c.oid) > 0
    LOOP
        EXECUTE format(
            CASE WHEN pg_relation_size(part) > 1000000 THEN 'TRUNCATE %s' ELSE 'DELETE FROM %s' END, part::regclass
        );
    END LOOP;
END
$$;

-- The parts of a region in all tables whose name matches, where they are not there yet.
CREATE FUNCTION people.open_region(of_region text, names text DEFAULT '%') RETURNS void LANGUAGE plpgsql AS $$
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
END
$$;

-- Whose guardian ESIA said a person is, at the last sign-in; replaced whole at each.
CREATE TABLE people.esia_kids (
    parent_oid text NOT NULL,
    kid_snils text NOT NULL CHECK (kid_snils ~ '^[0-9]{11}$'),
    kid_oid text,
    birth_date date NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (parent_oid, kid_snils)
);

-- The one door: the children whom this viewer may see at this instant, a row each.
--
-- One SELECT, STABLE and without SET, so that PostgreSQL inlines it into the query around it: a condition on
-- `child` outside reaches the index on persons.public_id. Every date is the school's own local date.
--   self      the viewer's own record, at any age
--   guardian  by the export, or by what ESIA said at the last sign-in; until the child's 18th birthday
-- A revocation in the export closes links of that pair which began before it, ESIA's word included; an end in
-- the export also wins over ESIA. A closed link stays closed when a later export no longer names it.
-- A child without a known birth date can't be shown to be a minor, so no guardian sees it.
-- `me` and `given` are read once; a child whom both the export and ESIA name goes through its schools once.
CREATE FUNCTION people.visible_students(
    viewer_oid text, viewer_snils text, viewer_trusted boolean, at timestamptz
) RETURNS TABLE (
    child uuid, region text, system_id text, person_id text, relation text,
    first_name text, last_name text, middle_name text, birth_date date,
    organization_id text, organization_name text, time_zone text,
    group_id text, group_name text, grade integer, esia_oid text
) LANGUAGE sql STABLE AS $$
    WITH me AS MATERIALIZED (
        SELECT *
        FROM people.persons person
        WHERE person.esia_oid = visible_students.viewer_oid OR person.snils = visible_students.viewer_snils
    ), given AS MATERIALIZED (
        -- All that the export ever said of the viewer as a guardian. What doesn't count can still close.
        SELECT
            link.region, link.system_id, link.child_id, link.starts_on, link.ends_on, link.revoked_at,
            me.archived_at IS NULL
                AND link.archived_at IS NULL
                AND (link.revoked_at IS NULL OR link.revoked_at > visible_students.at)
                -- An account of a child under 14 sees itself only, whatever a journal says.
                AND (me.birth_date IS NULL OR me.birth_date + interval '14 years' <= visible_students.at)
                AS counts
        FROM me
        JOIN people.guardianships link
            ON link.region = me.region AND link.system_id = me.system_id AND link.guardian_id = me.id
    )
    SELECT DISTINCT ON (person.public_id)
        person.public_id, person.region, person.system_id, person.id, person.relation,
        person.first_name, person.last_name, person.middle_name, person.birth_date,
        school.id, coalesce(school.short_name, school.name), school.time_zone,
        class.id, class.name, class.grade, person.esia_oid
    FROM (
        SELECT me.public_id, me.region, me.system_id, me.id,
            me.first_name, me.last_name, me.middle_name, me.birth_date, me.esia_oid,
            'self' AS relation, NULL::date AS starts_on, NULL::date AS ends_on, false AS by_esia
        FROM me
        WHERE me.archived_at IS NULL
        UNION ALL
        SELECT child.public_id, child.region, child.system_id, child.id,
            child.first_name, child.last_name, child.middle_name, child.birth_date, child.esia_oid,
            'guardian', given.starts_on, given.ends_on, false
        FROM given
        JOIN people.persons child
            ON child.region = given.region AND child.system_id = given.system_id AND child.id = given.child_id
        WHERE given.counts AND child.archived_at IS NULL
        UNION ALL
        SELECT child.public_id, child.region, child.system_id, child.id,
            child.first_name, child.last_name, child.middle_name, kid.birth_date,
            coalesce(child.esia_oid, kid.kid_oid),
            'guardian', '-infinity', 'infinity', true
        FROM people.esia_kids kid
        JOIN people.persons child ON child.snils = kid.kid_snils
        WHERE kid.parent_oid = visible_students.viewer_oid
            AND (child.birth_date IS NULL OR child.birth_date = kid.birth_date)
            AND child.archived_at IS NULL
            -- A link of the export that holds by any clock (no zone is a week away from UTC) says the same:
            -- the birth date is the same, and what closes the link closes ESIA's word too.
            AND NOT EXISTS (
                SELECT FROM given
                WHERE given.counts
                    AND given.region = child.region AND given.system_id = child.system_id
                    AND given.child_id = child.id
                    AND child.birth_date IS NOT NULL
                    AND given.starts_on < (visible_students.at AT TIME ZONE 'UTC')::date - 7
                    AND given.ends_on IS NULL
            )
    ) person
    JOIN people.enrollments studies
        ON studies.region = person.region AND studies.system_id = person.system_id
            AND studies.person_id = person.id
    JOIN people.organizations school
        ON school.region = studies.region AND school.system_id = studies.system_id
            AND school.id = studies.organization_id
    JOIN people.groups class
        ON class.region = studies.region AND class.system_id = studies.system_id AND class.id = studies.group_id
    CROSS JOIN LATERAL (SELECT (visible_students.at AT TIME ZONE school.time_zone)::date AS today) day
    WHERE visible_students.viewer_trusted
        AND studies.archived_at IS NULL
        AND studies.starts_on <= day.today
        AND (studies.ends_on IS NULL OR studies.ends_on >= day.today)
        AND (
            person.relation = 'self'
            OR person.starts_on <= day.today
            AND (person.ends_on IS NULL OR person.ends_on >= day.today)
            -- age(), for whoever was born on 29 February is 18 on 1 March.
            AND extract(year FROM age(day.today::timestamp, person.birth_date::timestamp)) < 18
            AND NOT EXISTS (
                SELECT FROM given closed
                WHERE closed.region = person.region AND closed.system_id = person.system_id
                    AND closed.child_id = person.id
                    AND (
                        closed.revoked_at <= visible_students.at AND closed.revoked_at >= person.starts_on
                        OR person.by_esia AND closed.ends_on < day.today
                    )
            )
        )
    ORDER BY person.public_id, person.relation DESC, (class.kind = 'class') DESC, studies.starts_on DESC, studies.id
$$;
