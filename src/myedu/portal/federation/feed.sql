-- name: claim_due
-- Take the systems whose feed is to be read now and put off their next time, each by a little more or less:
-- of several workers that ask at once, one gets each system.
INSERT INTO federation.feeds AS feed (system_id, next_at)
SELECT system.id, %(now)s::timestamptz + %(interval)s::interval * (0.8 + 0.4 * random())
FROM people.systems system
LEFT JOIN federation.feeds known ON known.system_id = system.id
WHERE system.paused_at IS NULL
  -- The federal profile of 2021 has no feed.
  AND system.profile IS NULL
  AND (known.system_id IS NULL OR known.next_at <= %(now)s::timestamptz)
ON CONFLICT (system_id) DO UPDATE SET next_at = excluded.next_at WHERE feed.next_at <= %(now)s::timestamptz
RETURNING system_id;

-- name: position
-- How far a system's feed has been read.
SELECT system.region, feed.cursor, feed.failures
FROM federation.feeds feed
JOIN people.systems system ON system.id = feed.system_id
WHERE feed.system_id = %(system_id)s;

-- name: move_cursor
-- Move the cursor, unless another worker has moved it.
UPDATE federation.feeds
SET cursor = %(cursor)s
WHERE system_id = %(system_id)s AND cursor IS NOT DISTINCT FROM %(before)s::text;

-- name: request_refreshes
-- Request a refresh of those copies of changed pupils for which a family has asked lately. Never of an archived
-- pupil's: no family sees it. A pupil whom the portal doesn't know changes nothing.
INSERT INTO federation.renewals AS pending (region, system_id, student_id, method, first_day, last_day, since)
SELECT DISTINCT copy.region, copy.system_id, copy.student_id, copy.method, copy.first_day, copy.last_day,
    %(now)s::timestamptz
FROM unnest(%(students)s::text[], %(methods)s::text[], %(first_days)s::date[], %(last_days)s::date[])
    AS change (student_id, method, first_day, last_day)
JOIN federation.copies copy
    ON copy.region = %(region)s AND copy.system_id = %(system_id)s AND copy.student_id = change.student_id
        AND copy.method = change.method
        AND (change.first_day IS NULL OR copy.last_day >= change.first_day)
        AND (change.last_day IS NULL OR copy.first_day <= change.last_day)
WHERE copy.asked_on >= %(asked_since)s
  AND EXISTS (
      SELECT FROM people.current_persons person
      WHERE person.region = copy.region AND person.system_id = copy.system_id AND person.person_id = copy.student_id
  )
ON CONFLICT (region, system_id, student_id, method, first_day, last_day) DO UPDATE
SET since = excluded.since, tries = 0;

-- name: succeeded
-- The feed was read to its end, or as far as one run goes.
UPDATE federation.feeds
SET read_at = %(now)s, code = NULL, failures = 0
WHERE system_id = %(system_id)s;

-- name: failed
-- The feed couldn't be read.
UPDATE federation.feeds
SET code = %(code)s, failures = failures + 1, next_at = %(next_at)s
WHERE system_id = %(system_id)s;

-- name: put_off
-- Read the feed of this system at another time.
UPDATE federation.feeds SET next_at = %(next_at)s WHERE system_id = %(system_id)s;

-- name: pending
-- Copies of a system that are to be refreshed: those never tried first, then those that have waited longest.
SELECT student_id, method, first_day, last_day, since
FROM federation.renewals
WHERE region = %(region)s AND system_id = %(system_id)s
ORDER BY tries, since
LIMIT %(limit)s;

-- name: refresh_done
-- Refreshed, or not needed; stays pending if the pupil's diary has changed again meanwhile.
DELETE FROM federation.renewals
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s
  AND since = %(since)s;

-- name: refresh_failed
-- It couldn't be refreshed now: others go first.
UPDATE federation.renewals
SET tries = tries + 1
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s;

-- name: give_up
-- What couldn't be refreshed in some tries or some hours: the next page that a family opens asks for it.
DELETE FROM federation.renewals
WHERE system_id = %(system_id)s AND region = %(region)s AND (tries >= %(max_tries)s OR since < %(before)s);
