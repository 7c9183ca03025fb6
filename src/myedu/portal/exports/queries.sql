-- name: receive
-- Note that a package came. What became of one that came before stays; until it is applied its manifest may be
-- corrected, and a wrong time or region must not be kept when it is.
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

-- name: current_package
-- The package of a system that is in force now.
SELECT export_id, created_at, state FROM exports.packages
WHERE system_id = %(system_id)s AND state = 'applied'
ORDER BY created_at DESC, applied_at DESC
LIMIT 1

-- name: current_tables
-- What the package in force did to each table; NULL if rows were erased since then that it doesn't count.
SELECT CASE WHEN NOT recount THEN tables END FROM exports.packages
WHERE system_id = %(system_id)s AND state = 'applied'
ORDER BY created_at DESC, applied_at DESC
LIMIT 1

-- name: require_recount
-- Rows were erased that no package reports.
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
-- A package whose import has failed for good: one by its id, else those that were pulled. Applied or held, it stays so.
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
-- Problems of an earlier attempt.
DELETE FROM exports.problems WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: copy_problems
-- Where the problems of a package are copied to.
COPY exports.problems (system_id, export_id, table_name, line, field, code, severity, detail) FROM STDIN

-- name: tally
-- The problems of a package by code.
SELECT code AS name, count(*) AS rows FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s
GROUP BY code

-- name: tally_rejected
-- How many rows of each table were rejected.
SELECT table_name AS name, count(DISTINCT line) AS rows FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND severity = 'error'
GROUP BY table_name

-- name: only_last
-- What an earlier package of the system changed is no longer kept.
UPDATE exports.packages SET can_roll_back = false
WHERE system_id = %(system_id)s AND export_id <> %(export_id)s AND can_roll_back

-- name: last_applied
-- The package that was applied last in a region, in whichever of its systems.
SELECT system_id, export_id, mode, created_at, applied_at, tables, can_roll_back FROM exports.packages
WHERE region = %(region)s AND state = 'applied'
ORDER BY applied_at DESC, created_at DESC
LIMIT 1

-- name: roll_back
-- A package that an operator rolled back: its time of application is gone with its rows.
UPDATE exports.packages
SET state = 'rolled-back', code = %(code)s, reason = %(reason)s, applied_at = NULL, can_roll_back = false
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND state = 'applied'
