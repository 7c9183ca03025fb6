-- One text for the nine tables of the contract; load/staging.py fills in the names between braces.
-- {staged}: the package's valid rows. {held}: the rows that people has, of all systems of the region.
-- {undo}: rows as they were before the last package of their system.
-- The working tables of an import: {changes}, {findings}, {rejected}, {seen}, {differences}, {affected}.
-- Staging and working tables hold the rows of one package: the region's lock lets in no other.

-- name: has_duplicate_ids
-- Whether an id is in the file more than once, rejected rows included.
SELECT EXISTS (
    SELECT FROM (
        SELECT id FROM {staged}
        UNION ALL
        SELECT id FROM {rejected} WHERE table_name = {table}
    ) named
    GROUP BY id HAVING count(*) > 1
)

-- name: drop_repeated
-- Keep one of several equal rows, whatever their stamps; and one of several tombstones, whatever else they say.
WITH numbered AS (
    SELECT line, row_number() OVER (
        PARTITION BY id, deleted, CASE WHEN NOT deleted THEN digest END ORDER BY line
    ) AS turn
    FROM {staged}
), dropped AS (
    DELETE FROM {staged} row USING numbered
    WHERE row.line = numbered.line AND numbered.turn > 1
    RETURNING row.id, row.line
)
INSERT INTO {findings} (table_name, line, field, code, severity, detail)
SELECT {table}, line, 'id', 'repeated-row', 'warning', id FROM dropped

-- name: find_duplicate_ids
-- Rows with one id that contradict each other: none of them can be trusted. A tombstone among them stays, because
-- what its system wants erased must not be kept on account of a row beside it.
WITH named AS (
    SELECT id, line, deleted FROM {staged}
    UNION ALL
    SELECT id, line, false FROM {rejected} WHERE table_name = {table}
), duplicates AS (
    SELECT id, bool_or(deleted) AS has_tombstone FROM named GROUP BY id HAVING count(*) > 1
)
INSERT INTO {findings} (table_name, line, field, code, severity, detail)
SELECT {table}, named.line, 'id',
    CASE WHEN duplicates.has_tombstone THEN 'row-and-tombstone' ELSE 'duplicate-id' END, 'error', named.id
FROM named JOIN duplicates USING (id)
WHERE NOT named.deleted

-- name: reject
-- Take the rows with an error out of the staging.
WITH dropped AS (
    DELETE FROM {staged} row
    WHERE row.line IN (
        SELECT finding.line FROM {findings} finding
        WHERE finding.table_name = {table} AND finding.severity = 'error'
    )
    RETURNING row.id, row.line
)
INSERT INTO {rejected} (table_name, id, line)
SELECT {table}, id, line FROM dropped

-- name: count_staged
-- How many rows the package adds to a table without rows.
SELECT count(*) FROM {staged} WHERE NOT deleted

-- name: compare
-- What the staged rows would change.
INSERT INTO {changes} (table_name, id, held_at, change, fields, identity)
SELECT {table}, new.id, old.ctid,
    CASE
        WHEN old.id IS NULL THEN 'added'
        WHEN new.deleted THEN 'erased'
        WHEN old.archived_at IS NOT NULL THEN 'restored'
        -- A newer updated_at alone is no change: some systems stamp every row at every export.
        WHEN ({new_columns}) IS DISTINCT FROM ({old_columns}) THEN 'changed'
        ELSE 'stamped'
    END,
    CASE WHEN old.id IS NOT NULL AND NOT new.deleted THEN array_remove(ARRAY[{changed_fields}]::text[], NULL) END,
    coalesce(old.id IS NOT NULL AND NOT new.deleted AND ({changes_identity}), false)
FROM {staged} new
LEFT JOIN {held} old
    ON old.region = %(region)s::text AND old.system_id = %(system_id)s::text AND old.id = new.id
WHERE CASE
        WHEN new.deleted THEN old.id IS NOT NULL
        WHEN old.id IS NULL OR old.archived_at IS NOT NULL THEN true
        ELSE (new.digest, {new_columns}) IS DISTINCT FROM (old.digest, {old_columns})
    END
    AND (
        NOT %(found_only)s::boolean
        OR new.line IN (SELECT finding.line FROM {findings} finding WHERE finding.table_name = {table})
    )

