-- The conveyor that takes export packages in: what came, what became of it, what was wrong with it.
CREATE SCHEMA exports;

CREATE TABLE exports.packages (
    system_id text NOT NULL,
    export_id uuid NOT NULL,
    region text NOT NULL,
    mode text NOT NULL CHECK (mode IN ('full', 'delta')),
    base uuid,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    applied_at timestamptz,
    state text NOT NULL CHECK (state IN ('received', 'applied', 'refused', 'held', 'rolled-back')),
    code text,
    reason text,
    tables jsonb NOT NULL DEFAULT '[]',
    -- What it changed is kept (people.undo_…): only of the last one of a system, until it is rolled back.
    can_roll_back boolean NOT NULL DEFAULT false,
    PRIMARY KEY (system_id, export_id),
    CHECK ((mode = 'delta') = (base IS NOT NULL)),
    CHECK ((state = 'applied') = (applied_at IS NOT NULL)),
    -- Whoever reads that a package was refused or held reads why.
    CHECK ((state IN ('refused', 'held', 'rolled-back')) = (code IS NOT NULL AND reason IS NOT NULL))
);
-- "Which package of this system stands now?"
CREATE INDEX packages_applied ON exports.packages (system_id, created_at DESC) WHERE state = 'applied';

-- No values of persons here: a problem names the line, and the vendor has the file.
CREATE TABLE exports.problems (
    system_id text NOT NULL,
    export_id uuid NOT NULL,
    table_name text NOT NULL,
    line bigint NOT NULL,
    field text,
    code text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('error', 'field', 'warning')),
    detail text,
    FOREIGN KEY (system_id, export_id) REFERENCES exports.packages ON DELETE CASCADE
);
CREATE INDEX problems_package ON exports.problems (system_id, export_id, table_name, line);

-- What people's intake (people/intake.sql) compares with the rows that it holds. Each region's parts are unlogged
-- (people.make_part): a package whose taking in was cut short is taken in anew from its files. Ordinary tables with
-- the region in the key, not temporary ones, so that they are distributed beside the tables they are compared with.
CREATE TABLE people.incoming_changes (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL,
    change text NOT NULL CHECK (change IN ('added', 'changed', 'archived', 'restored', 'erased')),
    -- Which columns a changed row has otherwise, and whether a SNILS or a birth date that was known is another now.
    fields text[],
    identity boolean NOT NULL DEFAULT false
) PARTITION BY LIST (region);

-- Rows that a package has and that were set aside: their held version stays.
CREATE TABLE people.incoming_aside (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

-- What is wrong with staged rows by the sight of all of them; the conveyor adds it to exports.problems.
CREATE TABLE people.incoming_found (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    line bigint NOT NULL,
    field text NOT NULL,
    code text NOT NULL,
    severity text NOT NULL,
    detail text
) PARTITION BY LIST (region);

-- Rows of guardianship that may stand in a ring; the rest is peeled off.
CREATE TABLE people.incoming_rings (
    region text NOT NULL,
    system_id text NOT NULL,
    guardian_id text NOT NULL,
    child_id text NOT NULL
) PARTITION BY LIST (region);

-- Persons who are erased by the package or the job under way; each room erases what it keeps of them.
CREATE TABLE people.incoming_erased (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    public_id uuid NOT NULL,
    snils text,
    PRIMARY KEY (region, system_id, id)
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_organizations (
    region text NOT NULL,
    system_id text NOT NULL,
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
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_periods (
    region text NOT NULL,
    system_id text NOT NULL,
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
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_groups (
    region text NOT NULL,
    system_id text NOT NULL,
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
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_subjects (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text,
    name text,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamptz NOT NULL,
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_persons (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    birth_date date,
    sex text,
    snils text,
    esia_oid text,
    updated_at timestamptz NOT NULL,
    -- Given to persons of a system that has none yet: the server makes them one by one, which takes longer.
    public_id uuid,
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_enrollments (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text,
    organization_id text,
    group_id text,
    starts_on date,
    ends_on date,
    status text,
    updated_at timestamptz NOT NULL,
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_guardianships (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    guardian_id text,
    child_id text,
    starts_on date,
    relation text,
    verified_at timestamptz,
    ends_on date,
    revoked_at timestamptz,
    updated_at timestamptz NOT NULL,
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_staff (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text,
    organization_id text,
    role text,
    position text,
    starts_on date,
    ends_on date,
    updated_at timestamptz NOT NULL,
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

CREATE TABLE people.incoming_teaching (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    staff_id text,
    group_id text,
    subject_id text,
    starts_on date,
    ends_on date,
    updated_at timestamptz NOT NULL,
    deleted boolean NOT NULL,
    line bigint NOT NULL
) PARTITION BY LIST (region);

-- How a row was before the last package of its system changed it or took it away; what a package added is known by
-- its export_id. Emptied when the next package of the system is taken in.
CREATE TABLE people.undo_organizations (LIKE people.organizations INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_periods (LIKE people.periods INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_groups (LIKE people.groups INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_subjects (LIKE people.subjects INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_persons (LIKE people.persons INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_enrollments (LIKE people.enrollments INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_guardianships (LIKE people.guardianships INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_staff (LIKE people.staff INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
CREATE TABLE people.undo_teaching (LIKE people.teaching INCLUDING CONSTRAINTS) PARTITION BY LIST (region);
