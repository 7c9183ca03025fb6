-- Schools as verified legal entities: what ESIA says about an organisation's employees, and sign-ins for one.
CREATE SCHEMA verification;

-- Employees of confirmed organisations, as ESIA named them last; replaced whole for each organisation.
CREATE TABLE verification.esia_employees (
    organization_oid text NOT NULL,
    person_oid text NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    snils text,
    birth_date date,
    position text,
    chief boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (organization_oid, person_oid)
);
-- Erasure looks for a person by SNILS, matching by either.
CREATE INDEX esia_employees_snils ON verification.esia_employees (snils) WHERE snils IS NOT NULL;
CREATE INDEX esia_employees_person ON verification.esia_employees (person_oid);

-- ESIA's oid of the organisation for which the person signed in; NULL: as a private person.
ALTER TABLE identity.login_sessions ADD COLUMN acting_for text;

-- The schools and other organisations that their systems still have.
CREATE VIEW people.current_organizations AS
SELECT region, system_id, id AS organization_id, kind, name, short_name, inn, kpp, ogrn, esia_oid, address,
    parent_id, time_zone
FROM people.organizations
WHERE archived_at IS NULL;
