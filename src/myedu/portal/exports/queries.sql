-- name: receive
-- Note that a package came; one that came before keeps what became of it.
INSERT INTO exports.packages (system_id, export_id, region, mode, base, created_at, received_at, state)
VALUES (
    %(system_id)s, %(export_id)s, %(region)s, %(mode)s, %(base)s, %(created_at)s, %(now)s, 'received'
)
ON CONFLICT (system_id, export_id) DO NOTHING

-- name: package
-- What became of a package.
SELECT export_id, created_at, state FROM exports.packages
WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: standing
-- The package of a system that stands now.
SELECT export_id, created_at, state FROM exports.packages
WHERE system_id = %(system_id)s AND state = 'applied'
ORDER BY created_at DESC, applied_at DESC
LIMIT 1

-- name: finish
-- Write what became of a package; one that is applied stays applied.
UPDATE exports.packages
SET state = %(state)s, code = %(code)s, reason = %(reason)s, tables = %(tables)s::jsonb,
    applied_at = CASE WHEN %(state)s = 'applied' THEN %(now)s::timestamptz END
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND state <> 'applied'

-- name: forget_problems
-- Problems of an earlier try.
DELETE FROM exports.problems WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: copy_problems
-- Where the problems of a package are copied to.
COPY exports.problems (system_id, export_id, table_name, line, field, code, severity, detail) FROM STDIN

-- name: problems
-- The problems of a package in the order of its files.
SELECT table_name AS table, line, field, code, severity, detail FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s
ORDER BY table_name, line, field NULLS FIRST, code
