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
