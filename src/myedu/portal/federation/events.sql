-- name: record
-- Record changes in one pupil's diary, each once; how many were new. In the transaction that saves the new copy.
-- Where the mark or task has an event already, mark-new is stored as mark-changed, homework-new as homework-changed.
SELECT federation.note_events(
    %(region)s, %(system_id)s, %(student_id)s, %(at)s,
    %(abouts)s::text[], %(things)s::text[], %(kinds)s::text[], %(days)s::date[], %(states)s::bytea[], %(details)s::bytea[]
);

-- name: since
-- Events of a region after a cursor, in their order.
SELECT region, system_id, student_id, about, thing_id, kind, day, at, detail, seq
FROM federation.events
WHERE region = %(region)s AND seq > %(after)s
ORDER BY seq
LIMIT %(limit)s;

-- name: of_student
-- Events of one pupil after a cursor, in their order.
SELECT region, system_id, student_id, about, thing_id, kind, day, at, detail, seq
FROM federation.events
WHERE region = %(region)s AND system_id = %(system_id)s AND student_id = %(student_id)s AND seq > %(after)s
ORDER BY seq
LIMIT %(limit)s;

-- name: erase_persons
-- Events of persons who are erased in this transaction.
DELETE FROM federation.events event
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE event.region = %(region)s AND event.system_id = %(system_id)s AND event.student_id = erased.person_id;

-- name: erase_old
-- Some of the events whose retention has ended.
DELETE FROM federation.events
WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM federation.events WHERE at < %(before)s ORDER BY at LIMIT %(limit)s FOR UPDATE SKIP LOCKED
));
