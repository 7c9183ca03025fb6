-- One text for every reference of the contract: {column} of {table} names a row of {target}.
-- {staged}, {held}, {undo}: of {table}, as in table.sql; {staged_target}, {held_target}: of {target}.

-- name: find_dangling
-- Ids that name neither a staged row nor a held one that the package leaves. Held rows are looked up only for ids
-- that aren't staged, so most often none is read.
WITH unstaged AS MATERIALIZED (
    SELECT row.line, row.{column} AS id
    FROM {staged} row
    WHERE NOT row.deleted AND row.{column} IS NOT NULL
        AND NOT EXISTS (
            SELECT FROM {staged_target} target WHERE target.id = row.{column} AND NOT target.deleted
        )
)
SELECT {table}, unstaged.line, {column_name}, 'unknown-reference', %(severity)s::text, unstaged.id
FROM unstaged
WHERE NOT EXISTS (
    SELECT FROM {held_target} held
    WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.id = unstaged.id AND held.archived_at IS NULL
        AND held.id NOT IN (
            SELECT absent.id FROM {differences} absent
            WHERE absent.table_name = {target} AND absent.line IS NULL
        )
        AND held.id NOT IN (SELECT tombstone.id FROM {staged_target} tombstone WHERE tombstone.deleted)
)

-- name: mark_affected
-- Held rows that name a row which the package takes away.
INSERT INTO {affected} (table_name, id)
SELECT {table}, held.id
FROM {held} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.archived_at IS NULL
    AND held.{column} IN (
        SELECT id FROM {differences} WHERE table_name = {target} AND line IS NULL
        UNION ALL
        SELECT id FROM {staged_target} WHERE deleted
    )

-- name: clear_dangling
-- An optional reference that names nothing costs its value, not the row.
UPDATE {staged} row SET {column} = NULL
WHERE row.line IN (
    SELECT finding.line FROM {findings} finding
    WHERE finding.table_name = {table} AND finding.field = {column_name} AND finding.severity = 'field'
)

-- name: save_rows_of_erased
-- Rows about erased persons, before they are erased too.
INSERT INTO {undo} ({all_columns})
SELECT {all_held_columns} FROM {held} held
JOIN people.erased_persons(%(region)s::text, %(system_id)s::text) erased ON erased.person_id = held.{column}
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND NOT EXISTS (
        SELECT FROM {undo} previous
        WHERE previous.region = held.region AND previous.system_id = held.system_id AND previous.id = held.id
    )

-- name: erase_rows_of_erased
-- Rows about erased persons.
DELETE FROM {held} held
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.{column} = erased.person_id

-- name: invalidate_digests
-- Rows that name what was erased with a person are checked again by the next full package.
UPDATE {held} held SET digest = NULL
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.digest IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM {held_target} target
        WHERE target.region = %(region)s::text AND target.system_id = %(system_id)s::text
            AND target.id = held.{column}
    )
