-- One text for every table of the contract: {table} and {columns} are filled in by intake.py, and a test
-- lets the server prepare each. The change set is a FULL JOIN, which can't be planned as a nested loop.

-- name: stage
-- Where the checked rows of a package are copied to.
COPY people.incoming_{table} (region, system_id, id, {columns}, updated_at, deleted) FROM STDIN (FORMAT csv)

-- name: compare
-- What the staged rows would change. Absent rows count as gone only where absence is known.
INSERT INTO people.incoming_changes (region, system_id, table_name, id, change)
SELECT %(region)s::text, %(system_id)s::text, '{table}', coalesce(new.id, old.id),
    CASE
        WHEN old.id IS NULL THEN 'added'
        WHEN new.id IS NULL OR new.deleted THEN 'archived'
        WHEN old.archived_at IS NOT NULL THEN 'restored'
        ELSE 'changed'
    END
FROM (
    SELECT * FROM people.incoming_{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) new
FULL JOIN (
    SELECT * FROM people.{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) old ON old.id = new.id
WHERE CASE
    WHEN new.id IS NULL THEN
        %(archive_absent)s::boolean AND old.archived_at IS NULL AND old.id NOT IN (
            SELECT kept.id FROM people.incoming_kept kept
            WHERE kept.region = %(region)s::text AND kept.system_id = %(system_id)s::text
                AND kept.table_name = '{table}'
        )
    WHEN new.deleted THEN old.id IS NOT NULL AND old.archived_at IS NULL
    WHEN old.id IS NULL OR old.archived_at IS NOT NULL THEN true
    -- A newer updated_at alone is no change: some systems stamp every row at every export.
    ELSE ({new_columns}) IS DISTINCT FROM ({old_columns})
END

-- name: add
-- Rows that were never here.
INSERT INTO people.{table} (region, system_id, id, {columns}, updated_at, export_id)
SELECT new.region, new.system_id, new.id, {new_columns}, new.updated_at, %(export_id)s::uuid
FROM people.incoming_{table} new
JOIN people.incoming_changes change USING (region, system_id, id)
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change = 'added'

-- name: change
-- Rows that are otherwise than before, and rows that came back; a person's public_id stays.
UPDATE people.{table} held
SET ({columns}, updated_at, archived_at, export_id)
    = ROW ({new_columns}, new.updated_at, NULL, %(export_id)s::uuid)
FROM people.incoming_{table} new
JOIN people.incoming_changes change USING (region, system_id, id)
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change IN ('changed', 'restored')
    AND held.region = new.region AND held.system_id = new.system_id AND held.id = new.id

-- name: archive
-- Rows that are gone: kept, and shown to nobody.
UPDATE people.{table} held
SET archived_at = %(now)s::timestamptz, export_id = %(export_id)s::uuid
FROM people.incoming_changes change
WHERE change.region = %(region)s::text AND change.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change = 'archived'
    AND held.region = change.region AND held.system_id = change.system_id AND held.id = change.id

-- name: clear
-- Take the staged rows away.
DELETE FROM people.incoming_{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: held
-- Which of these ids stand and are not archived.
SELECT id FROM people.{table}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text
    AND id = ANY (%(ids)s::text[]) AND archived_at IS NULL

-- name: count
-- How many rows stand, for the guard against mass absence.
SELECT count(*) FROM people.{table}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at IS NULL
