-- name: lock
-- One package of a region at a time, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('people.intake ' || %(region)s::text, 0))

-- name: settle
-- For this transaction: time for a region's night, and plans for whole sets. Staging is filled a moment ago, so
-- its statistics say that it is empty, and a nested loop planned on them ran for minutes at 20 000 pupils.
-- ANALYZE would say better and hold a lock that makes the other regions wait.
SELECT set_config('statement_timeout', '30min', true),
    set_config('enable_nestloop', 'off', true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('work_mem', '64MB', true)

-- name: keep
-- Ids of rows that a package has and that were set aside.
INSERT INTO people.incoming_kept (region, system_id, table_name, id)
SELECT %(region)s::text, %(system_id)s::text, %(table_name)s::text, id FROM unnest(%(ids)s::text[]) id

-- name: tally
-- How many rows each kind of change has, by table.
SELECT table_name, change, count(*)::integer AS rows
FROM people.incoming_changes
WHERE region = %(region)s::text AND system_id = %(system_id)s::text
GROUP BY table_name, change

-- name: clear_changes
-- Take the change set away.
DELETE FROM people.incoming_changes WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: clear_kept
-- Take the ids of rows that were set aside away.
DELETE FROM people.incoming_kept WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: known_zones
-- Which of these time zones the server knows; any other would fail every query about the school.
SELECT name FROM pg_timezone_names WHERE name = ANY (%(names)s::text[])
