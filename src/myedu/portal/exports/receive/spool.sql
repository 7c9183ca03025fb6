-- name: pushed
-- Packages that a system pushes or has pushed.
SELECT system_id, export_id FROM exports.uploads WHERE system_id = %(system_id)s

-- name: waiting
-- Held packages that can still be approved: nothing newer of their system was applied.
SELECT package.system_id, package.export_id FROM exports.packages package
WHERE package.state = 'held'
    AND NOT EXISTS (
        SELECT FROM exports.packages newer
        WHERE newer.system_id = package.system_id AND newer.state = 'applied' AND newer.created_at >= package.created_at
    )
