-- name: slots
-- Replication slots, and how much of the log each makes the server keep; on a standby there is nothing to say.
SELECT slot_name AS name, active AS is_active,
    CASE WHEN restart_lsn IS NULL THEN 0 ELSE pg_current_wal_lsn() - restart_lsn END::float8 AS kept_bytes
FROM pg_replication_slots
WHERE NOT pg_is_in_recovery()

-- name: archive_fails
-- Whether the last file of the log that was to be archived could not be; false where nothing is archived.
SELECT coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false) FROM pg_stat_archiver
