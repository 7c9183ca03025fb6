"""What is measured of jobs, in the worker's own process."""

from myedu.kit.telemetry import MetricSpec

METRICS = (
    MetricSpec(
        "myedu_jobs",
        "counter",
        ("task", "result"),
        "Runs of jobs in this worker that ended: `done`, `retried` later, or `failed` for good.",
    ),
    MetricSpec(
        "myedu_job_seconds",
        "histogram",
        ("task",),
        "Seconds that a run of a job took.",
        (0.1, 0.5, 1, 2.5, 5, 15, 30, 60, 150, 300, 900, 1800, 3600),
    ),
    MetricSpec(
        "myedu_jobs_in_queue",
        "largest",
        ("task", "state"),
        "Jobs of all workers in the queue: `queued`, `picked` (running) or `failed` for good.",
    ),
    MetricSpec(
        "myedu_jobs_oldest_seconds",
        "largest",
        ("task",),
        "Seconds for which the oldest job that may run has waited for a worker.",
    ),
    MetricSpec(
        "myedu_worker_looked_timestamp_seconds",
        "largest",
        (),
        "When the worker last looked for due jobs (Unix time).",
    ),
    MetricSpec(
        "myedu_nightly_runs", "counter", ("task", "result"), "Runs of nightly tasks: `done` or `failed`."
    ),
)
