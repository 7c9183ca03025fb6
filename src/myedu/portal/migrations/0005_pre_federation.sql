-- The last good answers of journals: what a page shows while a journal is slow or silent.
CREATE SCHEMA federation;

CREATE TABLE federation.copies (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    method text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    -- The answer's JSON as received, so that it can be passed on without being read.
    body bytea NOT NULL,
    etag text,
    fetched_at timestamptz NOT NULL,
    PRIMARY KEY (region, system_id, student_id, method, first_day, last_day),
    CHECK (method IN ('diary', 'marks')),
    CHECK (first_day <= last_day)
);
