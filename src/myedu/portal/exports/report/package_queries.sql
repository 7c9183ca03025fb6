-- name: report
-- What became of a package.
SELECT system_id, region, export_id, mode, base, created_at, received_at, applied_at, state, code, reason, tables
FROM exports.packages
WHERE system_id = %(system_id)s AND export_id = %(export_id)s

-- name: problem_counts
-- A package's problems by code, the most frequent first.
SELECT code, severity, count(*) AS rows
FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s
GROUP BY code, severity
ORDER BY count(*) DESC, code

-- name: problems
-- A package's problems by table and line; without a limit, all.
SELECT table_name AS table, line, field, code, severity, detail
FROM exports.problems
WHERE system_id = %(system_id)s AND export_id = %(export_id)s
ORDER BY table_name, line, field NULLS FIRST, code
LIMIT %(limit)s::bigint OFFSET %(offset)s::bigint

-- name: newest
-- The packages of every system that were received last (their own times may be wrong); held ones come first.
SELECT package.system_id, system.region, system.name, package.export_id, package.mode, package.created_at,
    package.received_at, package.applied_at, package.state, package.code, package.reason, package.tables,
    (
        SELECT count(*) FROM exports.problems problem
        WHERE problem.system_id = package.system_id AND problem.export_id = package.export_id
    ) AS problem_rows
FROM people.systems system
CROSS JOIN LATERAL (
    SELECT * FROM exports.packages one
    WHERE one.system_id = system.id
    ORDER BY one.received_at DESC, one.created_at DESC
    LIMIT %(each)s
) package
ORDER BY package.state <> 'held', system.region, package.system_id, package.received_at DESC,
    package.created_at DESC

-- name: history
-- Packages of some systems by steps of time: what became of them, and their rows that were set aside.
SELECT package.system_id, date_bin(%(step)s, package.received_at, %(since)s) AS at,
    count(*) FILTER (WHERE package.state = 'applied') AS applied,
    count(*) FILTER (WHERE package.state IN ('held', 'received')) AS held,
    count(*) FILTER (WHERE package.state IN ('refused', 'rolled-back')) AS refused,
    coalesce(sum(line.rows), 0)::bigint AS rows, coalesce(sum(line.set_aside), 0)::bigint AS set_aside
FROM exports.packages package
CROSS JOIN LATERAL (
    SELECT sum((one ->> 'rows')::bigint) AS rows, sum((one ->> 'set_aside')::bigint) AS set_aside
    FROM jsonb_array_elements(package.tables) one
) line
WHERE package.system_id = ANY(%(system_ids)s::text[]) AND package.received_at >= %(since)s
GROUP BY 1, 2
ORDER BY 1, 2

-- name: systems
-- Every system with its schedule, its last import and how far the job under way is.
SELECT system.id, system.region, system.name, schedule.local_time, schedule.time_zone, schedule.next_at,
    run.way, run.began_at, run.ended_at, run.code, run.sentence,
    progress.stage, progress.rows, progress.total, progress.at AS progress_at,
    job.status AS job_status, job.attempts, job.heartbeat, job.execute_after
FROM people.systems system
LEFT JOIN exports.schedules schedule ON schedule.system_id = system.id
LEFT JOIN exports.runs run ON run.system_id = system.id
LEFT JOIN exports.progress progress ON progress.system_id = system.id
LEFT JOIN jobs.current job ON job.task = 'exports' AND job.subject = system.id
WHERE %(system_id)s::text IS NULL OR system.id = %(system_id)s
ORDER BY system.region, system.id

-- name: states
-- Of every system that is not paused: whether it is pulled, its last applied package, how many wait for an
-- operator, and how the last import ended.
SELECT system.id, schedule.system_id IS NOT NULL AS is_scheduled, run.code,
    max(package.applied_at) AS applied_at, count(*) FILTER (WHERE package.state = 'held') AS held
FROM people.systems system
LEFT JOIN exports.schedules schedule ON schedule.system_id = system.id
LEFT JOIN exports.runs run ON run.system_id = system.id
LEFT JOIN exports.packages package ON package.system_id = system.id
WHERE system.paused_at IS NULL
GROUP BY system.id, schedule.system_id, run.code

-- name: arrivals
-- Of every system: when it is pulled, its first and last applied package, its last good import, what waits.
SELECT system.id AS system_id, schedule.local_time, schedule.time_zone, package.first_applied_at,
    package.last_applied_at, package.held,
    CASE WHEN run.way = 'pull' AND run.code IS NULL AND newest.state = 'applied' THEN run.ended_at END AS confirmed_at,
    run.code, run.ended_at AS failed_at, key.registered_at AS vendor_key_at
FROM people.systems system
LEFT JOIN exports.schedules schedule ON schedule.system_id = system.id
LEFT JOIN exports.runs run ON run.system_id = system.id
LEFT JOIN exports.vendor_keys key ON key.system_id = system.id
CROSS JOIN LATERAL (
    SELECT min(one.applied_at) FILTER (WHERE one.state = 'applied') AS first_applied_at,
        max(one.applied_at) FILTER (WHERE one.state = 'applied') AS last_applied_at,
        count(*) FILTER (WHERE one.state = 'held') AS held
    FROM exports.packages one
    WHERE one.system_id = system.id
) package
LEFT JOIN LATERAL (
    SELECT one.state FROM exports.packages one
    WHERE one.system_id = system.id
    ORDER BY one.received_at DESC, one.created_at DESC
    LIMIT 1
) newest ON true
ORDER BY system.region, system.id

-- name: reject
-- An operator rejects a held package; no row if it isn't held any more.
UPDATE exports.packages
SET state = 'refused', code = 'refused-by-operator', reason = %(reason)s
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND state = 'held'
RETURNING region

-- name: held
-- The region of a package that waits for an operator.
SELECT region FROM exports.packages
WHERE system_id = %(system_id)s AND export_id = %(export_id)s AND state = 'held'

-- name: begin_run
-- An import of a system begins.
INSERT INTO exports.runs (system_id, way, began_at) VALUES (%(system_id)s, %(way)s, %(now)s)
ON CONFLICT (system_id) DO UPDATE
SET way = excluded.way, began_at = excluded.began_at, ended_at = NULL, code = NULL, sentence = NULL

-- name: end_run
-- An import of a system has ended: without a code it succeeded.
UPDATE exports.runs SET ended_at = %(now)s, code = %(code)s, sentence = %(sentence)s
WHERE system_id = %(system_id)s

-- name: keep_progress
-- How far a system's package is.
INSERT INTO exports.progress (system_id, stage, rows, total, at)
VALUES (%(system_id)s, %(stage)s, %(rows)s, %(total)s, %(now)s)
ON CONFLICT (system_id) DO UPDATE
SET stage = excluded.stage, rows = excluded.rows, total = excluded.total, at = excluded.at

-- name: forget_progress
-- The import has ended.
DELETE FROM exports.progress WHERE system_id = %(system_id)s

-- name: connected
-- Since when each system's packages have been applied, and when the last one was.
SELECT system_id, min(applied_at) AS since, max(applied_at) AS last FROM exports.packages
WHERE state = 'applied'
GROUP BY system_id
