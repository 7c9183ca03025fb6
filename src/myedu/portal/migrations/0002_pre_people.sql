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
    profile text,
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
        'CREATE %s TABLE people.%I (LIKE people.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
        CASE WHEN starts_with(parent, 'incoming_') THEN 'UNLOGGED' END, parent || '_r' || of_region, parent
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
CREATE FUNCTION people.visible_students(
    viewer_oid text, viewer_snils text, viewer_trusted boolean, at timestamptz
) RETURNS TABLE (
    child uuid, region text, system_id text, person_id text, relation text,
    first_name text, last_name text, middle_name text, birth_date date,
    organization_id text, organization_name text, time_zone text,
    group_id text, group_name text, grade integer
) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (person.public_id)
        person.public_id, person.region, person.system_id, person.id, link.relation,
        person.first_name, person.last_name, person.middle_name, coalesce(person.birth_date, link.birth_date),
        school.id, coalesce(school.short_name, school.name), school.time_zone,
        class.id, class.name, class.grade
    FROM (
        SELECT me.region, me.system_id, me.id AS child_id, 'self' AS relation,
            NULL::date AS starts_on, NULL::date AS ends_on, NULL::date AS birth_date, false AS by_esia
        FROM people.persons me
        WHERE (me.esia_oid = visible_students.viewer_oid OR me.snils = visible_students.viewer_snils)
            AND me.archived_at IS NULL
        UNION ALL
        SELECT given.region, given.system_id, given.child_id, 'guardian',
            given.starts_on, given.ends_on, NULL, false
        FROM people.persons me
        JOIN people.guardianships given
            ON given.region = me.region AND given.system_id = me.system_id AND given.guardian_id = me.id
        WHERE (me.esia_oid = visible_students.viewer_oid OR me.snils = visible_students.viewer_snils)
            AND me.archived_at IS NULL
            AND given.archived_at IS NULL
            AND (given.revoked_at IS NULL OR given.revoked_at > visible_students.at)
            -- An account of a child under 14 sees itself only, whatever a journal says.
            AND (me.birth_date IS NULL OR me.birth_date + interval '14 years' <= visible_students.at)
        UNION ALL
        SELECT named.region, named.system_id, named.id, 'guardian',
            '-infinity', 'infinity', kid.birth_date, true
        FROM people.esia_kids kid
        JOIN people.persons named ON named.snils = kid.kid_snils
        WHERE kid.parent_oid = visible_students.viewer_oid
            AND (named.birth_date IS NULL OR named.birth_date = kid.birth_date)
    ) link
    JOIN people.persons person
        ON person.region = link.region AND person.system_id = link.system_id AND person.id = link.child_id
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
        AND person.archived_at IS NULL
        AND studies.archived_at IS NULL
        AND studies.starts_on <= day.today
        AND (studies.ends_on IS NULL OR studies.ends_on >= day.today)
        AND (
            link.relation = 'self'
            OR link.starts_on <= day.today
            AND (link.ends_on IS NULL OR link.ends_on >= day.today)
            -- age(), for whoever was born on 29 February is 18 on 1 March.
            AND extract(year FROM age(day.today::timestamp, coalesce(person.birth_date, link.birth_date)::timestamp)) < 18
            AND NOT EXISTS (
                SELECT FROM people.guardianships closed
                JOIN people.persons me
                    ON me.region = closed.region AND me.system_id = closed.system_id AND me.id = closed.guardian_id
                WHERE closed.region = person.region AND closed.system_id = person.system_id
                    AND closed.child_id = person.id
                    AND (me.esia_oid = visible_students.viewer_oid OR me.snils = visible_students.viewer_snils)
                    AND (
                        closed.revoked_at <= visible_students.at AND closed.revoked_at >= link.starts_on
                        OR link.by_esia AND closed.ends_on < day.today
                    )
            )
        )
    ORDER BY person.public_id, link.relation DESC, (class.kind = 'class') DESC, studies.starts_on DESC, studies.id
$$;
