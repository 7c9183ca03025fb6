-- name: confirmed_schools
-- The schools that are confirmed as an organisation of ESIA.
SELECT school.region, school.system_id, school.organization_id, coalesce(school.short_name, school.name) AS name,
    verified.esia_oid, school.time_zone
FROM people.verified_organizations verified
JOIN people.current_organizations school
    ON school.region = verified.region AND school.system_id = verified.system_id
        AND school.organization_id = verified.organization_id
WHERE verified.esia_oid = %(esia_oid)s AND verified.withdrawn_at IS NULL
ORDER BY school.region, school.system_id, school.organization_id

-- name: candidates
-- The organisations of the exports that share a number with an organisation of ESIA.
SELECT school.region, school.system_id, school.organization_id, system.name AS system_name, school.name,
    school.short_name, school.ogrn, school.inn, school.kpp, school.esia_oid, school.address, school.time_zone,
    verified.esia_oid AS confirmed_for, verified.confirmed_at, verified.withdrawn_at, verified.withdrawn_reason
FROM people.current_organizations school
JOIN people.systems system ON system.id = school.system_id AND system.region = school.region
LEFT JOIN people.verified_organizations verified
    ON verified.region = school.region AND verified.system_id = school.system_id
        AND verified.organization_id = school.organization_id
WHERE school.ogrn = %(ogrn)s OR school.inn = %(inn)s OR school.esia_oid = %(oid)s
ORDER BY (school.esia_oid = %(oid)s) DESC NULLS LAST, (school.kpp = %(kpp)s) DESC NULLS LAST,
    (school.ogrn = %(ogrn)s) DESC NULLS LAST, school.region, school.system_id, school.organization_id
LIMIT %(limit)s

-- name: has_candidates
-- Whether any organisation of the exports shares its OGRN, or its oid, with one of these.
SELECT EXISTS (
    SELECT FROM people.current_organizations school
    WHERE school.ogrn = ANY(%(ogrns)s::text[]) OR school.esia_oid = ANY(%(oids)s::text[])
)

-- name: remember_organization
-- Keep what ESIA says about an organisation now.
INSERT INTO verification.esia_organizations (oid, branch_of, full_name, short_name, ogrn, inn, kpp, seen_at)
VALUES (%(oid)s, %(branch_of)s, %(full_name)s, %(short_name)s, %(ogrn)s, %(inn)s, %(kpp)s, %(now)s)
ON CONFLICT (oid) DO UPDATE
SET branch_of = excluded.branch_of, full_name = excluded.full_name, short_name = excluded.short_name,
    ogrn = excluded.ogrn, inn = excluded.inn, kpp = excluded.kpp, seen_at = excluded.seen_at

-- name: known_organization
-- What ESIA has said about an organisation.
SELECT oid, branch_of, full_name, short_name, ogrn, inn, kpp, seen_at, employees_read_at, read_problem
FROM verification.esia_organizations
WHERE oid = %(oid)s

-- name: read_soon
-- Let the worker read the employees of an organisation at its next look.
UPDATE verification.esia_organizations SET next_read_at = %(now)s WHERE oid = %(oid)s

-- name: confirmed_oids
-- Every organisation of ESIA that is confirmed for a school.
SELECT DISTINCT esia_oid AS oid FROM people.verified_organizations WHERE withdrawn_at IS NULL ORDER BY 1

-- name: take_due
-- Organisations whose employees are to be read now; each is due again at its next time.
UPDATE verification.esia_organizations
SET next_read_at = %(next)s::timestamptz + (abs(hashtext(oid)) %% 14400) * interval '1 second'
WHERE oid IN (
    SELECT due.oid
    FROM verification.esia_organizations due
    WHERE EXISTS (
        SELECT FROM people.verified_organizations verified
        LEFT JOIN identity.accounts head ON head.id = verified.confirmed_by
        WHERE verified.esia_oid = due.oid AND verified.withdrawn_at IS NULL
            AND (
                due.next_read_at <= %(now)s
                -- The head has just signed in, and ESIA named them as such no more: it is asked for the whole list.
                OR (
                    head.seen_at > %(now)s::timestamptz - interval '5 minutes' AND NOT EXISTS (
                        SELECT FROM identity.account_roles role
                        WHERE role.account_id = head.id AND role.organization_oid = due.oid AND role.chief
                    )
                )
            )
    )
    ORDER BY due.next_read_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED
)
RETURNING oid

