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
-- The kept hours of some systems, the oldest first.
SELECT system_id, hour, calls, fresh, stale, unavailable, failures, reasons, within
FROM federation.hours
WHERE system_id = ANY(%(system_ids)s::text[]) AND hour >= %(since)s
ORDER BY system_id, hour;

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
