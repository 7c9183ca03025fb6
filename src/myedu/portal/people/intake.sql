-- One text for every table of the contract: {table} and the lists of columns are filled in by intake.py, and a
-- test lets the server prepare each.

-- name: stage
-- Where the checked rows of a package are copied to.
COPY people.incoming_{table} (id, {columns}, updated_at, digest, deleted, line{public_id})
FROM STDIN (FORMAT csv)

-- name: stage_bare
-- The same into a part of the region's first package, made in this transaction: its rows need no later freezing.
COPY people.incoming_{table} (id, {columns}, updated_at, digest, deleted, line{public_id})
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
-- A row that is repeated as it is stands once, whatever its stamp; so does a tombstone, whatever else it says.
WITH numbered AS (
    SELECT line, row_number() OVER (
        PARTITION BY id, deleted, CASE WHEN NOT deleted THEN digest END ORDER BY line
    ) AS turn
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
-- Rows with one id that contradict each other: nobody knows which is right. A tombstone among them is no row: it
-- stays, for what its system wants erased must not be kept because of a row beside it.
WITH named AS (
    SELECT id, line, deleted FROM people.incoming_{table}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text
    UNION ALL
    SELECT id, line, false FROM people.incoming_aside
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
), doubles AS (
    SELECT id, bool_or(deleted) AS buried FROM named GROUP BY id HAVING count(*) > 1
)
INSERT INTO people.incoming_found (region, system_id, table_name, line, field, code, severity, detail)
SELECT %(region)s::text, %(system_id)s::text, '{table}', named.line, 'id',
    CASE WHEN doubles.buried THEN 'row-and-tombstone' ELSE 'duplicate-id' END, 'error', named.id
FROM named JOIN doubles USING (id)
WHERE NOT named.deleted

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
-- What the staged rows would change.
INSERT INTO people.incoming_changes (region, system_id, table_name, id, held_at, change, fields, identity)
SELECT %(region)s::text, %(system_id)s::text, '{table}', new.id, old.ctid,
    CASE
        WHEN old.id IS NULL THEN 'added'
        WHEN new.deleted THEN 'erased'
        WHEN old.archived_at IS NOT NULL THEN 'restored'
        -- A newer updated_at alone is no change: some systems stamp every row at every export.
        WHEN ({new_columns}) IS DISTINCT FROM ({old_columns}) THEN 'changed'
        ELSE 'stamped'
    END,
    CASE WHEN old.id IS NOT NULL AND NOT new.deleted THEN array_remove(ARRAY[{fields}]::text[], NULL) END,
    coalesce(old.id IS NOT NULL AND NOT new.deleted AND ({identity}), false)
FROM people.incoming_{table} new
LEFT JOIN people.{table} old
    ON old.region = %(region)s::text AND old.system_id = %(system_id)s::text AND old.id = new.id
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text
    AND CASE
        WHEN new.deleted THEN old.id IS NOT NULL
        WHEN old.id IS NULL OR old.archived_at IS NOT NULL THEN true
        ELSE (new.digest, {new_columns}) IS DISTINCT FROM (old.digest, {old_columns})
    END
    AND (
        NOT %(found_only)s::boolean
        OR new.line IN (
            SELECT found.line FROM people.incoming_found found
            WHERE found.region = %(region)s::text AND found.system_id = %(system_id)s::text
                AND found.table_name = '{table}'
        )
    )

-- name: forget_found
-- What was worked out of rows before a problem was found in them. A tombstone beside a row that was set aside stays.
DELETE FROM people.incoming_changes change
WHERE change.region = %(region)s::text AND change.system_id = %(system_id)s::text AND change.table_name = '{table}'
    AND change.id IN (
        SELECT aside.id FROM people.incoming_aside aside
        WHERE aside.region = %(region)s::text AND aside.system_id = %(system_id)s::text
            AND aside.table_name = '{table}'
            AND aside.id NOT IN (
                SELECT buried.id FROM people.incoming_{table} buried
                WHERE buried.region = %(region)s::text AND buried.system_id = %(system_id)s::text AND buried.deleted
            )
        UNION ALL
        SELECT row.id FROM people.incoming_{table} row
        JOIN people.incoming_found found
            ON found.region = %(region)s::text AND found.system_id = %(system_id)s::text
                AND found.table_name = '{table}' AND found.line = row.line
        WHERE row.region = %(region)s::text AND row.system_id = %(system_id)s::text
    )

-- name: archive_absent
-- What a full package doesn't have any more.
INSERT INTO people.incoming_changes (region, system_id, table_name, id, change)
SELECT region, system_id, table_name, id, 'archived' FROM people.incoming_differences
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}' AND line IS NULL

