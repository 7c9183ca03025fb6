-- name: receive
-- Note that a package came. One that came before keeps what became of it; until it is applied its manifest may be
-- mended, and a wrong time or region must not stand when it is.
INSERT INTO exports.packages (system_id, export_id, region, mode, base, created_at, received_at, state)
VALUES (
    %(system_id)s, %(export_id)s, %(region)s, %(mode)s, %(base)s, %(created_at)s, %(now)s, 'received'
)
ON CONFLICT (system_id, export_id) DO UPDATE
SET region = excluded.region, mode = excluded.mode, base = excluded.base, created_at = excluded.created_at
WHERE packages.state <> 'applied'

-- name: package
-- What became of a package.
SELECT export_id, created_at, state, code, reason FROM exports.packages
WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: standing
-- The package of a system that stands now.
SELECT export_id, created_at, state FROM exports.packages
WHERE system_id = %(system_id)s AND state = 'applied'
ORDER BY created_at DESC, applied_at DESC
LIMIT 1

-- name: standing_tables
-- What the package that stands did to each table; nothing where rows have gone since that it doesn't tell of.
SELECT CASE WHEN NOT recount THEN tables END FROM exports.packages
WHERE system_id = %(system_id)s AND state = 'applied'
ORDER BY created_at DESC, applied_at DESC
LIMIT 1

-- name: count_anew
-- Rows went of which no package tells.
UPDATE exports.packages SET recount = true
WHERE system_id = %(system_id)s AND state = 'applied' AND NOT recount

-- name: finish
-- Write what became of a package; one that is applied stays applied.
UPDATE exports.packages
SET state = %(state)s, code = %(code)s, reason = %(reason)s, tables = %(tables)s::jsonb,
    can_roll_back = %(state)s = 'applied',
    applied_at = CASE WHEN %(state)s = 'applied' THEN %(now)s::timestamptz END
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND state <> 'applied'

-- name: give_up
-- A package that nobody goes on with: one by its id, else those that were pulled. Applied or held, it stays so.
UPDATE exports.packages package SET state = 'refused', code = %(code)s, reason = %(reason)s
WHERE package.system_id = %(system_id)s AND package.state = 'received'
    AND CASE
        WHEN %(export_id)s::uuid IS NOT NULL THEN package.export_id = %(export_id)s::uuid
        ELSE NOT EXISTS (
            SELECT FROM exports.uploads pushed
            WHERE pushed.system_id = package.system_id AND pushed.export_id = package.export_id
        )
    END

-- name: forget_problems
-- Problems of an earlier try.
DELETE FROM exports.problems WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: copy_problems
-- Where the problems of a package are copied to.
COPY exports.problems (system_id, export_id, table_name, line, field, code, severity, detail) FROM STDIN

-- name: add_found
-- Problems that the sight of all staged rows has shown.
INSERT INTO exports.problems (system_id, export_id, table_name, line, field, code, severity, detail)
SELECT %(system_id)s::text, %(export_id)s::uuid, table_name, line, field, code, severity, left(detail, 64)
FROM people.incoming_found
WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: tally
-- The problems of a package by code.
SELECT code, count(*) AS rows FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s
GROUP BY code

-- name: tally_aside
-- How many rows of each table were set aside.
SELECT table_name AS code, count(DISTINCT line) AS rows FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND severity = 'error'
GROUP BY table_name

-- name: only_last
-- What an earlier package of the system changed is not kept any more.
UPDATE exports.packages SET can_roll_back = false
WHERE system_id = %(system_id)s AND export_id <> %(export_id)s AND can_roll_back

-- name: last_applied
-- The package that was applied last in a region, in whichever of its systems.
SELECT system_id, export_id, mode, created_at, applied_at, tables, can_roll_back FROM exports.packages
WHERE region = %(region)s AND state = 'applied'
ORDER BY applied_at DESC, created_at DESC
LIMIT 1

-- name: roll_back
-- A package that an operator took back: its time of application is gone with its rows.
UPDATE exports.packages
SET state = 'rolled-back', code = %(code)s, reason = %(reason)s, applied_at = NULL, can_roll_back = false
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND state = 'applied'

-- name: problems
-- The problems of a package in the order of the contract's tables.
SELECT table_name AS table, line, field, code, severity, detail FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s
ORDER BY array_position(%(tables)s::text[], table_name), line, field NULLS FIRST, code
