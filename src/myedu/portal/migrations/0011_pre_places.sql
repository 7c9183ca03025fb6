-- Where a changed row lies, so that it is looked up once: compared and changed in one transaction, in which its table
-- can't be written anew.
ALTER TABLE people.incoming_changes ADD COLUMN held_at tid;

-- What the report of the package that stands says is not what stands: rows went with persons whose term was over.
ALTER TABLE exports.packages ADD COLUMN recount boolean NOT NULL DEFAULT false;

-- All rows of a new system are staged whole again; nobody asks for what was found by its line.
DROP INDEX people.incoming_found_line;
ALTER TABLE people.incoming_organizations ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_periods ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_groups ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_subjects ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_persons ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_enrollments ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_guardianships ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_staff ALTER updated_at SET NOT NULL;
ALTER TABLE people.incoming_teaching ALTER updated_at SET NOT NULL;