-- name: close_aside
-- Rows of rights that were set aside give none: the held version is archived, where it isn't erased.
INSERT INTO people.incoming_changes (region, system_id, table_name, id, change)
SELECT %(region)s::text, %(system_id)s::text, '{table}', held.id, 'archived'
FROM people.{table} held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.archived_at IS NULL
    AND held.id IN (
        SELECT aside.id FROM people.incoming_aside aside
        WHERE aside.region = %(region)s::text AND aside.system_id = %(system_id)s::text
            AND aside.table_name = '{table}'
    )
    AND held.id NOT IN (
        SELECT buried.id FROM people.incoming_{table} buried
        WHERE buried.region = %(region)s::text AND buried.system_id = %(system_id)s::text AND buried.deleted
    )

-- name: held
-- The table's name, if the system has rows here at all, archived ones too. Asked of all tables at once.
SELECT '{table}' AS name
WHERE EXISTS (
    SELECT FROM people.{table} WHERE region = %(region)s::text AND system_id = %(system_id)s::text
)

-- name: count
-- How many rows stand, for the guard against mass absence.
SELECT count(*) FROM people.{table}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at IS NULL

-- name: add
-- Rows that were never here.
INSERT INTO people.{table} (region, system_id, id, {columns}, updated_at, digest, export_id{public_id})
SELECT new.region, new.system_id, new.id, {new_columns}, new.updated_at, new.digest, %(export_id)s::uuid{given_public_id}
FROM people.incoming_{table} new
JOIN people.incoming_changes change USING (region, system_id, id)
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change = 'added'

-- name: add_all
-- Rows of a table in which the system had none.
INSERT INTO people.{table} (region, system_id, id, {columns}, updated_at, digest, export_id{public_id})
SELECT new.region, new.system_id, new.id, {new_columns}, new.updated_at, new.digest, %(export_id)s::uuid{given_public_id}
FROM people.incoming_{table} new
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text AND NOT new.deleted

-- name: keep_changed
-- How rows were that are changed or brought back. They lie where they were found when they were compared.
INSERT INTO people.undo_{table}
SELECT was.* FROM people.incoming_changes change
JOIN people.{table} was ON was.ctid = change.held_at AND was.id = change.id
WHERE change.region = %(region)s::text AND change.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change IN ('changed', 'restored', 'stamped')
    AND was.region = %(region)s::text AND was.system_id = %(system_id)s::text

-- name: change
-- Rows that are otherwise than before, and rows that came back; a person's public_id stays. One that another
-- transaction has moved since it was compared would be missed, and intake.py counts.
UPDATE people.{table} held
SET ({columns}, updated_at, digest, archived_at, export_id)
    = ROW ({new_columns}, new.updated_at, new.digest, NULL, %(export_id)s::uuid)
FROM people.incoming_{table} new
JOIN people.incoming_changes change USING (region, system_id, id)
WHERE new.region = %(region)s::text AND new.system_id = %(system_id)s::text
    AND change.table_name = '{table}' AND change.change IN ('changed', 'restored', 'stamped')
    AND held.ctid = change.held_at AND held.id = change.id
    AND held.region = %(region)s::text AND held.system_id = %(system_id)s::text

-- name: archive
-- Rows that are gone: kept, and shown to nobody.
WITH archived AS (
    UPDATE people.{table} held
    SET archived_at = %(now)s::timestamptz, export_id = %(export_id)s::uuid
    FROM people.incoming_changes change
    JOIN people.{table} was USING (region, system_id, id)
    WHERE change.region = %(region)s::text AND change.system_id = %(system_id)s::text
        AND change.table_name = '{table}' AND change.change = 'archived'
        AND held.ctid = was.ctid AND held.tableoid = was.tableoid
    RETURNING was.*
)
INSERT INTO people.undo_{table} SELECT * FROM archived

