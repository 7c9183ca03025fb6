-- No old program runs any more: what 0013_pre_import.sql left for them goes.
DO $$
DECLARE
    view text;
BEGIN
    FOR view IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'people'::regnamespace AND relkind = 'v' AND relname LIKE 'undo\_%'
    LOOP
        EXECUTE format('DROP VIEW people.%I', view);
    END LOOP;
END
$$;

DROP TABLE
    people.incoming_organizations, people.incoming_periods, people.incoming_groups, people.incoming_subjects,
    people.incoming_persons, people.incoming_enrollments, people.incoming_guardianships, people.incoming_staff,
    people.incoming_teaching, people.incoming_seen, people.incoming_differences, people.incoming_changes,
    people.incoming_aside, people.incoming_found, people.incoming_rings, people.incoming_suspects,
    people.incoming_erased;

DROP FUNCTION people.expect_rows_of(text, text);
DROP FUNCTION people.empty_parts(text, text);
DROP FUNCTION people.count_part(text, text, text);
DROP FUNCTION people.make_bare_part(text, text, text, uuid);
DROP FUNCTION people.attach_bare_part(text, text);

-- A region's partition of a table. Not attached yet it is invisible and has no index, so it is filled fastest. A row
-- that a delta changes finds room on its own page, and no index is written (HOT).
CREATE OR REPLACE FUNCTION people.make_part(parent text, of_region text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE people.%I (LIKE people.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)'
        ' WITH (fillfactor = 90)',
        parent || '_r' || of_region, parent
    );
END
$$;

DROP FUNCTION people.open_region(text, text);
-- The region's partitions of people's tables, if they are missing.
CREATE FUNCTION people.open_region(of_region text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('people.open_region ' || of_region, 0));
    FOR parent IN
        SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE c.relnamespace = 'people'::regnamespace
            AND to_regclass(format('people.%I', c.relname || '_r' || of_region)) IS NULL
        ORDER BY c.relname
    LOOP
        PERFORM people.make_part(parent, of_region);
        PERFORM people.attach_part(parent, of_region);
    END LOOP;
END
$$;
