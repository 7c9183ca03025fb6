-- name: copy
-- The last good answer to one question.
SELECT body, etag, fetched_at
FROM federation.copies
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s;

-- name: keep_copy
-- Put a good answer in the place of the one before. An older answer that lands late doesn't replace a newer one.
INSERT INTO federation.copies (region, system_id, student_id, method, first_day, last_day, body, etag, fetched_at)
VALUES (%(region)s, %(system_id)s, %(student_id)s, %(method)s, %(first_day)s, %(last_day)s, %(body)b, %(etag)s, %(fetched_at)s)
ON CONFLICT (region, system_id, student_id, method, first_day, last_day) DO UPDATE
SET body = excluded.body, etag = excluded.etag, fetched_at = excluded.fetched_at
WHERE copies.fetched_at <= excluded.fetched_at;

-- name: confirm_copy
-- The journal said 304: the copy is as good as one received now.
UPDATE federation.copies
SET fetched_at = %(fetched_at)s
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND method = %(method)s
  AND first_day = %(first_day)s
  AND last_day = %(last_day)s
  AND fetched_at < %(fetched_at)s;

-- name: copies_of
-- All last good diaries of a student, the newest first: what a family can have seen.
SELECT body, etag, fetched_at
FROM federation.copies
WHERE region = %(region)s AND system_id = %(system_id)s AND student_id = %(student_id)s AND method = 'diary'
ORDER BY fetched_at DESC;

-- name: erase_persons
-- Copies of the diaries of persons who are erased in this transaction.
DELETE FROM federation.copies copy
USING people.incoming_erased gone
WHERE gone.region = %(region)s AND gone.system_id = %(system_id)s
  AND copy.region = gone.region AND copy.system_id = gone.system_id AND copy.student_id = gone.id;