-- name: discard_changes_of_findings
-- Changes computed before a problem was found in their rows. A tombstone beside a rejected row stays.
DELETE FROM {changes} change
WHERE change.table_name = {table}
    AND change.id IN (
        SELECT rejected.id FROM {rejected} rejected
        WHERE rejected.table_name = {table}
            AND rejected.id NOT IN (SELECT tombstone.id FROM {staged} tombstone WHERE tombstone.deleted)
        UNION ALL
        SELECT row.id FROM {staged} row
        JOIN {findings} finding ON finding.table_name = {table} AND finding.line = row.line
    )

-- name: archive_absent
-- Rows that a full package no longer has.
INSERT INTO {changes} (table_name, id, change)
SELECT table_name, id, 'archived' FROM {differences} WHERE table_name = {table} AND line IS NULL

-- name: revoke_rejected
-- A rejected row of rights gives none: its held version is archived unless it is erased.
INSERT INTO {changes} (table_name, id, change)
SELECT {table}, held.id, 'archived'
FROM {held} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.archived_at IS NULL
    AND held.id IN (SELECT rejected.id FROM {rejected} rejected WHERE rejected.table_name = {table})
    AND held.id NOT IN (SELECT tombstone.id FROM {staged} tombstone WHERE tombstone.deleted)

-- name: has_rows
-- The table's name if the system has rows in it, archived ones included. All tables are asked in one statement.
SELECT {table} AS name
WHERE EXISTS (
    SELECT FROM {held} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
)

-- name: count_current
-- How many rows are not archived; the approval policy compares absences with it.
SELECT count(*) FROM {held}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at IS NULL

-- name: add
-- Rows with a new id.
INSERT INTO {held} (region, system_id, id, {columns}, updated_at, digest, export_id{and_public_id})
SELECT %(region)s::text, %(system_id)s::text, new.id, {new_columns}, new.updated_at, new.digest,
    %(export_id)s::uuid{and_new_public_id}
FROM {staged} new
JOIN {changes} change USING (id)
WHERE change.table_name = {table} AND change.change = 'added'

-- name: add_all
-- All rows, of a table in which the system had none.
INSERT INTO {held} (region, system_id, id, {columns}, updated_at, digest, export_id{and_public_id})
SELECT %(region)s::text, %(system_id)s::text, new.id, {new_columns}, new.updated_at, new.digest,
    %(export_id)s::uuid{and_new_public_id}
FROM {staged} new
WHERE NOT new.deleted

-- name: save_previous
-- Rows as they are before they are changed or restored. They are where the comparison found them.
INSERT INTO {undo} ({all_columns})
SELECT {all_previous_columns} FROM {changes} change
JOIN {held} previous ON previous.ctid = change.held_at AND previous.id = change.id
WHERE change.table_name = {table} AND change.change IN ('changed', 'restored', 'stamped')
    AND previous.region = %(region)s::text AND previous.system_id = %(system_id)s::text

-- name: change
-- Rows with other values than before, and restored rows; a person's public_id stays. A row that another transaction
-- has moved since the comparison would be missed, so apply.py compares the number of rows.
UPDATE {held} held
SET ({columns}, updated_at, digest, archived_at, export_id)
    = ROW ({new_columns}, new.updated_at, new.digest, NULL, %(export_id)s::uuid)
FROM {staged} new
JOIN {changes} change USING (id)
WHERE change.table_name = {table} AND change.change IN ('changed', 'restored', 'stamped')
    AND held.ctid = change.held_at AND held.id = change.id
    AND held.region = %(region)s::text AND held.system_id = %(system_id)s::text

-- name: archive
-- Absent rows are kept and no longer shown.
WITH archived AS (
    UPDATE {held} held
    SET archived_at = %(now)s::timestamptz, export_id = %(export_id)s::uuid
    FROM {changes} change
    JOIN {held} previous
        ON previous.region = %(region)s::text AND previous.system_id = %(system_id)s::text
            AND previous.id = change.id
    WHERE change.table_name = {table} AND change.change = 'archived'
        AND held.ctid = previous.ctid AND held.tableoid = previous.tableoid
    RETURNING previous.*
)
INSERT INTO {undo} ({all_columns}) SELECT {all_columns} FROM archived

-- name: erase
-- Rows that their system has erased.
WITH erased AS (
    DELETE FROM {held} held
    USING {changes} change
    WHERE change.table_name = {table} AND change.change = 'erased'
        AND held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = change.id
    RETURNING held.*
)
INSERT INTO {undo} ({all_columns}) SELECT {all_columns} FROM erased