-- name: erase
-- Rows that their system has erased.
WITH erased AS (
    DELETE FROM people.{table} held
    USING people.incoming_changes change
    WHERE change.region = %(region)s::text AND change.system_id = %(system_id)s::text
        AND change.table_name = '{table}' AND change.change = 'erased'
        AND held.region = change.region AND held.system_id = change.system_id AND held.id = change.id
    RETURNING held.*
)
INSERT INTO people.undo_{table} SELECT * FROM erased

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
SET ({columns}, updated_at, digest, archived_at, export_id)
    = ROW ({was_columns}, was.updated_at, was.digest, was.archived_at, was.export_id)
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

-- name: find_differences
-- The lines of a full package's file that are not held as they are, and the held rows that it doesn't have. No nested
-- loop can be made of a FULL JOIN.
SELECT '{table}', coalesce(seen.id, held.id), seen.line
FROM (
    SELECT id, line, digest FROM people.incoming_seen
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
) seen
FULL JOIN (
    SELECT id, digest, archived_at FROM people.{table}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) held ON held.id = seen.id
WHERE CASE
    WHEN seen.id IS NULL THEN
        %(archive_absent)s::boolean AND held.archived_at IS NULL AND held.id NOT IN (
            SELECT aside.id FROM people.incoming_aside aside
            WHERE aside.region = %(region)s::text AND aside.system_id = %(system_id)s::text
                AND aside.table_name = '{table}'
        )
    ELSE (held.digest = seen.digest AND held.archived_at IS NULL) IS NOT TRUE
END

-- name: note_doubles
-- Of rows with one id each has to be seen.
WITH named AS (
    SELECT id, line FROM people.incoming_seen
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
    UNION ALL
    SELECT id, NULL FROM people.incoming_aside
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
)
INSERT INTO people.incoming_differences (region, system_id, table_name, id, line)
SELECT %(region)s::text, %(system_id)s::text, '{table}', id, line FROM named
WHERE line IS NOT NULL AND id IN (SELECT id FROM named GROUP BY id HAVING count(*) > 1)

-- name: gone
-- The table's name, if the package takes rows away. Asked of all tables at once.
SELECT '{table}' AS name
WHERE EXISTS (
    SELECT FROM people.incoming_differences
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text
        AND table_name = '{table}' AND line IS NULL
) OR EXISTS (
    SELECT FROM people.incoming_{table}
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND deleted
)

-- name: stage_suspects
-- Rows that are held as the file has them and have to be judged anew: no need to read them from the file.
INSERT INTO people.incoming_{table} (region, system_id, id, {columns}, updated_at, digest, deleted, line)
SELECT held.region, held.system_id, held.id, {held_columns}, held.updated_at, held.digest, false, seen.line
FROM (
    SELECT DISTINCT id FROM people.incoming_suspects
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
) suspect
JOIN people.{table} held
    ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = suspect.id
JOIN people.incoming_seen seen
    ON seen.region = %(region)s::text AND seen.system_id = %(system_id)s::text
        AND seen.table_name = '{table}' AND seen.id = suspect.id
WHERE NOT EXISTS (
    SELECT FROM people.incoming_{table} staged
    WHERE staged.region = %(region)s::text AND staged.system_id = %(system_id)s::text AND staged.id = suspect.id
)

-- name: doubt_found
-- Staged rows with a problem have to be judged again next time, even if nothing about them changes.
UPDATE people.incoming_{table} row SET digest = NULL
WHERE row.region = %(region)s::text AND row.system_id = %(system_id)s::text
    AND row.line IN (
        SELECT found.line FROM people.incoming_found found
        WHERE found.region = %(region)s::text AND found.system_id = %(system_id)s::text
            AND found.table_name = '{table}'
    )

-- name: doubt_held
-- The same for held rows that were set aside, or that are suspect and not in the package.
UPDATE people.{table} held SET digest = NULL
FROM (
    SELECT id FROM people.incoming_aside
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = '{table}'
    UNION
    SELECT suspect.id FROM people.incoming_suspects suspect
    WHERE suspect.region = %(region)s::text AND suspect.system_id = %(system_id)s::text
        AND suspect.table_name = '{table}'
        AND NOT EXISTS (
            SELECT FROM people.incoming_{table} staged
            WHERE staged.region = %(region)s::text AND staged.system_id = %(system_id)s::text
                AND staged.id = suspect.id
        )
) doubtful
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = doubtful.id
    AND held.digest IS NOT NULL
