-- name: upload
-- A package that a system pushes.
SELECT manifest, completed_at FROM exports.uploads
WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: begin_upload
-- A package begins to arrive; no row if it began before.
INSERT INTO exports.uploads (system_id, export_id, manifest, began_at)
VALUES (%(system_id)s, %(export_id)s, %(manifest)s::jsonb, %(now)s)
ON CONFLICT DO NOTHING
RETURNING export_id

-- name: drop_unfinished
-- Other packages of the system that were never completed.
DELETE FROM exports.uploads
WHERE system_id = %(system_id)s AND export_id <> %(export_id)s AND completed_at IS NULL
RETURNING export_id

-- name: complete_upload
-- Every file is here; no row if that was said before.
UPDATE exports.uploads SET completed_at = %(now)s
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND completed_at IS NULL
RETURNING export_id
