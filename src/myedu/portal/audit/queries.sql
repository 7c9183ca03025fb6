-- name: can_change
-- Whether the role of this connection could change or delete lines.
SELECT pg_has_role(relowner, 'USAGE') OR has_table_privilege(pg_class.oid, 'UPDATE, DELETE, TRUNCATE')
FROM pg_class
WHERE pg_class.oid = 'audit.lines'::regclass

-- name: record
-- Add a line: who did what to whom, and when.
INSERT INTO audit.lines (at, actor_account, actor_relation, action, region, system_id, person_id, detail)
VALUES (
    %(at)s, %(actor_account)s, %(actor_relation)s, %(action)s,
    %(region)s, %(system_id)s, %(person_id)s, %(detail)s::jsonb
)

-- name: lines
-- Lines since a time, the newest first; of one person, one account, one action, or all.
SELECT id, at, actor_account, actor_relation, action, region, system_id, person_id, detail
FROM audit.lines
WHERE at >= %(since)s
    AND (
        %(person_id)s::text IS NULL
        OR (
            region = %(region)s::text AND system_id = %(system_id)s::text AND person_id = %(person_id)s::text
        )
    )
    AND (%(account)s::uuid IS NULL OR actor_account = %(account)s::uuid)
    AND (%(action)s::text IS NULL OR action = %(action)s::text)
ORDER BY id DESC
LIMIT %(limit)s
