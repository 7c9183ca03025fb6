-- Who did what to whom, and when. Lines are only ever added.
CREATE SCHEMA audit;

CREATE TABLE audit.lines (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor_account uuid,
    actor_relation text NOT NULL,
    action text NOT NULL CHECK (action ~ '^[a-z]+[.][a-z-]+$'),
    region text,
    system_id text,
    person_id text,
    detail jsonb NOT NULL DEFAULT '{}',
    -- A person is named whole or not at all.
    CHECK (person_id IS NULL OR (region IS NOT NULL AND system_id IS NOT NULL))
);

-- "Who looked at my child?"
CREATE INDEX lines_person ON audit.lines (region, system_id, person_id, at) WHERE person_id IS NOT NULL;
-- "What did this account do?"
CREATE INDEX lines_actor ON audit.lines (actor_account, at) WHERE actor_account IS NOT NULL;

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit.lines is append-only: write a new line that corrects the old one'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.lines
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
