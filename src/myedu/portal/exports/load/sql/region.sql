-- An import as a whole: its transaction, its region, its working tables (see table.sql).

-- name: set_limits
-- For this transaction: time enough for a region's night; an import whose process has died is ended soon, so that
-- the next one can begin; no plan made for other values; small samples, as only numbers of rows are asked of them.
SELECT set_config('statement_timeout', '30min', true),
    set_config('client_connection_check_interval', '1s', true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('jit', 'off', true),
    set_config('default_statistics_target', '10', true),
    set_config('work_mem', '128MB', true),
    set_config('maintenance_work_mem', '1GB', true)

-- name: set_planner_hints
-- Many staged rows: no nested loop, because a plan over millions must not depend on statistics. Few: held rows only
-- by their indexes.
SELECT set_config('enable_nestloop', CASE WHEN %(few)s::boolean THEN 'on' ELSE 'off' END, true),
    set_config('enable_mergejoin', CASE WHEN %(few)s::boolean THEN 'off' ELSE 'on' END, true),
    set_config('enable_seqscan', CASE WHEN %(few)s::boolean THEN 'off' ELSE 'on' END, true),
    set_config('random_page_cost', CASE WHEN %(few)s::boolean THEN '0.1' ELSE '4' END, true)

-- name: lock
-- One import of a region at a time, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('people.intake ' || %(region)s::text, 0))

-- name: open_region
-- The region's staging and undo tables, if it has none yet.
SELECT exports.open_region(%(region)s::text)

-- name: clear_staging
-- Staging is empty before and after an import.
SELECT exports.clear_staging(%(region)s::text)

-- name: count_partitions
-- How many of people's tables have a partition of the region. None: its first package is loaded straight into new
-- partitions without indexes.
SELECT count(to_regclass(format('people.%%I', name || '_r' || %(region)s::text)))
FROM unnest(%(tables)s::text[]) name

-- name: open_partitions
-- People's partitions of the region that are still missing.
SELECT people.open_region(%(region)s::text)

-- name: create_unindexed_partition
-- A partition that is not attached yet, with the columns of staging.
SELECT people.create_unindexed_partition(
    %(table)s::text, %(region)s::text, %(system_id)s::text, %(export_id)s::uuid
)

-- name: attach_unindexed_partition
-- Build its indexes and show its rows.
SELECT people.attach_unindexed_partition(%(table)s::text, %(region)s::text)

-- name: differing_lines
-- Which lines in a range of a file differ from the held rows.
SELECT DISTINCT line FROM {differences}
WHERE table_name = %(table)s::text AND line BETWEEN %(first)s::bigint AND %(last)s::bigint

-- name: count_differences
-- How many lines of a file differ from the held rows, and how many held rows the file lacks.
SELECT count(line) AS lines, count(*) - count(line) AS absent FROM {differences}
WHERE table_name = %(table)s::text

-- name: affected_tables
-- Tables with affected rows.
SELECT DISTINCT table_name AS name FROM {affected}

-- name: tables_with_findings
-- Tables in whose staged rows a problem was found.
SELECT DISTINCT table_name AS name FROM {findings}

-- name: tables_to_check_again
-- Tables with held rows that the next package may have to check again.
SELECT table_name AS name FROM {affected}
UNION
SELECT table_name FROM {rejected}

-- name: report_findings
-- Problems that only the whole package shows, into the package's report.
INSERT INTO exports.problems (system_id, export_id, table_name, line, field, code, severity, detail)
SELECT %(system_id)s::text, %(export_id)s::uuid, table_name, line, field, code, severity, left(detail, 64)
FROM {findings}

-- name: tally_changes
-- How many rows each kind of change has, by table and by the columns that change.
SELECT table_name, change, coalesce(fields, '{{}}') AS fields, count(*)::integer AS rows,
    count(*) FILTER (WHERE identity)::integer AS identity
FROM {changes}
GROUP BY table_name, change, fields

-- name: list_erased
-- Persons whom the package erases, for every room (people.service.erased_persons).
INSERT INTO people.erased (region, system_id, person_id, public_id, snils)
SELECT held.region, held.system_id, held.id, held.public_id, held.snils
FROM {held_persons} held
JOIN {changes} change ON change.id = held.id
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND change.table_name = 'persons' AND change.change = 'erased'

-- name: list_expired
-- Persons who are erased because they were archived before a time.
INSERT INTO people.erased (region, system_id, person_id, public_id, snils)
SELECT region, system_id, id, public_id, snils FROM {held_persons}
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at < %(before)s::timestamptz

-- name: clear_erased
-- Every room has erased what it keeps of them.
DELETE FROM people.erased WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: time_zones
-- Time zones that the server knows; any other would fail every query about the school.
SELECT name FROM pg_timezone_names
