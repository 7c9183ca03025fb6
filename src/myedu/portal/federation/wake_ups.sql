-- name: wake
-- An operator asks that a journal be tried at once.
INSERT INTO federation.wake_ups (system_id, at) VALUES (%(system_id)s, %(now)s)
ON CONFLICT (system_id) DO UPDATE SET at = excluded.at;

-- name: woken_at
-- When that was asked last.
SELECT at FROM federation.wake_ups WHERE system_id = %(system_id)s;
