-- name: copy
-- The last good answer to one question; without the body where the caller has opened this version already.
SELECT version, etag, fetched_at, CASE WHEN version = %(known)s::uuid THEN NULL ELSE body END AS body
FROM federation.copies
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s;

-- name: keep_copy
-- Put a good answer in the place of the one before, and land its flight. An older answer that lands late doesn't
-- replace a newer one.
WITH landed AS (
    DELETE FROM federation.flights WHERE key = %(flight)b AND holder = %(holder)s
)
INSERT INTO federation.copies
    (region, system_id, student_id, method, first_day, last_day, body, etag, fetched_at, version, asked_on)
VALUES (%(region)s, %(system_id)s, %(student_id)s, %(method)s, %(first_day)s, %(last_day)s, %(body)b, %(etag)s, %(fetched_at)s, %(version)s, %(asked_on)s)
ON CONFLICT (region, system_id, student_id, method, first_day, last_day) DO UPDATE
SET body = excluded.body, etag = excluded.etag, fetched_at = excluded.fetched_at, version = excluded.version,
    asked_on = excluded.asked_on
WHERE copies.fetched_at <= excluded.fetched_at
-- The page doesn't wait for the disk: a copy that a crash takes is asked for again.
RETURNING set_config('synchronous_commit', 'off', true);

-- name: renew_copy
-- The portal's own renewal: in the place of the version that it has compared with, and of no other. A copy that
-- was erased meanwhile doesn't come back, and of two who renew only one has told the news.
WITH landed AS (
    DELETE FROM federation.flights WHERE key = %(flight)b AND holder = %(holder)s
)
UPDATE federation.copies
SET body = %(body)b, etag = %(etag)s, fetched_at = %(fetched_at)s, version = %(version)s
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s
  AND version = %(renews)s
RETURNING set_config('synchronous_commit', 'off', true); -- as above

-- name: confirm_copy
-- The journal said 304: the copy is as good as one received now, and its flight has landed. The body isn't touched.
WITH landed AS (
    DELETE FROM federation.flights WHERE key = %(flight)b AND holder = %(holder)s
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

-- name: copies_of
-- All last good diaries of a student, the newest first: what a family can have seen.
SELECT version, etag, fetched_at, body, first_day, last_day
FROM federation.copies
WHERE region = %(region)s AND system_id = %(system_id)s AND student_id = %(student_id)s AND method = 'diary'
ORDER BY fetched_at DESC;

-- name: erase_persons
-- Copies of the diaries of persons who are erased in this transaction.
DELETE FROM federation.copies copy
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE copy.region = %(region)s AND copy.system_id = %(system_id)s AND copy.student_id = erased.person_id;

-- name: erase_renewals
-- What waits to be renewed of the same persons.
DELETE FROM federation.renewals waiting
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE waiting.region = %(region)s AND waiting.system_id = %(system_id)s AND waiting.student_id = erased.person_id;

-- name: erase_old
-- Some of the copies whose last good answer is older than the term of keeping; a renewal under way goes first.
DELETE FROM federation.copies
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM federation.copies WHERE fetched_on < %(before)s ORDER BY fetched_on LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
));

-- name: sweep_flights
-- Forget flights whose holder is long dead, and failures long told.
DELETE FROM federation.flights WHERE until < clock_timestamp() - interval '1 hour';

-- name: take_flight
-- Take the flight of a question if nobody has it: who has it now, and when the copy was last renewed.
SELECT holds, renewed_at
FROM federation.take_flight(
    %(flight)b, %(holder)s, %(lease)s,
    %(region)s, %(system_id)s, %(student_id)s, %(method)s, %(first_day)s, %(last_day)s
);

-- name: look_at_flight
-- Whose flight it is now and, for some moments after it failed, why.
SELECT holder, reason, failed_at, retry_after
FROM federation.flights
WHERE key = %(flight)b AND until > clock_timestamp();

-- name: renew_flights
-- This process lives: put off the end of its leases.
UPDATE federation.flights flight
SET until = clock_timestamp() + %(lease)s
FROM unnest(%(keys)s::bytea[], %(holders)s::uuid[]) AS mine (key, holder)
WHERE flight.key = mine.key AND flight.holder = mine.holder AND flight.reason IS NULL;

-- name: fail_flight
-- Tell those who wait why there is no answer.
UPDATE federation.flights
SET reason = %(reason)s, failed_at = %(failed_at)s, retry_after = %(retry_after)s, until = clock_timestamp() + %(told)s
WHERE key = %(flight)b AND holder = %(holder)s;

-- name: land_flight
-- The flight was not needed: the copy has been renewed meanwhile.
DELETE FROM federation.flights WHERE key = %(flight)b AND holder = %(holder)s;
