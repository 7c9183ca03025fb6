-- Journals' feeds of changes: how far each has been read, which copies wait to be renewed, and what came of it.

-- The day on which a family last had this copy asked for. The portal's own renewals don't count: without a
-- family they would go on for ever.
ALTER TABLE federation.copies ADD COLUMN asked_on date;

CREATE TABLE federation.feeds (
    system_id text PRIMARY KEY REFERENCES people.systems ON DELETE CASCADE,
    -- The journal's; NULL: begin at its present.
    cursor text,
    next_at timestamptz NOT NULL,
    read_at timestamptz,
    -- Why the last reading failed; how many have in a row.
    code text,
    failures integer NOT NULL DEFAULT 0,
    CHECK ((code IS NULL) = (failures = 0))
);

-- Copies of pupils whose diary changed, until they are renewed or given up.
CREATE TABLE federation.renewals (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    method text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    since timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    PRIMARY KEY (region, system_id, student_id, method, first_day, last_day)
);
CREATE INDEX renewals_next ON federation.renewals (region, system_id, tries, since);

-- What a new answer told that the one before didn't. One row a mark, lesson or task: its last event.
-- The same mark stands in several copies (a week, a quarter): whichever is renewed second has nothing to add.
CREATE SEQUENCE federation.events_seq;

CREATE TABLE federation.events (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    about text NOT NULL CHECK (about IN ('mark', 'lesson', 'homework')),
    thing_id text NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    at timestamptz NOT NULL,
    -- Keyed sum of what is told: says whether this is news, and nothing else.
    state bytea NOT NULL,
    -- Subject and values, sealed as copies are.
    detail bytea NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (region, system_id, student_id, about, thing_id),
    CHECK (kind IN (
        'mark-new', 'mark-changed', 'lesson-cancelled', 'lesson-restored', 'lesson-moved', 'lesson-replaced',
        'homework-new', 'homework-changed'
    ))
);
-- Unique in a region, in which the numbers are given out.
CREATE UNIQUE INDEX events_seq_of_region ON federation.events (region, seq);
CREATE INDEX events_at ON federation.events (at);

-- Notes what is news. Numbers of one region become visible in their order, so that a reader's cursor never
-- passes one by: the lock is held until the transaction has ended.
CREATE FUNCTION federation.note_events(
    of_region text, of_system text, of_student text, seen_at timestamptz,
    abouts text[], things text[], kinds text[], days date[], states bytea[], details bytea[]
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    noted bigint;
BEGIN
    -- A cursor may already stand behind an event that a crash takes: unlike a copy it has to reach the disk.
    SET LOCAL synchronous_commit TO DEFAULT;
    PERFORM pg_advisory_xact_lock(hashtext('federation.events'), hashtext(of_region));
    INSERT INTO federation.events AS event
        (region, system_id, student_id, about, thing_id, kind, day, at, state, detail, seq)
    SELECT of_region, of_system, of_student, news.about, news.thing_id, news.kind, news.day, seen_at,
        news.state, news.detail, nextval('federation.events_seq')
    FROM unnest(abouts, things, kinds, days, states, details)
        AS news (about, thing_id, kind, day, state, detail)
    ON CONFLICT (region, system_id, student_id, about, thing_id) DO UPDATE
    -- What another copy has told already isn't new to this one.
    SET kind = replace(excluded.kind, '-new', '-changed'), day = excluded.day, at = excluded.at,
        state = excluded.state, detail = excluded.detail, seq = excluded.seq
    WHERE event.state <> excluded.state AND event.at <= excluded.at;
    GET DIAGNOSTICS noted = ROW_COUNT;
    RETURN noted;
END
$$;
