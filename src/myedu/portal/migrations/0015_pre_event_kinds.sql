-- Records changes in one pupil's diary; how many were new. Numbers of one region become visible in their order, so
-- that a reader's cursor never skips one: the lock is held until the transaction has ended.
-- As before, but the kind of an event about a mark or task that is known already is spelt out.
CREATE OR REPLACE FUNCTION federation.note_events(
    of_region text, of_system text, of_student text, seen_at timestamptz,
    abouts text[], things text[], kinds text[], days date[], states bytea[], details bytea[]
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    recorded bigint;
BEGIN
    -- A cursor may already stand behind an event that a crash takes: unlike a copy it has to reach the disk.
    SET LOCAL synchronous_commit TO DEFAULT;
    PERFORM pg_advisory_xact_lock(hashtext('federation.events'), hashtext(of_region));
    INSERT INTO federation.events AS event
        (region, system_id, student_id, about, thing_id, kind, day, at, state, detail, seq)
    SELECT of_region, of_system, of_student, change.about, change.thing_id, change.kind, change.day, seen_at,
        change.state, change.detail, nextval('federation.events_seq')
    FROM unnest(abouts, things, kinds, days, states, details)
        AS change (about, thing_id, kind, day, state, detail)
    ON CONFLICT (region, system_id, student_id, about, thing_id) DO UPDATE
    -- What another copy has shown already isn't new in this one.
    SET kind = CASE excluded.kind
            WHEN 'mark-new' THEN 'mark-changed'
            WHEN 'homework-new' THEN 'homework-changed'
            ELSE excluded.kind
        END,
        day = excluded.day, at = excluded.at,
        state = excluded.state, detail = excluded.detail, seq = excluded.seq
    WHERE event.state <> excluded.state AND event.at <= excluded.at;
    GET DIAGNOSTICS recorded = ROW_COUNT;
    RETURN recorded;
END
$$;
