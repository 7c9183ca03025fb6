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
