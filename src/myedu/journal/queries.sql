-- name: student
-- The pupil with the present, else the last, class and its school. No row: no such pupil.
SELECT e.person_id AS id, o.id AS organization_id, coalesce(o.short_name, o.name) AS organization_name,
       o.time_zone, g.id AS group_id, g.name AS group_name
FROM journal.enrollments e
JOIN journal.groups g ON g.id = e.group_id
JOIN journal.organizations o ON o.id = e.organization_id
WHERE e.person_id = %(student_id)s
ORDER BY g.kind = 'class' DESC, e.starts_on DESC, e.id
LIMIT 1

-- name: student_lessons
-- Lessons of a student's groups within a window of days, in order.
SELECT l.id, l.subject_id, s.name AS subject_name, l.group_id, g.name AS group_name, o.time_zone,
       l.starts_at, l.ends_at, l.number, l.kind, l.status, l.room, l.topic, l.online,
       l.replaces_lesson_id, l.replaces_room, rs.id AS replaces_subject_id, rs.name AS replaces_subject_name,
       rt.id AS replaces_teacher_id, rp.last_name AS replaces_last_name, rp.first_name AS replaces_first_name,
       rp.middle_name AS replaces_middle_name, t.teachers
FROM journal.enrollments e
JOIN journal.lessons l ON l.group_id = e.group_id
    AND l.day BETWEEN greatest(%(first)s::date, e.starts_on) AND least(%(last)s::date, e.ends_on)
JOIN journal.subjects s ON s.id = l.subject_id
JOIN journal.groups g ON g.id = l.group_id
JOIN journal.organizations o ON o.id = g.organization_id
LEFT JOIN journal.subjects rs ON rs.id = l.replaces_subject_id
LEFT JOIN journal.staff rt ON rt.id = l.replaces_staff_id
LEFT JOIN journal.persons rp ON rp.id = rt.person_id
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', st.id, 'name', concat_ws(' ', p.last_name, p.first_name, p.middle_name)) ORDER BY st.id), '[]')
        AS teachers
    FROM journal.lesson_teachers lt
    JOIN journal.staff st ON st.id = lt.staff_id
    JOIN journal.persons p ON p.id = st.person_id
    WHERE lt.lesson_id = l.id
) t
WHERE e.person_id = %(student_id)s
ORDER BY l.starts_at, l.number, l.id

-- name: student_homework
-- Homework due within a window: of the student's groups, and what was set to this student alone.
SELECT h.id, h.subject_id, s.name AS subject_name, h.due_on, h.lesson_id, h.set_lesson_id, h.set_on,
       h.text, h.none, h.person_id IS NOT NULL AS individual, h.minutes,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object('name', k.name, 'url', k.url) ORDER BY k.position)
           FROM journal.homework_links k WHERE k.homework_id = h.id), '[]') AS materials,
       coalesce((
           SELECT jsonb_agg(jsonb_build_object(
               'id', f.id, 'name', f.name, 'size', length(f.content), 'media_type', f.media_type) ORDER BY f.id)
           FROM journal.homework_files hf JOIN journal.files f ON f.id = hf.file_id
           WHERE hf.homework_id = h.id), '[]') AS attachments
FROM journal.enrollments e
JOIN journal.homework h ON h.group_id = e.group_id
    AND h.due_on BETWEEN greatest(%(first)s::date, e.starts_on) AND least(%(last)s::date, e.ends_on)
JOIN journal.subjects s ON s.id = h.subject_id
WHERE e.person_id = %(student_id)s AND coalesce(h.person_id, e.person_id) = e.person_id
ORDER BY h.due_on, h.id

-- name: student_marks
-- A student's marks of a window of days, in the order of days and places.
SELECT m.id, m.subject_id, s.name AS subject_name, m.day, m.value, m.scale, m.weight, m.lesson_id,
       m.work_kind, m.work_name, m.position, m.comment, m.counts, m.set_at, m.updated_at
FROM journal.marks m
JOIN journal.subjects s ON s.id = m.subject_id
WHERE m.person_id = %(student_id)s AND m.day BETWEEN %(first)s::date AND %(last)s::date
ORDER BY m.day, m.lesson_id, m.position, m.id

-- name: student_attendance
-- Absences and lateness in a window of days.
SELECT a.lesson_id, a.code, a.day, s.id AS subject_id, s.name AS subject_name, a.reason, a.minutes
FROM journal.attendance a
JOIN journal.lessons l ON l.id = a.lesson_id
JOIN journal.subjects s ON s.id = l.subject_id
WHERE a.person_id = %(student_id)s AND a.day BETWEEN %(first)s::date AND %(last)s::date
ORDER BY l.starts_at, a.lesson_id

-- name: student_final_marks
-- Marks for periods, the year and exams of one academic year.
SELECT f.id, f.subject_id, s.name AS subject_name, f.kind, f.value, f.period_id, p.name AS period_name,
       f.academic_year, f.scale, f.average, f.set_by
