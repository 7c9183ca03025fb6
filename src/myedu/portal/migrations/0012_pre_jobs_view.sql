-- What other rooms may read of the queue: of each task and subject the job that runs, waits or failed for good.
CREATE VIEW jobs.current AS
SELECT DISTINCT ON (job.entrypoint)
    split_part(job.entrypoint, '/', 1) AS task,
    substr(job.entrypoint, strpos(job.entrypoint, '/') + 1) AS subject,
    job.status::text AS status, job.attempts, job.heartbeat, job.execute_after
FROM jobs.pgqueuer job
WHERE job.status IN ('queued', 'picked', 'failed')
ORDER BY job.entrypoint, job.status <> 'picked', job.id DESC;