-- name: confirmed_by
-- The accounts that have confirmed schools as an organisation.
SELECT DISTINCT confirmed_by AS account_id FROM people.verified_organizations
WHERE esia_oid = %(oid)s AND withdrawn_at IS NULL

-- name: note_read
-- Note how the reading of an organisation's employees ended.
UPDATE verification.esia_organizations
SET employees_read_at = coalesce(%(read_at)s, employees_read_at), read_problem = %(problem)s
WHERE oid = %(oid)s

-- name: forget_employees
-- Drop what ESIA said about an organisation's employees.
DELETE FROM verification.esia_employees WHERE organization_oid = %(oid)s

-- name: insert_employees
-- Keep what ESIA says about an organisation's employees now; one named twice is kept once.
INSERT INTO verification.esia_employees
    (organization_oid, person_oid, last_name, first_name, middle_name, snils, birth_date, position, chief, seen_at)
SELECT DISTINCT ON (one.person_oid) %(oid)s::text, one.person_oid, one.last_name, one.first_name, one.middle_name,
    one.snils, one.birth_date, one.position, one.chief, %(now)s::timestamptz
FROM unnest(
    %(person_oids)s::text[], %(last_names)s::text[], %(first_names)s::text[], %(middle_names)s::text[],
    %(snils)s::text[], %(birth_dates)s::date[], %(positions)s::text[], %(chiefs)s::boolean[]
) one (person_oid, last_name, first_name, middle_name, snils, birth_date, position, chief)
ORDER BY one.person_oid, one.chief DESC

-- name: employees
-- The employees of an organisation as ESIA named them last, by name.
SELECT person_oid AS oid, last_name, first_name, middle_name, position, chief
FROM verification.esia_employees
WHERE organization_oid = %(oid)s
ORDER BY last_name NULLS LAST, first_name, person_oid
LIMIT %(limit)s

-- name: erase_employees
-- Erase employees by their SNILS.
DELETE FROM verification.esia_employees WHERE snils = ANY(%(snils)s::text[])

-- name: insert_refused_claim
-- Note that a second head has claimed a school.
INSERT INTO verification.refused_claims
    (region, system_id, organization_id, esia_oid, organization_name, account_id, claimed_at)
VALUES (
    %(region)s, %(system_id)s, %(organization_id)s, %(esia_oid)s, %(name)s, %(account_id)s, %(now)s
)

-- name: refused_claims
-- The newest claims to schools that were confirmed for another organisation.
SELECT claim.region, claim.system_id, claim.organization_id, coalesce(school.short_name, school.name) AS school_name,
    claim.esia_oid, claim.organization_name, claim.claimed_at, verified.esia_oid AS confirmed_for
FROM verification.refused_claims claim
LEFT JOIN people.current_organizations school
    ON school.region = claim.region AND school.system_id = claim.system_id
        AND school.organization_id = claim.organization_id
LEFT JOIN people.verified_organizations verified
    ON verified.region = claim.region AND verified.system_id = claim.system_id
        AND verified.organization_id = claim.organization_id AND verified.withdrawn_at IS NULL
ORDER BY claim.claimed_at DESC, claim.id DESC
LIMIT %(limit)s OFFSET %(offset)s

-- name: withdrawals
-- The newest withdrawals of schools that nobody has confirmed again.
SELECT verified.region, verified.system_id, coalesce(school.short_name, school.name, verified.organization_id) AS name,
    verified.withdrawn_at, verified.withdrawn_reason
FROM people.verified_organizations verified
LEFT JOIN people.current_organizations school
    ON school.region = verified.region AND school.system_id = verified.system_id
        AND school.organization_id = verified.organization_id
WHERE verified.withdrawn_at IS NOT NULL
ORDER BY verified.withdrawn_at DESC, verified.organization_id
LIMIT %(limit)s OFFSET %(offset)s
