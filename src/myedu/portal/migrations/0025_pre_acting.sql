-- Signing in for an organisation, and what the room `verification` keeps of organisations of ESIA.

-- A branch of an organisation is a row of its own: branches share the OGRN, and have chiefs of their own.
-- The oid of the organisation that the branch belongs to; NULL: it is none.
ALTER TABLE identity.account_roles ADD COLUMN branch_of text;

-- For which organisation or branch the sign-in was begun; NULL: as a private person.
ALTER TABLE identity.sign_in_attempts ADD COLUMN acting_for text;

-- What ESIA says about organisations, and branches, whose heads have signed in for them.
CREATE TABLE verification.esia_organizations (
    oid text PRIMARY KEY,
    branch_of text,
    full_name text NOT NULL,
    short_name text,
    ogrn text,
    inn text,
    kpp text,
    seen_at timestamptz NOT NULL,
    -- When the worker reads its employees the next time, and did the last time.
    next_read_at timestamptz,
    employees_read_at timestamptz,
    -- A word of the room for why the last reading failed; NULL if it didn't.
    read_problem text
);
CREATE INDEX esia_organizations_due ON verification.esia_organizations (next_read_at)
    WHERE next_read_at IS NOT NULL;

-- Claims to schools that were confirmed already, for the operator.
CREATE TABLE verification.refused_claims (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL,
    system_id text NOT NULL,
    organization_id text NOT NULL,
    esia_oid text NOT NULL,
    organization_name text NOT NULL,
    account_id uuid NOT NULL,
    claimed_at timestamptz NOT NULL
);
