-- What a row said when it was taken in, as a number: a full package's row that says the same is neither staged nor
-- compared (ADR 0019). NULL: to be looked at again, whatever it says.
ALTER TABLE people.organizations ADD COLUMN digest bigint;
ALTER TABLE people.periods ADD COLUMN digest bigint;
ALTER TABLE people.groups ADD COLUMN digest bigint;
ALTER TABLE people.subjects ADD COLUMN digest bigint;
ALTER TABLE people.persons ADD COLUMN digest bigint;
ALTER TABLE people.enrollments ADD COLUMN digest bigint;
ALTER TABLE people.guardianships ADD COLUMN digest bigint;
ALTER TABLE people.staff ADD COLUMN digest bigint;
ALTER TABLE people.teaching ADD COLUMN digest bigint;

ALTER TABLE people.undo_organizations ADD COLUMN digest bigint;
ALTER TABLE people.undo_periods ADD COLUMN digest bigint;
ALTER TABLE people.undo_groups ADD COLUMN digest bigint;
ALTER TABLE people.undo_subjects ADD COLUMN digest bigint;
ALTER TABLE people.undo_persons ADD COLUMN digest bigint;
ALTER TABLE people.undo_enrollments ADD COLUMN digest bigint;
ALTER TABLE people.undo_guardianships ADD COLUMN digest bigint;
ALTER TABLE people.undo_staff ADD COLUMN digest bigint;
ALTER TABLE people.undo_teaching ADD COLUMN digest bigint;

-- Where a system has nothing yet, only what is judged is staged: the rows go to their table when they are judged.
ALTER TABLE people.incoming_organizations ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_periods ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_groups ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_subjects ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_persons ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_enrollments ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_guardianships ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_staff ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;
ALTER TABLE people.incoming_teaching ADD COLUMN digest bigint, ALTER updated_at DROP NOT NULL;

-- All rows of a full package's files, as far as it takes to see which of them are as they are held.
CREATE TABLE people.incoming_seen (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint NOT NULL,
    -- NULL: a tombstone.
    digest bigint
) PARTITION BY LIST (region);

-- What is otherwise: a line of the file, or a held row that the file doesn't have (no line).
CREATE TABLE people.incoming_differences (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint
) PARTITION BY LIST (region);
CREATE INDEX incoming_differences_line ON people.incoming_differences (table_name, line);

-- Held rows that are as they were but have to be judged anew, for something about them is otherwise.
CREATE TABLE people.incoming_suspects (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL
) PARTITION BY LIST (region);

-- The rows of a new table ask for what was found, batch by batch.
CREATE INDEX incoming_found_line ON people.incoming_found (table_name, line);

-- «stamped»: the row is as it was, only its digest is another.
ALTER TABLE people.incoming_changes DROP CONSTRAINT incoming_changes_change_check;
ALTER TABLE people.incoming_changes ADD CONSTRAINT incoming_changes_change_check
    CHECK (change IN ('added', 'changed', 'archived', 'restored', 'erased', 'stamped'));

-- Keys begin with what differs most: within a region's part the region is the same in all rows and the system in most,
-- and with them in front each step down an index compares three texts, and a second system's rows are put into its middle.
ALTER TABLE people.organizations DROP CONSTRAINT organizations_pkey, ADD CONSTRAINT organizations_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.periods DROP CONSTRAINT periods_pkey, ADD CONSTRAINT periods_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.groups DROP CONSTRAINT groups_pkey, ADD CONSTRAINT groups_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.subjects DROP CONSTRAINT subjects_pkey, ADD CONSTRAINT subjects_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.persons DROP CONSTRAINT persons_pkey, ADD CONSTRAINT persons_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.enrollments DROP CONSTRAINT enrollments_pkey, ADD CONSTRAINT enrollments_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.guardianships DROP CONSTRAINT guardianships_pkey, ADD CONSTRAINT guardianships_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.staff DROP CONSTRAINT staff_pkey, ADD CONSTRAINT staff_pkey PRIMARY KEY (id, system_id, region);
ALTER TABLE people.teaching DROP CONSTRAINT teaching_pkey, ADD CONSTRAINT teaching_pkey PRIMARY KEY (id, system_id, region);
DROP INDEX people.enrollments_person;
CREATE INDEX enrollments_person ON people.enrollments (person_id, system_id, region);
DROP INDEX people.enrollments_group;
CREATE INDEX enrollments_group ON people.enrollments (group_id, system_id, region);
DROP INDEX people.guardianships_guardian;
CREATE INDEX guardianships_guardian ON people.guardianships (guardian_id, system_id, region);
DROP INDEX people.guardianships_child;
CREATE INDEX guardianships_child ON people.guardianships (child_id, system_id, region);
DROP INDEX people.staff_person;
CREATE INDEX staff_person ON people.staff (person_id, system_id, region);
DROP INDEX people.teaching_group;
CREATE INDEX teaching_group ON people.teaching (group_id, system_id, region);

-- Whose rows come into a region's staging is the same in all of them, so it is said once and not copied with each.
CREATE FUNCTION people.expect_rows_of(of_region text, of_system text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    part regclass;
BEGIN
    FOR part IN
        SELECT c.oid::regclass FROM pg_class c
        WHERE c.relnamespace = 'people'::regnamespace AND c.relkind = 'r'
            AND c.relname LIKE 'incoming\_%\_r' || of_region
    LOOP
        EXECUTE format(
            'ALTER TABLE %s ALTER region SET DEFAULT %L, ALTER system_id SET DEFAULT %L', part, of_region, of_system
        );
    END LOOP;
END
$$;
