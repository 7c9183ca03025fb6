-- name: give_up_lost
-- End runs of a system that nobody works on any more: their worker or their job is gone.
UPDATE operators.conformance_runs
SET state = 'failed', ended_at = %(now)s, code = 'lost', sentence = 'nobody has worked on it for an hour'
WHERE system_id = %(system_id)s AND ended_at IS NULL AND asked_at < %(before)s;

-- name: ask
-- A run that a worker is to make; no row if one of this system is under way.
INSERT INTO operators.conformance_runs (region, system_id, state, asked_at, asked_by)
VALUES (%(region)s, %(system_id)s, 'waiting', %(now)s, %(account)s)
ON CONFLICT (system_id) WHERE ended_at IS NULL DO NOTHING
RETURNING id;

-- name: begin
-- A worker begins; no row if the run has ended.
UPDATE operators.conformance_runs SET state = 'running', done = 0, rules = NULL
WHERE id = %(id)s AND ended_at IS NULL
RETURNING id;

-- name: keep_progress
-- How far a run is.
UPDATE operators.conformance_runs SET done = %(done)s, rules = %(rules)s WHERE id = %(id)s AND ended_at IS NULL;

-- name: judged
-- A run has ended with a report.
UPDATE operators.conformance_runs
SET state = 'judged', ended_at = %(now)s, product = %(product)s, counts = %(counts)s::jsonb,
    exit_status = %(exit_status)s, report_json = %(report_json)s, report_html = %(report_html)s
WHERE id = %(id)s AND ended_at IS NULL;

-- name: failed
-- A run has ended without a report.
UPDATE operators.conformance_runs
SET state = 'failed', ended_at = %(now)s, code = %(code)s, sentence = %(sentence)s
WHERE id = %(id)s AND ended_at IS NULL;

-- name: drop_surplus
-- Of a system's ended runs only the newest stay; the newest report stays in any case.
DELETE FROM operators.conformance_runs run
WHERE run.system_id = %(system_id)s AND run.ended_at IS NOT NULL
    AND run.id NOT IN (
        SELECT id FROM operators.conformance_runs
        WHERE system_id = %(system_id)s AND ended_at IS NOT NULL ORDER BY id DESC LIMIT %(most)s
    )
    AND run.id <> coalesce((
        SELECT max(id) FROM operators.conformance_runs WHERE system_id = %(system_id)s AND state = 'judged'
    ), 0);

-- name: runs
-- A system's runs, the newest first, without their reports.
SELECT id, state, asked_at, ended_at, done, rules, code, sentence, product, counts, exit_status
FROM operators.conformance_runs
WHERE system_id = %(system_id)s
ORDER BY id DESC;

-- name: report
-- The report of one run.
SELECT report_json, report_html FROM operators.conformance_runs
WHERE system_id = %(system_id)s AND id = %(id)s AND state = 'judged';

-- name: published_at
-- Since when everyone may read a system's newest report.
SELECT published_at FROM operators.conformance_published WHERE system_id = %(system_id)s;

-- name: publish
-- Everyone may read the newest report of a system; no row if they may already, or there is none.
INSERT INTO operators.conformance_published (system_id, region, published_at, published_by)
SELECT run.system_id, run.region, %(now)s, %(account)s
FROM operators.conformance_runs run
WHERE run.system_id = %(system_id)s AND run.state = 'judged'
LIMIT 1
ON CONFLICT (system_id) DO NOTHING
RETURNING region;

-- name: withdraw
-- Nobody but operators may read it any more.
DELETE FROM operators.conformance_published WHERE system_id = %(system_id)s RETURNING region;

-- name: of_region
-- The newest report of each system, of a region or of all.
SELECT DISTINCT ON (run.system_id) run.system_id, run.ended_at AS judged_at, run.product, run.counts,
    run.exit_status, published.published_at
FROM operators.conformance_runs run
LEFT JOIN operators.conformance_published published ON published.system_id = run.system_id
WHERE (%(region)s::text IS NULL OR run.region = %(region)s::text) AND run.state = 'judged'
ORDER BY run.system_id, run.id DESC;

-- name: published_report
-- The newest report of a system, if everyone may read it.
SELECT run.region, run.ended_at AS judged_at, run.report_json
FROM operators.conformance_published published
JOIN operators.conformance_runs run ON run.system_id = published.system_id
WHERE published.system_id = %(system_id)s AND run.state = 'judged'
ORDER BY run.id DESC
LIMIT 1;
