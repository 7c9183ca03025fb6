-- name: settle
-- For this transaction: time for a region's night; an import whose process is dead is given up soon, so that the
-- next one gets its turn; no plan made for other values; small samples, as what is asked of them is how many rows
-- there are.
SELECT set_config('statement_timeout', '30min', true),
    set_config('client_connection_check_interval', '1s', true),
    set_config('plan_cache_mode', 'force_custom_plan', true),
    set_config('jit', 'off', true),
    set_config('default_statistics_target', '10', true),
    set_config('work_mem', '128MB', true),
    set_config('maintenance_work_mem', '1GB', true)

-- name: expect
-- Many staged rows: no nested loop, as a plan over millions must not hang on statistics. Few: the held rows through
-- their indexes only.
SELECT set_config('enable_nestloop', CASE WHEN %(few)s::boolean THEN 'on' ELSE 'off' END, true),
    set_config('enable_mergejoin', CASE WHEN %(few)s::boolean THEN 'off' ELSE 'on' END, true),
    set_config('enable_seqscan', CASE WHEN %(few)s::boolean THEN 'off' ELSE 'on' END, true),
    set_config('random_page_cost', CASE WHEN %(few)s::boolean THEN '0.1' ELSE '4' END, true)

-- name: lock
-- One package of a region at a time, until the end of the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('people.intake ' || %(region)s::text, 0))

-- name: open_region
-- The parts of staging and of what is kept to undo, where the region has none yet.
SELECT people.open_region(%(region)s::text, 'incoming\_%%'), people.open_region(%(region)s::text, 'undo\_%%')

-- name: open_rest
-- The parts of people's own tables, where the region has some and not all.
SELECT people.open_region(%(region)s::text)

-- name: expect_rows_of
-- Whose rows will come into the region's staging.
SELECT people.expect_rows_of(%(region)s::text, %(system_id)s::text)

-- name: clear
-- Staging is empty before and after.
SELECT people.empty_parts('incoming\_%%', %(region)s::text)

-- name: count_part
-- Tell the planner how many rows a part has, and about some columns or, if none is named, about all.
SELECT people.count_part(%(part)s::text, %(region)s::text, %(columns)s::text)

-- name: is_new
-- Whether the region has no rows in any table yet: its first package goes straight into parts without indexes.
SELECT count(to_regclass(format('people.%%I', name || '_r' || %(region)s::text))) = 0
FROM unnest(%(tables)s::text[]) name

-- name: make_bare_part
-- A part without indexes that nobody sees yet, with what staging has.
SELECT people.make_bare_part(%(table)s::text, %(region)s::text, %(system_id)s::text, %(export_id)s::uuid)

-- name: attach_bare_part
-- Build its indexes and show it.
SELECT people.attach_bare_part(%(table)s::text, %(region)s::text)

-- name: copy_seen
-- Where all rows of a full package's file are copied to, as far as it takes to see which differ.
COPY people.incoming_seen (table_name, id, line, digest) FROM STDIN (FORMAT csv)

-- name: copy_differences
-- Where what differs is copied to.
COPY people.incoming_differences (table_name, id, line) FROM STDIN (FORMAT csv)

-- name: differing_lines
-- Those of some lines of a file that differ from what is held.
SELECT DISTINCT line FROM people.incoming_differences
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = %(table)s::text
    AND line BETWEEN %(first)s::bigint AND %(last)s::bigint

-- name: count_differences
-- How many lines of a file differ from what is held, and how many held rows it lacks.
SELECT count(line) AS lines, count(*) - count(line) AS absent FROM people.incoming_differences
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND table_name = %(table)s::text

-- name: suspect_tables
-- Tables with suspect rows.
SELECT DISTINCT table_name AS name FROM people.incoming_suspects
WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: found_tables
-- Tables in whose staged rows something was found.
SELECT DISTINCT table_name AS name FROM people.incoming_found
WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: doubtful_tables
-- Tables with held rows that may have to be judged anew by the next package.
SELECT table_name AS name FROM people.incoming_suspects
WHERE region = %(region)s::text AND system_id = %(system_id)s::text
UNION
SELECT table_name FROM people.incoming_aside
WHERE region = %(region)s::text AND system_id = %(system_id)s::text

-- name: copy_found
-- Where problems that the sight of all rows has shown are copied to.
COPY people.incoming_found (table_name, line, field, code, severity, detail) FROM STDIN (FORMAT csv)

-- name: copy_aside
-- Where the ids of rows that were set aside are copied to.
COPY people.incoming_aside (table_name, id, line) FROM STDIN (FORMAT csv)

-- name: tally
-- How many rows each kind of change has, by table and by the columns that become otherwise.
SELECT table_name, change, coalesce(fields, '{}') AS fields, count(*)::integer AS rows,
    count(*) FILTER (WHERE identity)::integer AS identity
FROM people.incoming_changes
WHERE region = %(region)s::text AND system_id = %(system_id)s::text
GROUP BY table_name, change, fields

-- name: note_erased
-- Who is erased by the package.
INSERT INTO people.incoming_erased (region, system_id, id, public_id, snils)
SELECT held.region, held.system_id, held.id, held.public_id, held.snils
FROM people.persons held
JOIN people.incoming_changes change USING (region, system_id, id)
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND change.table_name = 'persons' AND change.change = 'erased'

-- name: note_expired
-- Who is erased because the time of keeping is over.
INSERT INTO people.incoming_erased (region, system_id, id, public_id, snils)
SELECT region, system_id, id, public_id, snils FROM people.persons
WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND archived_at < %(before)s::timestamptz

-- name: forget_kids
-- What ESIA said of erased children, where no other journal has them. To be asked when they are erased.
DELETE FROM people.esia_kids kid
USING people.incoming_erased gone
WHERE gone.region = %(region)s::text AND gone.system_id = %(system_id)s::text AND kid.kid_snils = gone.snils
    AND NOT EXISTS (SELECT FROM people.persons other WHERE other.snils = gone.snils)

-- name: zones
-- The time zones that the server knows; any other would fail every query about the school.
SELECT name FROM pg_timezone_names
