-- name: open_diaries
-- Opens pages that wait at the same moment: for each its viewer (identity), whom they may see (people), the audit
-- lines of what is opened now, the last good copy and the ticks. One statement, because this is every page's first
-- and the week's only round trip (ADR 0010), and one commit for all of them (ADR 0029).
-- The child of a page is opened or, without one, every visible child.
-- Without `with_siblings` the other children are left out: for an answer that doesn't name them.
-- Without days no copy is read, unless `around_today`: of the weeks around the school's local day.
-- Ticks older than `ticks_since` can't belong to the days shown.
-- `place`: of the page in the arrays. One row for each visible child; one row with child NULL for a viewer who may
-- see no child; none without a session.
-- No page goes out before its line is on disk: never switch synchronous_commit off here (ADR 0022).
WITH asked AS (
    SELECT * FROM unnest(
        %(token_sha256s)s::bytea[], %(children)s::uuid[], %(with_siblings)s::boolean[], %(details)s::text[],
        %(first_days)s::date[], %(last_days)s::date[], %(around_today)s::boolean[], %(ticks_since)s::date[]
    ) WITH ORDINALITY page (
        token_sha256, child_id, with_siblings, detail, first_day, last_day, around_today, ticks_since, place
    )
), family AS MATERIALIZED (
    SELECT
        asked.place, session.seen_at,
        viewer.account_id, viewer.esia_oid, viewer.snils, viewer.trusted, viewer.level,
        viewer.first_name AS viewer_first_name, viewer.last_name AS viewer_last_name,
        viewer.birth_date AS viewer_birth_date,
        student.*,
        asked.child_id IS NULL OR student.child = asked.child_id AS opened,
        asked.detail, asked.ticks_since,
        coalesce(asked.first_day, monday.day + %(weeks_begin)s::int) AS first_day,
        coalesce(asked.last_day, monday.day + %(weeks_end)s::int) AS last_day
    FROM asked
    CROSS JOIN LATERAL identity.viewer_of(asked.token_sha256, %(now)s::timestamptz) viewer
    JOIN identity.login_sessions session ON session.token_sha256 = asked.token_sha256
    LEFT JOIN LATERAL people.visible_students(
        viewer.esia_oid, viewer.snils, viewer.trusted, %(now)s::timestamptz
    ) student ON asked.with_siblings OR student.child = asked.child_id
    LEFT JOIN LATERAL (
        SELECT date_trunc('week', %(now)s::timestamptz AT TIME ZONE student.time_zone)::date AS day
    ) monday ON asked.around_today
), audited AS (
    INSERT INTO audit.lines (at, actor_account, actor_relation, action, region, system_id, person_id, detail)
    SELECT %(now)s::timestamptz, account_id, relation, 'diary.read', region, system_id, person_id, detail::jsonb
    FROM family
    WHERE opened AND child IS NOT NULL
)
SELECT
    family.*,
    copy.version, copy.etag, copy.fetched_at, copy.body,
    ARRAY(
        SELECT homework_id FROM diary.homework_done done
        WHERE opened AND done.region = family.region AND done.system_id = family.system_id
            AND done.student_id = family.person_id AND done.done_at >= family.ticks_since
    ) AS done
FROM family
LEFT JOIN federation.copies copy
    ON copy.region = family.region AND copy.system_id = family.system_id AND copy.student_id = family.person_id
        AND copy.method = 'diary' AND copy.first_day = family.first_day AND copy.last_day = family.last_day
        AND opened
ORDER BY family.place, family.birth_date, family.first_name, family.child;

-- name: note_seen
-- Note that these sessions are used; one that another statement notes now is left to it, so that none waits.
UPDATE identity.login_sessions SET seen_at = %(now)s
WHERE token_sha256 IN (
    SELECT token_sha256 FROM identity.login_sessions
    WHERE token_sha256 = ANY(%(token_sha256s)s::bytea[]) AND seen_at < %(now)s AND closed_at IS NULL
    FOR UPDATE SKIP LOCKED
);

-- name: audit_refusals
-- Somebody signed in asked for a child whom they may not see, or for none that exists: nobody can tell.
INSERT INTO audit.lines (at, actor_account, actor_relation, action, detail)
SELECT %(now)s, account_id, 'none', 'diary.refuse', detail::jsonb || jsonb_build_object('child', child)
FROM unnest(%(account_ids)s::uuid[], %(children)s::uuid[], %(details)s::text[]) refused (account_id, child, detail);

-- name: record_visits
-- Record that accounts open children's pages now; when each one's visit before ended. A pair stands there once.
-- A visit goes on while less than the given pause lies between two pages, so a reload doesn't make new marks old.
INSERT INTO diary.visits AS visit (account_id, child, seen_at)
SELECT account_id, child, %(now)s
FROM unnest(%(account_ids)s::uuid[], %(children)s::uuid[]) opened (account_id, child)
-- In one order, so that two statements never wait for each other.
ORDER BY account_id, child
ON CONFLICT (account_id, child) DO UPDATE
SET seen_at = greatest(visit.seen_at, excluded.seen_at),
    before_at = CASE WHEN excluded.seen_at - visit.seen_at > %(pause)s THEN visit.seen_at ELSE visit.before_at END
RETURNING account_id, child, before_at;

-- name: tick
-- «Сделано»; a second tick changes nothing.
INSERT INTO diary.homework_done (region, system_id, student_id, homework_id, done_by, done_at)
VALUES (%(region)s, %(system_id)s, %(student_id)s, %(homework_id)s, %(account_id)s, %(now)s)
ON CONFLICT DO NOTHING;

-- name: untick
-- Not done after all; the audit keeps who ticked and unticked it.
DELETE FROM diary.homework_done
WHERE region = %(region)s
  AND system_id = %(system_id)s
  AND student_id = %(student_id)s
  AND homework_id = %(homework_id)s;

-- name: erase_ticks
-- «Сделано» of persons who are erased in this transaction.
DELETE FROM diary.homework_done tick
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE tick.region = %(region)s AND tick.system_id = %(system_id)s AND tick.student_id = erased.person_id;

-- name: erase_visits
-- Visits to the pages of persons who are erased in this transaction.
DELETE FROM diary.visits visit
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE visit.child = erased.public_id;
