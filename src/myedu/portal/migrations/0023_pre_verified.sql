-- What the head of a school has confirmed: which organisation of an export is theirs, who of its staff work there.
-- The door for staff reads both, so they stand in its room; the room `verification` finds the candidates.
CREATE TABLE people.verified_organizations (
    region text NOT NULL,
    system_id text NOT NULL,
    organization_id text NOT NULL,
    esia_oid text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    -- The account of the head, who had signed in for the organisation.
    confirmed_by uuid NOT NULL,
    withdrawn_at timestamptz,
    -- A word of the room `verification`, such as organization-closed.
    withdrawn_reason text,
    PRIMARY KEY (organization_id, system_id, region),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE INDEX verified_organizations_esia_oid ON people.verified_organizations (esia_oid);

CREATE TABLE people.verified_staff (
    region text NOT NULL,
    system_id text NOT NULL,
    staff_id text NOT NULL,
    -- Of the person; the account may be made later than the confirmation.
    esia_oid text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    confirmed_by uuid NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_reason text,
    PRIMARY KEY (staff_id, system_id, region),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_reason IS NULL))
);
CREATE INDEX verified_staff_esia_oid ON people.verified_staff (esia_oid);
