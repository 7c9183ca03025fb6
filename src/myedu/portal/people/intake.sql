-- One text for every table of the contract: {table} and the lists of columns are filled in by intake.py, and a
-- test lets the server prepare each.

-- name: stage
-- Where the checked rows of a package are copied to.
COPY people.incoming_{table} (region, system_id, id, {columns}, updated_at, deleted, line{public_id})
FROM STDIN (FORMAT csv)

-- name: stage_bare
-- The same into a part of the region's first package, made in this transaction: its rows need no later freezing.
COPY people.incoming_{table} (id, {columns}, updated_at, deleted, line{public_id})
FROM STDIN (FORMAT csv, FREEZE)

-- name: has_doubles
-- Whether an id stands more than once in the file, in rows that were set aside too.
SELECT EXISTS (
    SELECT FROM (
        SELECT id FROM people.incoming_{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
        UNION ALL
        SELECT id FROM people.incoming_aside
        WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
    ) named
    GROUP BY id HAVING count(*) > 1
)

-- name: drop_repeated
-- A row that is repeated as it is stands once.
WITH numbered AS (
    SELECT line, row_number() OVER (PARTITION BY id, {columns}, updated_at, deleted ORDER BY line) AS turn
    FROM people.incoming_{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
), gone AS (
    DELETE FROM people.incoming_{table} row USING numbered
    WHERE row.region = %(region)s::text AND row.system_id = %(system_id)s::text
        AND row.line = numbered.line AND numbered.turn > 1
    RETURNING row.id, row.line
)
INSERT INTO people.incoming_found (region, system_id, table_name, line, field, code, severity, detail)
SELECT %(region)s::text, %(system_id)s::text, '{table}', line, 'id', 'repeated-row', 'warning', id FROM gone

-- name: find_doubles
-- Rows with one id that contradict each other: nobody knows which is right.
WITH named AS (
    SELECT id, line FROM people.incoming_{table}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text
    UNION ALL
    SELECT id, line FROM people.incoming_aside
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
)
INSERT INTO people.incoming_found (region, system_id, table_name, line, field, code, severity, detail)
SELECT %(region)s::text, %(system_id)s::text, '{table}', line, 'id', 'duplicate-id', 'error', id FROM named
WHERE id IN (SELECT id FROM named GROUP BY id HAVING count(*) > 1)

-- name: set_aside
-- Take the rows that have an error out of the staging.
WITH gone AS (
    DELETE FROM people.incoming_{table} row
    WHERE row.region = %(region)s::text AND row.system_id = %(system_id)s::text
        AND row.line IN (
            SELECT found.line FROM people.incoming_found found
            WHERE found.region = %(region)s::text AND found.system_id = %(system_id)s::text
                AND found.table_name = '{table}' AND found.severity = 'error'
        )
    RETURNING row.id, row.line
)
INSERT INTO people.incoming_aside (region, system_id, table_name, id, line)
SELECT %(region)s::text, %(system_id)s::text, '{table}', id, line FROM gone

-- name: count_staged
-- How many rows are new where none was held.
SELECT count(*) FROM people.incoming_{table}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND NOT deleted

-- name: compare
-- What the staged rows would change. Absent rows count as gone only where absence is known. A full package is
-- compared by a FULL JOIN, which can't be planned as a nested loop over millions; a delta by a LEFT JOIN.
INSERT INTO people.incoming_changes (region, system_id, table_name, id, change, fields, identity)
SELECT %(region)s::text, %(system_id)s::text, '{table}', coalesce(new.id, old.id),
    CASE
        WHEN old.id IS NULL THEN 'added'
        WHEN new.id IS NULL THEN 'archived'
        WHEN new.deleted THEN 'erased'
        WHEN old.archived_at IS NOT NULL THEN 'restored'
        ELSE 'changed'
    END,
    CASE WHEN old.id IS NOT NULL AND NOT new.deleted THEN array_remove(ARRAY[{fields}]::text[], NULL) END,
    coalesce(old.id IS NOT NULL AND NOT new.deleted AND ({identity}), false)
FROM (
    SELECT * FROM people.incoming_{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) new
{join} JOIN (
    SELECT * FROM people.{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) old ON old.id = new.id
WHERE CASE
    WHEN new.id IS NULL THEN
        %(archive_absent)s::boolean AND old.archived_at IS NULL AND old.id NOT IN (
            SELECT aside.id FROM people.incoming_aside aside
            WHERE aside.region = %(region)s::text AND aside.system_id = %(system_id)s::text
                AND aside.table_name = '{table}'
        )
    WHEN new.deleted THEN old.id IS NOT NULL
    WHEN old.id IS NULL OR old.archived_at IS NOT NULL THEN true
    -- A newer updated_at alone is no change: some systems stamp every row at every export.
    ELSE ({new_columns}) IS DISTINCT FROM ({old_columns})
END

-- name: close_aside
-- Rows of rights that were set aside give none: the held version is archived.
INSERT INTO people.incoming_changes (region, system_id, table_name, id, change)
SELECT %(region)s::text, %(system_id)s::text, '{table}', held.id, 'archived'
FROM people.{table} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.archived_at IS NULL
    AND held.id IN (
        SELECT aside.id FROM people.incoming_aside aside
        WHERE aside.region = %(region)s::text AND aside.system_id = %(system_id)s::text
            AND aside.table_name = '{table}'
    )

-- name: any_held
-- Whether the system has rows here at all, archived ones too.
SELECT EXISTS (
    SELECT FROM people.{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
)

-- name: count
-- How many rows stand, for the guard against mass absence.
SELECT count(*) FROM people.{table}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at IS NULL

-- name: add_all
-- All staged rows, where none was held.
INSERT INTO people.{table} (region, system_id, id, {columns}, updated_at, export_id{public_id})
SELECT new.region, new.system_id, new.id, {new_columns}, new.updated_at, %(export_id)s::uuid{given_public_id}
FROM people.incoming_{table} new
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text AND NOT new.deleted

-- name: add
-- Rows that were never here.
INSERT INTO people.{table} (region, system_id, id, {columns}, updated_at, export_id{public_id})
SELECT new.region, new.system_id, new.id, {new_columns}, new.updated_at, %(export_id)s::uuid{given_public_id}
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

-- name: erase
-- Rows that their system has erased.
DELETE FROM people.{table} held
USING people.incoming_changes change
WHERE change.region = %(region)s::text AND change.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change = 'erased'
    AND held.region = change.region AND held.system_id = change.system_id AND held.id = change.id

-- name: keep
-- The rows as they are before they are changed, archived, brought back or erased.
INSERT INTO people.undo_{table}
SELECT held.* FROM people.{table} held
JOIN people.incoming_changes change USING (region, system_id, id)
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change <> 'added'

-- name: forget
-- Nothing of an earlier package of the system is kept to be undone.
DELETE FROM people.undo_{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: take_back_added
-- Undo a package: what it added.
DELETE FROM people.{table} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND held.export_id = %(export_id)s::uuid
    AND NOT EXISTS (
        SELECT FROM people.undo_{table} was
        WHERE was.region = held.region AND was.system_id = held.system_id AND was.id = held.id
    )

-- name: put_back_changed
-- Undo a package: what it changed, archived or brought back.
UPDATE people.{table} held
SET ({columns}, updated_at, archived_at, export_id)
    = ROW ({was_columns}, was.updated_at, was.archived_at, was.export_id)
FROM people.undo_{table} was
WHERE was.region = %(region)s::text AND was.system_id = %(system_id)s::text
    AND held.region = was.region AND held.system_id = was.system_id AND held.id = was.id

-- name: put_back_erased
-- Undo a package: what it erased.
INSERT INTO people.{table}
SELECT was.* FROM people.undo_{table} was
WHERE was.region = %(region)s::text AND was.system_id = %(system_id)s::text
    AND NOT EXISTS (
        SELECT FROM people.{table} held
        WHERE held.region = was.region AND held.system_id = was.system_id AND held.id = was.id
    )

-- name: expire
-- Rows that were archived longer ago than they may be kept, and what was kept of them to undo a package.
WITH gone AS (
    DELETE FROM people.{table}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at < %(before)s::timestamptz
    RETURNING region, system_id, id
)
DELETE FROM people.undo_{table} was USING gone
WHERE was.region = gone.region AND was.system_id = gone.system_id AND was.id = gone.id