-- name: clear_undo
-- Only the last package of a system can be undone.
DELETE FROM {undo} WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: undo_inserts
-- Roll a package back: the rows that it added.
DELETE FROM {held} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND held.export_id = %(export_id)s::uuid
    AND NOT EXISTS (
        SELECT FROM {undo} previous
        WHERE previous.region = held.region AND previous.system_id = held.system_id AND previous.id = held.id
    )

-- name: undo_changes
-- Roll a package back: the rows that it changed, archived or restored.
UPDATE {held} held
SET ({columns}, updated_at, digest, archived_at, export_id)
    = ROW ({previous_columns}, previous.updated_at, previous.digest, previous.archived_at, previous.export_id)
FROM {undo} previous
WHERE previous.region = %(region)s::text AND previous.system_id = %(system_id)s::text
    AND held.region = previous.region AND held.system_id = previous.system_id AND held.id = previous.id

-- name: undo_erasures
-- Roll a package back: the rows that it erased.
INSERT INTO {held} ({all_columns})
SELECT {all_previous_columns} FROM {undo} previous
WHERE previous.region = %(region)s::text AND previous.system_id = %(system_id)s::text
    AND NOT EXISTS (
        SELECT FROM {held} held
        WHERE held.region = previous.region AND held.system_id = previous.system_id AND held.id = previous.id
    )

-- name: expire
-- Erase rows that were archived before a time, and what was kept to undo their last change.
WITH expired AS (
    DELETE FROM {held}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at < %(before)s::timestamptz
    RETURNING id
)
DELETE FROM {undo} previous USING expired
WHERE previous.region = %(region)s::text AND previous.system_id = %(system_id)s::text AND previous.id = expired.id

-- name: find_differences
-- The lines of a full package's file that differ from the held rows, and the held rows that the file lacks. A FULL
-- JOIN can't become a nested loop.
SELECT {table}, coalesce(seen.id, held.id), seen.line
FROM (
    SELECT id, line, digest FROM {seen} WHERE table_name = {table}
) seen
FULL JOIN (
    SELECT id, digest, archived_at FROM {held}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) held ON held.id = seen.id
WHERE CASE
    WHEN seen.id IS NULL THEN
        %(archive_absent)s::boolean AND held.archived_at IS NULL
        AND held.id NOT IN (SELECT rejected.id FROM {rejected} rejected WHERE rejected.table_name = {table})
    ELSE (held.digest = seen.digest AND held.archived_at IS NULL) IS NOT TRUE
END

-- name: add_duplicates_to_differences
-- All rows of an id that is in the file more than once have to be read.
WITH named AS (
    SELECT id, line FROM {seen} WHERE table_name = {table}
    UNION ALL
    SELECT id, NULL FROM {rejected} WHERE table_name = {table}
)
INSERT INTO {differences} (table_name, id, line)
SELECT {table}, id, line FROM named
WHERE line IS NOT NULL AND id IN (SELECT id FROM named GROUP BY id HAVING count(*) > 1)

-- name: has_removals
-- The table's name if the package takes rows away. All tables are asked in one statement.
SELECT {table} AS name
WHERE EXISTS (SELECT FROM {differences} WHERE table_name = {table} AND line IS NULL)
    OR EXISTS (SELECT FROM {staged} WHERE deleted)

-- name: stage_affected
-- Unchanged rows that have to be checked again: their held versions save reading the file.
INSERT INTO {staged} (id, {columns}, updated_at, digest, deleted, line)
SELECT held.id, {held_columns}, held.updated_at, held.digest, false, seen.line
FROM (SELECT DISTINCT id FROM {affected} WHERE table_name = {table}) affected
JOIN {held} held
    ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = affected.id
JOIN {seen} seen ON seen.table_name = {table} AND seen.id = affected.id
WHERE NOT EXISTS (SELECT FROM {staged} staged WHERE staged.id = affected.id)

-- name: invalidate_digests_of_findings
-- Staged rows with a problem are checked again by the next package, even if nothing about them changes.
UPDATE {staged} row SET digest = NULL
WHERE row.line IN (SELECT finding.line FROM {findings} finding WHERE finding.table_name = {table})

-- name: invalidate_held_digests
-- The same for held rows that were rejected, or that are affected and not in the package.
UPDATE {held} held SET digest = NULL
FROM (
    SELECT id FROM {rejected} WHERE table_name = {table}
    UNION
    SELECT affected.id FROM {affected} affected
    WHERE affected.table_name = {table}
        AND NOT EXISTS (SELECT FROM {staged} staged WHERE staged.id = affected.id)
) doubtful
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = doubtful.id
    AND held.digest IS NOT NULL
