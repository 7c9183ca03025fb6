-- name: read_copy
-- The last good answer to one query; without the body where the caller has this version decrypted already.
SELECT version, etag, fetched_at, CASE WHEN version = %(cached)s::uuid THEN NULL ELSE body END AS body
FROM federation.copies
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s;

-- name: save_copy
-- Replace the stored answer by a newer one and release the lease. An older answer that comes late replaces nothing.
WITH released AS (
    DELETE FROM federation.flights WHERE key = %(key)b AND holder = %(holder)s
)
INSERT INTO federation.copies
    (region, system_id, student_id, method, first_day, last_day, body, etag, fetched_at, version, asked_on)
VALUES (%(region)s, %(system_id)s, %(student_id)s, %(method)s, %(first_day)s, %(last_day)s, %(body)b, %(etag)s, %(fetched_at)s, %(version)s, %(asked_on)s)
ON CONFLICT (region, system_id, student_id, method, first_day, last_day) DO UPDATE
SET body = excluded.body, etag = excluded.etag, fetched_at = excluded.fetched_at, version = excluded.version,
    asked_on = excluded.asked_on
WHERE copies.fetched_at <= excluded.fetched_at
-- The page doesn't wait for the disk: a copy that a crash takes is fetched again.
RETURNING set_config('synchronous_commit', 'off', true);

-- name: replace_copy
-- A refresh by the portal itself: replaces the version that it was compared with, and no other. So a copy that was
-- erased meanwhile doesn't come back, and of two concurrent refreshes only one records the events.
WITH released AS (
    DELETE FROM federation.flights WHERE key = %(key)b AND holder = %(holder)s
)
UPDATE federation.copies
SET body = %(body)b, etag = %(etag)s, fetched_at = %(fetched_at)s, version = %(version)s
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s
  AND version = %(replaced)s
RETURNING set_config('synchronous_commit', 'off', true); -- as above

-- name: confirm_copy
-- The journal answered 304: the copy is as good as one received now, and the lease is released. The body isn't touched.
WITH released AS (
    DELETE FROM federation.flights WHERE key = %(key)b AND holder = %(holder)s
)
UPDATE federation.copies
SET fetched_at = %(fetched_at)s, asked_on = coalesce(%(asked_on)s, asked_on)
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s
  AND version = %(version)s
  AND fetched_at < %(fetched_at)s
RETURNING set_config('synchronous_commit', 'off', true); -- as above

-- name: discard_copy
-- A copy of which no page can be made. A later version stays.
DELETE FROM federation.copies
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s
  AND fetched_at <= %(fetched_at)s;

-- name: read_diaries
-- All last good diaries of a student, the newest first: everything that a family can have seen.
SELECT version, etag, fetched_at, body, first_day, last_day
FROM federation.copies
WHERE region = %(region)s AND system_id = %(system_id)s AND student_id = %(student_id)s AND method = 'diary'
ORDER BY fetched_at DESC;

-- name: erase_persons
-- Copies of the diaries of persons who are erased in this transaction.
DELETE FROM federation.copies copy
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE copy.region = %(region)s AND copy.system_id = %(system_id)s AND copy.student_id = erased.person_id;

-- name: erase_refreshes
-- Pending refreshes of the same persons.
DELETE FROM federation.renewals pending
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE pending.region = %(region)s AND pending.system_id = %(system_id)s AND pending.student_id = erased.person_id;

-- name: erase_old
-- Some of the copies whose retention has ended; those that are being refreshed are left out.
DELETE FROM federation.copies
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM federation.copies WHERE fetched_on < %(before)s ORDER BY fetched_on LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
));

-- name: delete_dead_leases
-- Leases whose holder is long dead, and reasons of failures that no process waits for any more.
DELETE FROM federation.flights WHERE until < clock_timestamp() - interval '1 hour';

-- name: acquire_lease
-- Take the lease of a query unless it is held: who holds it now, and when the copy was last refreshed.
SELECT holds AS holder, renewed_at AS copy_refreshed_at
FROM federation.take_flight(
    %(key)b, %(holder)s, %(duration)s,
    %(region)s, %(system_id)s, %(student_id)s, %(method)s, %(first_day)s, %(last_day)s
);

-- name: read_lease
-- Who holds a lease and, for some moments after its fetch failed, why.
SELECT holder, reason, failed_at, retry_after
FROM federation.flights
WHERE key = %(key)b AND until > clock_timestamp();

-- name: renew_leases
-- Extend the leases of a process that is alive.
UPDATE federation.flights lease
SET until = clock_timestamp() + %(duration)s
FROM unnest(%(keys)s::bytea[], %(holders)s::uuid[]) AS held (key, holder)
WHERE lease.key = held.key AND lease.holder = held.holder AND lease.reason IS NULL;

-- name: fail_lease
-- Leave the reason for the processes that wait.
UPDATE federation.flights
SET reason = %(reason)s, failed_at = %(failed_at)s, retry_after = %(retry_after)s, until = clock_timestamp() + %(kept)s
WHERE key = %(key)b AND holder = %(holder)s;

-- name: release_lease
-- The fetch wasn't needed: the copy has been refreshed meanwhile.
DELETE FROM federation.flights WHERE key = %(key)b AND holder = %(holder)s;

-- name: copy_heads
-- How some kept answers begin: with the layout and the key that they have.
SELECT substr(body, 1, 5) AS head, count(*) AS copies
FROM (SELECT body FROM federation.copies LIMIT %(limit)s) copy
GROUP BY 1
