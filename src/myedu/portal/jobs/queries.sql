-- name: jobs
-- Jobs that wait, run or failed for good; failed ones first, then running ones.
SELECT job.id, split_part(job.entrypoint, '/', 1) AS task,
    substr(job.entrypoint, strpos(job.entrypoint, '/') + 1) AS subject,
    CASE
        WHEN job.status = 'queued' THEN 'waiting'
        WHEN job.status = 'failed' THEN 'failed'
        WHEN job.heartbeat < %(stuck_before)s::timestamptz THEN 'stuck'
        ELSE 'running'
    END AS state,
    job.attempts, job.created AS created_at, job.heartbeat, job.execute_after AS run_after
FROM jobs.pgqueuer job
WHERE job.status IN ('queued', 'picked', 'failed')
    AND (%(id)s::bigint IS NULL OR job.id = %(id)s::bigint)
ORDER BY job.status = 'failed' DESC, job.status = 'picked' DESC, job.execute_after, job.id
LIMIT %(limit)s

-- name: payload
-- What a job was asked to do.
SELECT coalesce(payload, '') FROM jobs.pgqueuer WHERE id = %(id)s

-- name: events
-- The last steps of a job, the newest first. An exception's text may quote data, so only its class is read.
SELECT created AS at, status::text AS status, traceback ->> 'exception_type' AS error
FROM jobs.pgqueuer_log
WHERE job_id = %(id)s
ORDER BY created DESC, id DESC
LIMIT %(limit)s

-- name: failed
-- Jobs that failed for good, one by its id or all of an entry point: the newest of each dedupe key, and
-- whether a job with that key waits or runs, beside which it can't be queued.
SELECT DISTINCT ON (coalesce(job.dedupe_key, job.id::text)) job.id,
    EXISTS (
        SELECT FROM jobs.pgqueuer other
        WHERE other.dedupe_key = job.dedupe_key AND other.status IN ('queued', 'picked')
    ) AS is_queued_already
FROM jobs.pgqueuer job
WHERE job.status = 'failed'
    AND (%(id)s::bigint IS NULL OR job.id = %(id)s::bigint)
    AND (%(entrypoint)s::text IS NULL OR job.entrypoint = %(entrypoint)s::text)
ORDER BY coalesce(job.dedupe_key, job.id::text), job.id DESC

-- name: delete_superseded
-- Failed jobs with the same dedupe key as one that is queued again.
DELETE FROM jobs.pgqueuer failed
USING jobs.pgqueuer again
WHERE again.id = ANY(%(ids)s::bigint[])
    AND failed.dedupe_key = again.dedupe_key
    AND failed.status = 'failed'
    AND failed.id <> again.id

-- name: depth
-- How many jobs of each task are in each state, and since when the oldest of them may run.
SELECT split_part(entrypoint, '/', 1) AS task, status::text AS state, count(*) AS jobs,
    min(greatest(created, execute_after)) AS since
FROM jobs.pgqueuer
WHERE status IN ('queued', 'picked', 'failed')
GROUP BY 1, 2

-- name: delete_old_log
-- pgqueuer's log of long ago.
DELETE FROM jobs.pgqueuer_log WHERE created < %(before)s

-- name: workers
-- How many connections the workers of this database hold.
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'myedu-worker'
