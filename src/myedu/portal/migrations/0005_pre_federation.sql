-- The last good answers of journals: what a page shows while a journal is slow or silent.
CREATE SCHEMA federation;

CREATE TABLE federation.copies (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    method text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    -- The answer's JSON as received, packed and sealed by the portal (federation/sealing.py).
    body bytea NOT NULL,
    etag text,
    fetched_at timestamptz NOT NULL,
    -- Another for each body: a process that has opened this version needn't be sent it again.
    version uuid NOT NULL DEFAULT gen_random_uuid(),
    -- The term of keeping goes by days, not moments: a confirmation on the same day changes no indexed value.
    fetched_on date NOT NULL GENERATED ALWAYS AS ((fetched_at AT TIME ZONE 'UTC')::date) STORED,
    PRIMARY KEY (region, system_id, student_id, method, first_day, last_day),
    CHECK (method IN ('diary', 'marks')),
    CHECK (first_day <= last_day)
) WITH (fillfactor = 85);

-- Sealed bytes don't shrink: PostgreSQL needn't try.
ALTER TABLE federation.copies ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX copies_fetched_on ON federation.copies (fetched_on);

-- Who asks a journal which question now, over all processes. A crash may empty it: then a journal is asked twice.
CREATE UNLOGGED TABLE federation.flights (
    -- SHA-256 of the question: nothing here names a person.
    key bytea PRIMARY KEY,
    holder uuid NOT NULL,
    -- By this server's clock, which all processes share. The holder puts it off while it lives.
    until timestamptz NOT NULL,
    reason text,
    failed_at timestamptz,
    retry_after double precision,
    CHECK ((reason IS NULL) = (failed_at IS NULL))
);

-- Takes the flight of a question if nobody has it; says who has it now, and when the copy was last renewed.
-- A function, because its second statement must see what others committed while the first one waited for them.
CREATE FUNCTION federation.take_flight(
    the_key bytea, new_holder uuid, lease interval,
    of_region text, of_system text, of_student text, of_method text, of_first date, of_last date
) RETURNS TABLE (holds uuid, renewed_at timestamptz)
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO federation.flights AS flight (key, holder, until)
    VALUES (the_key, new_holder, clock_timestamp() + lease)
    ON CONFLICT (key) DO UPDATE
    SET holder = excluded.holder, until = excluded.until, reason = NULL, failed_at = NULL
    WHERE flight.until <= clock_timestamp() OR flight.reason IS NOT NULL;
    RETURN QUERY
    SELECT flight.holder, copy.fetched_at
    FROM federation.flights flight
    LEFT JOIN federation.copies copy
        ON copy.region = of_region AND copy.system_id = of_system AND copy.student_id = of_student
            AND copy.method = of_method AND copy.first_day = of_first AND copy.last_day = of_last
    WHERE flight.key = the_key;
END
$$;
