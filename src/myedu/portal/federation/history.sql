-- name: add_hour
-- Add what one process has counted to a system's hour.
INSERT INTO federation.hours AS kept
    (system_id, hour, calls, fresh, stale, unavailable, failures, reasons, within)
VALUES (
    %(system_id)s, %(hour)s, %(calls)s, %(fresh)s, %(stale)s, %(unavailable)s, %(failures)s::jsonb,
    %(reasons)s::jsonb, %(within)s::bigint[]
)
ON CONFLICT (system_id, hour) DO UPDATE SET
    calls = kept.calls + excluded.calls,
    fresh = kept.fresh + excluded.fresh,
    stale = kept.stale + excluded.stale,
    unavailable = kept.unavailable + excluded.unavailable,
    failures = federation.added(kept.failures, excluded.failures),
    reasons = federation.added(kept.reasons, excluded.reasons),
    within = federation.added(kept.within, excluded.within);

-- name: hours
-- The kept hours of some systems added up to steps, the oldest first: one sum for each place of a histogram.
WITH binned AS MATERIALIZED (
    SELECT system_id, date_bin(%(step)s, hour, %(since)s) AS at, calls, fresh, stale, unavailable, failures,
        reasons, within
    FROM federation.hours
    WHERE system_id = ANY(%(system_ids)s::text[]) AND hour >= %(since)s
), counted AS (
    SELECT system_id, at, sum(calls)::bigint AS calls, sum(fresh)::bigint AS fresh,
        sum(stale)::bigint AS stale, sum(unavailable)::bigint AS unavailable,
        ARRAY[
            sum(within[1]), sum(within[2]), sum(within[3]), sum(within[4]), sum(within[5]), sum(within[6]),
            sum(within[7]), sum(within[8]), sum(within[9]), sum(within[10]), sum(within[11]), sum(within[12]),
            sum(within[13]), sum(within[14]), sum(within[15]), sum(within[16]), sum(within[17]), sum(within[18]),
            sum(within[19]), sum(within[20]), sum(within[21]), sum(within[22]), sum(within[23]), sum(within[24]),
            sum(within[25]), sum(within[26]), sum(within[27]), sum(within[28])
        ]::bigint[] AS within
    FROM binned
    GROUP BY system_id, at
), failed AS (
    SELECT system_id, at, jsonb_object_agg(code, total) AS codes
    FROM (
        SELECT system_id, at, code, sum(number::bigint) AS total
        FROM binned CROSS JOIN jsonb_each_text(failures) each_of (code, number)
        GROUP BY system_id, at, code
    ) by_code
    GROUP BY system_id, at
), reasoned AS (
    SELECT system_id, at, jsonb_object_agg(code, total) AS codes
    FROM (
        SELECT system_id, at, code, sum(number::bigint) AS total
        FROM binned CROSS JOIN jsonb_each_text(reasons) each_of (code, number)
        GROUP BY system_id, at, code
    ) by_code
    GROUP BY system_id, at
)
SELECT system_id, at AS hour, calls, fresh, stale, unavailable, coalesce(failed.codes, '{}') AS failures,
    coalesce(reasoned.codes, '{}') AS reasons, within
FROM counted
LEFT JOIN failed USING (system_id, at)
LEFT JOIN reasoned USING (system_id, at)
ORDER BY system_id, at;

-- name: erase_old_hours
-- Erase the hours before a time.
DELETE FROM federation.hours WHERE hour < %(before)s;

-- name: add_exchange
-- Keep one exchange.
INSERT INTO federation.exchanges
    (system_id, at, method, problem, seconds, request, status, media_type, bytes, headers, excerpt, place)
VALUES (
    %(system_id)s, %(at)s, %(method)s, %(problem)s, %(seconds)s, %(request)s, %(status)s, %(media_type)s,
    %(bytes)s, %(headers)s::jsonb, %(excerpt)s, %(place)s
);

-- name: drop_surplus
-- Of a system's exchanges with one problem only the newest stay.
DELETE FROM federation.exchanges
WHERE system_id = %(system_id)s AND problem = %(problem)s AND id <= (
    SELECT id FROM federation.exchanges
    WHERE system_id = %(system_id)s AND problem = %(problem)s
    ORDER BY id DESC
    OFFSET %(most)s
    LIMIT 1
);

-- name: exchanges
-- A system's kept exchanges, the newest first; of one problem, or of all.
SELECT id, at, method, problem, seconds, request, status, media_type, bytes, headers, excerpt, place
FROM federation.exchanges
WHERE system_id = %(system_id)s AND (%(problem)s::text IS NULL OR problem = %(problem)s)
ORDER BY id DESC
LIMIT %(limit)s OFFSET %(offset)s;

-- name: exchange
-- One of a system's kept exchanges.
SELECT id, at, method, problem, seconds, request, status, media_type, bytes, headers, excerpt, place
FROM federation.exchanges
WHERE system_id = %(system_id)s AND id = %(id)s;

-- name: exchange_counts
-- How many exchanges of each problem are kept of a system.
SELECT problem, count(*) AS kept
FROM federation.exchanges
WHERE system_id = %(system_id)s
GROUP BY problem
ORDER BY problem;

-- name: erase_old_exchanges
-- Erase the exchanges before a time.
DELETE FROM federation.exchanges WHERE at < %(before)s;