FROM journal.final_marks f
JOIN journal.subjects s ON s.id = f.subject_id
LEFT JOIN journal.periods p ON p.id = f.period_id
WHERE f.person_id = %(student_id)s AND f.academic_year = %(academic_year)s
ORDER BY s.name, p.starts_on, f.id

-- name: teacher
-- A post of a teacher with its school. No row: no such post.
SELECT t.id, o.id AS organization_id, coalesce(o.short_name, o.name) AS organization_name, o.time_zone
FROM journal.staff t
JOIN journal.organizations o ON o.id = t.organization_id
WHERE t.id = %(teacher_id)s

-- name: teacher_lessons
-- Lessons that a post gives within a window of days, in order.
SELECT l.id, l.subject_id, s.name AS subject_name, l.group_id, g.name AS group_name, o.time_zone,
       l.starts_at, l.ends_at, l.number, l.kind, l.status, l.room, l.topic, l.online,
       l.replaces_lesson_id, l.replaces_room, rs.id AS replaces_subject_id, rs.name AS replaces_subject_name,
       rt.id AS replaces_teacher_id, rp.last_name AS replaces_last_name, rp.first_name AS replaces_first_name,
       rp.middle_name AS replaces_middle_name, t.teachers
FROM journal.lesson_teachers mine
JOIN journal.lessons l ON l.id = mine.lesson_id AND l.day BETWEEN %(first)s::date AND %(last)s::date
JOIN journal.subjects s ON s.id = l.subject_id
JOIN journal.groups g ON g.id = l.group_id
JOIN journal.organizations o ON o.id = g.organization_id
LEFT JOIN journal.subjects rs ON rs.id = l.replaces_subject_id
LEFT JOIN journal.staff rt ON rt.id = l.replaces_staff_id
LEFT JOIN journal.persons rp ON rp.id = rt.person_id
CROSS JOIN LATERAL (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
        'id', st.id, 'name', concat_ws(' ', p.last_name, p.first_name, p.middle_name)) ORDER BY st.id), '[]')
        AS teachers
    FROM journal.lesson_teachers lt
    JOIN journal.staff st ON st.id = lt.staff_id
    JOIN journal.persons p ON p.id = st.person_id
    WHERE lt.lesson_id = l.id
) t
WHERE mine.staff_id = %(teacher_id)s
ORDER BY l.starts_at, l.number, l.id

-- name: file
-- An attachment with its bytes.
SELECT name, media_type, content FROM journal.files WHERE id = %(file_id)s

-- name: student_by_esia_oid
-- The student behind an ESIA account; for the federal profile.
SELECT p.id
FROM journal.persons p
WHERE p.esia_oid = %(oid)s AND EXISTS (SELECT FROM journal.enrollments e WHERE e.person_id = p.id)

-- name: latest_position
-- The position from which a new reader starts: everything committed so far lies before it.
SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid, '0' AS seq

-- name: next_transaction
-- The first transaction that hasn't begun yet: no cursor of this database lies after it.
SELECT pg_snapshot_xmax(pg_current_snapshot())::text

-- name: changes_since
-- Changes after a cursor, oldest first, of transactions below the oldest one still running.
SELECT c.xid::text AS xid, c.seq::text AS seq, c.person_id, c.what, c.first_day, c.last_day
FROM journal.changes c
WHERE (c.xid, c.seq) > (%(xid)s::xid8, %(seq)s::bigint)
  AND c.xid < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY c.xid, c.seq
LIMIT %(limit)s

-- name: oldest_time_zone
-- The time zone of the first school: the journal's own, for requests without a window.
SELECT time_zone FROM journal.organizations ORDER BY id LIMIT 1

-- name: update_meeting
-- Where a lesson is held online, or no longer is.
UPDATE journal.lessons
SET online = %(url)s::text, online_title = %(title)s::text, updated_at = %(now)s::timestamptz
WHERE id = %(lesson_id)s

-- name: lesson_for_update
-- Whether there is such a lesson; locks it, so that two lists of one lesson are written one after the other.
SELECT true FROM journal.lessons WHERE id = %(lesson_id)s FOR UPDATE

-- name: delete_presence
-- Each list replaces the one before.
DELETE FROM journal.lesson_presence WHERE lesson_id = %(lesson_id)s

-- name: insert_presence
-- Who was in the lesson; people whom the journal doesn't know are left out and not counted.
INSERT INTO journal.lesson_presence (lesson_id, person_id, joined_at, seconds)
SELECT %(lesson_id)s::text, person.id, attendee.joined_at, attendee.seconds
FROM unnest(%(person_ids)s::text[], %(joined_at)s::timestamptz[], %(seconds)s::int[])
    attendee (person_id, joined_at, seconds)
JOIN journal.persons person ON person.id = attendee.person_id
