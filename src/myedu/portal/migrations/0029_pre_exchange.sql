-- How journals have answered, by the hour; single exchanges that failed; conformance reports.
CREATE TABLE federation.hours (
    system_id text NOT NULL,
    hour timestamptz NOT NULL,
    -- Calls to the journal that ended, good or bad.
    calls bigint NOT NULL,
    -- Reads of pages, as families and teachers saw them.
    fresh bigint NOT NULL,
    stale bigint NOT NULL,
    unavailable bigint NOT NULL,
    -- Code → calls that ended with it; code → reads that were stale or unavailable for it.
    failures jsonb NOT NULL,
    reasons jsonb NOT NULL,
    -- How long calls took: one number for each of federation/history.py: BOUNDS, and one for what was longer.
    within bigint[] NOT NULL,
    PRIMARY KEY (system_id, hour)
) WITH (fillfactor = 80);
CREATE INDEX hours_hour ON federation.hours (hour);

-- Counts by code, added up.
CREATE FUNCTION federation.added(one jsonb, other jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT coalesce(jsonb_object_agg(code, total), '{}')
    FROM (
        SELECT code, sum(number::bigint) AS total
        FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) both_of (code, number)
        GROUP BY code
    ) added
$$;

-- Counts by place, added up.
CREATE FUNCTION federation.added(one bigint[], other bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place)
    FROM unnest(one, other) WITH ORDINALITY both_of (a, b, place)
$$;

CREATE TABLE federation.exchanges (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    system_id text NOT NULL,
    at timestamptz NOT NULL,
    -- Of the contract, such as diary.
    method text NOT NULL,
    -- A code of docs/operations/region-down.md; slow: a good answer that took long.
    problem text NOT NULL,
    seconds double precision NOT NULL,
    -- Verb and path, without ids; NULL: no request was sent.
    request text,
    status integer,
    media_type text,
    bytes bigint,
    headers jsonb NOT NULL,
    -- What an error page or a problem says of itself; where an answer breaks the contract. Never from a diary.
    excerpt text,
    place text
);
CREATE INDEX exchanges_system_id ON federation.exchanges (system_id, problem, id);
CREATE INDEX exchanges_at ON federation.exchanges (at);

-- When an operator asked last that a journal be tried at once, whatever its circuit breaker says.
CREATE TABLE federation.wake_ups (
    system_id text PRIMARY KEY,
    at timestamptz NOT NULL
);

CREATE SCHEMA operators;

CREATE TABLE operators.conformance_runs (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL,
    system_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'running', 'judged', 'failed')),
    asked_at timestamptz NOT NULL,
    asked_by uuid,
    ended_at timestamptz,
    -- Rules that are done, of how many.
    done integer,
    rules integer,
    -- Why it could not be judged: a code, and the judge's last words.
    code text,
    sentence text,
    -- What the system calls itself, and how many rules had which outcome.
    product text,
    counts jsonb,
    exit_status integer,
    report_json bytea,
    report_html bytea,
    CHECK ((state IN ('waiting', 'running')) = (ended_at IS NULL)),
    CHECK ((state = 'judged') = (report_json IS NOT NULL))
);
CREATE INDEX conformance_runs_system_id ON operators.conformance_runs (system_id, id);
-- Never two at once of a system.
CREATE UNIQUE INDEX conformance_runs_one ON operators.conformance_runs (system_id) WHERE ended_at IS NULL;

-- The region has agreed that everyone may read the newest report of this system.
CREATE TABLE operators.conformance_published (
    system_id text PRIMARY KEY,
    region text NOT NULL,
    published_at timestamptz NOT NULL,
    published_by uuid
);

ALTER TABLE exports.runs DROP CONSTRAINT runs_way_check;
ALTER TABLE exports.runs ADD CONSTRAINT runs_way_check CHECK (way IN ('pull', 'push', 'agree', 'roll-back'));
