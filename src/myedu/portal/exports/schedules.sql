-- name: schedule
-- Pull a system at a time of its region's day.
INSERT INTO exports.schedules (system_id, local_time, time_zone, next_at)
VALUES (%(system_id)s, %(local_time)s, %(time_zone)s, %(next_at)s)
ON CONFLICT (system_id) DO UPDATE
SET local_time = excluded.local_time, time_zone = excluded.time_zone, next_at = excluded.next_at

-- name: unschedule
-- A system is no longer pulled by itself.
DELETE FROM exports.schedules WHERE system_id = %(system_id)s

-- name: due
-- Systems whose time has come, except those that an operator has paused; held until the transaction ends.
SELECT schedule.system_id, schedule.local_time, schedule.time_zone
FROM exports.schedules schedule
JOIN people.systems system ON system.id = schedule.system_id
WHERE schedule.next_at <= %(now)s AND system.paused_at IS NULL
FOR UPDATE OF schedule SKIP LOCKED

-- name: reschedule
-- The next time of a system's pull.
UPDATE exports.schedules SET next_at = %(next_at)s WHERE system_id = %(system_id)s;
