-- name: totals
-- Posts of each region by state.
SELECT region, count(*) FILTER (WHERE state = 'verified') AS verified,
    count(*) FILTER (WHERE state = 'waiting') AS waiting,
    count(*) FILTER (WHERE state = 'differing') AS differing
FROM verification.staff_matches
GROUP BY region
ORDER BY region

-- name: counts
-- Posts of each school by state, of a region or of all.
SELECT region, system_id, organization_id, count(*) FILTER (WHERE state = 'verified') AS verified,
    count(*) FILTER (WHERE state = 'waiting') AS waiting,
    count(*) FILTER (WHERE state = 'differing') AS differing
FROM verification.staff_matches
WHERE %(region)s::text IS NULL OR region = %(region)s::text
GROUP BY region, system_id, organization_id
ORDER BY region, system_id, organization_id

-- name: missing
-- Posts of a region that nobody has verified, by school and name; of some schools of it, if they are given.
SELECT held.region, held.system_id, held.organization_id, held.staff_id, post.school_name, post.last_name,
    post.first_name, post.middle_name, post.role, post.position, held.state, held.reasons, held.seen_at
FROM verification.staff_matches held
JOIN people.posts post
    ON post.region = held.region AND post.system_id = held.system_id AND post.staff_id = held.staff_id
WHERE held.region = %(region)s::text AND held.state <> 'verified'
    AND (
        %(schools)s::text[] IS NULL
        OR (held.system_id, held.organization_id) IN (
            SELECT * FROM unnest(%(systems)s::text[], %(schools)s::text[])
        )
    )
ORDER BY post.school_name, held.system_id, held.organization_id, held.state, post.last_name, post.first_name,
    held.staff_id
LIMIT %(limit)s OFFSET %(offset)s

-- name: school_counts
-- Posts of a head's schools by state; `exact`: with nothing left to do but to confirm them.
SELECT count(*) FILTER (WHERE held.state = 'verified') AS verified,
    count(*) FILTER (WHERE held.state = 'waiting') AS waiting,
    count(*) FILTER (WHERE held.state = 'differing') AS differing,
    count(*) FILTER (WHERE held.reasons = '{head-not-confirmed}') AS exact
FROM unnest(%(regions)s::text[], %(systems)s::text[], %(schools)s::text[])
    school (region, system_id, organization_id)
JOIN verification.staff_matches held
    ON held.region = school.region AND held.system_id = school.system_id
        AND held.organization_id = school.organization_id

-- name: school_staff
-- Posts of a head's schools with what ESIA says of them: those first that need a deed, then by name.
SELECT held.region, held.system_id, held.organization_id, held.staff_id, held.person_id, post.school_name,
    post.last_name, post.first_name, post.middle_name, post.birth_date, post.role, post.position,
    coalesce(
        (
            SELECT taught.subjects FROM people.post_subjects taught
            WHERE taught.region = held.region AND taught.system_id = held.system_id
                AND taught.staff_id = held.staff_id
        ), '{}'
    ) AS subjects,
    held.state, held.reasons, held.esia_oid, held.seen_at,
    coalesce(employee.last_name, account.last_name) AS esia_last_name,
    coalesce(employee.first_name, account.first_name) AS esia_first_name,
    coalesce(employee.middle_name, account.middle_name) AS esia_middle_name,
    coalesce(employee.birth_date, account.birth_date) AS esia_birth_date,
    employee.position AS esia_position
FROM unnest(%(regions)s::text[], %(systems)s::text[], %(schools)s::text[], %(oids)s::text[])
    school (region, system_id, organization_id, esia_oid)
JOIN verification.staff_matches held
    ON held.region = school.region AND held.system_id = school.system_id
        AND held.organization_id = school.organization_id
JOIN people.posts post
    ON post.region = held.region AND post.system_id = held.system_id AND post.staff_id = held.staff_id
LEFT JOIN verification.esia_employees employee
    ON employee.organization_oid = school.esia_oid AND employee.person_oid = held.esia_oid
LEFT JOIN identity.accounts account ON account.esia_oid = held.esia_oid
WHERE (%(state)s::text IS NULL OR held.state = %(state)s::text)
    AND (%(staff_id)s::text IS NULL OR held.staff_id = %(staff_id)s::text AND held.system_id = %(system_id)s::text)
    AND (
        %(begins)s::text IS NULL
        OR starts_with(verification.plain_name(post.last_name), verification.plain_name(%(begins)s::text))
    )
ORDER BY array_position('{differing,waiting,verified}', held.state), post.last_name, post.first_name,
    post.middle_name, held.region, held.system_id, held.staff_id
LIMIT %(limit)s OFFSET %(offset)s

-- name: own_posts
-- Every current post of a person, by the identifiers of their account.
SELECT post.region, post.system_id, post.organization_id, post.person_id
FROM people.posts post
WHERE (post.snils = %(snils)s::text OR post.esia_oid = %(esia_oid)s::text) AND NOT post.archived
ORDER BY post.region, post.system_id, post.staff_id
LIMIT 50

-- name: own_matches
-- The same with what is known of them, as the person may read it.
SELECT post.region, post.school_name, post.role, post.position, held.state, held.reasons
FROM people.posts post
JOIN verification.staff_matches held
    ON held.region = post.region AND held.system_id = post.system_id AND held.staff_id = post.staff_id
WHERE (post.snils = %(snils)s::text OR post.esia_oid = %(esia_oid)s::text)
    -- A person with whom nothing but a wrong row of an export agrees is none of the post.
    AND (held.esia_oid IS NULL OR held.esia_oid = %(esia_oid)s::text)
ORDER BY post.school_name, post.role, post.staff_id
LIMIT 50

-- name: schools_without_post
-- Confirmed schools that ESIA names for an account and whose export has no post of the person. A head has a page of
-- the school without a post too.
SELECT DISTINCT coalesce(school.short_name, school.name) AS school_name, school.region
FROM identity.accounts account
JOIN identity.account_roles role ON role.account_id = account.id
JOIN people.verified_organizations verified
    ON verified.esia_oid = role.organization_oid AND verified.withdrawn_at IS NULL
JOIN people.current_organizations school
    ON school.region = verified.region AND school.system_id = verified.system_id
        AND school.organization_id = verified.organization_id
WHERE account.id = %(account_id)s AND account.trusted AND NOT role.chief
    AND NOT EXISTS (
        SELECT FROM people.posts post
        WHERE (post.snils = account.snils OR post.esia_oid = account.esia_oid) AND NOT post.archived
            AND post.region = school.region AND post.system_id = school.system_id
            AND post.organization_id = school.organization_id
    )
ORDER BY 1, 2
LIMIT 20
