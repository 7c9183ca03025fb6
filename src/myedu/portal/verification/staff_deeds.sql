-- name: confirm
-- Note that the person whom ESIA names for a post is the one of the post, by the word of its head.
INSERT INTO people.verified_staff AS known (region, system_id, staff_id, esia_oid, confirmed_at, confirmed_by)
SELECT held.region, held.system_id, held.staff_id, held.esia_oid, %(now)s, %(account_id)s
FROM verification.staff_matches held
WHERE held.region = %(region)s AND held.system_id = %(system_id)s AND held.staff_id = %(staff_id)s
    AND held.esia_oid IS NOT NULL
ON CONFLICT (staff_id, system_id, region) DO UPDATE
SET esia_oid = excluded.esia_oid, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by,
    withdrawn_at = NULL, withdrawn_reason = NULL

-- name: confirm_exact
-- The same for every post of some schools in which the export and ESIA agree; a line of the audit for each.
WITH exact AS (
    SELECT held.region, held.system_id, held.staff_id, held.person_id, held.esia_oid
    FROM unnest(%(regions)s::text[], %(systems)s::text[], %(schools)s::text[])
        school (region, system_id, organization_id)
    JOIN verification.staff_matches held
        ON held.region = school.region AND held.system_id = school.system_id
            AND held.organization_id = school.organization_id
    WHERE held.reasons = '{head-not-confirmed}' AND held.esia_oid IS NOT NULL
), confirmed AS (
    INSERT INTO people.verified_staff AS known (region, system_id, staff_id, esia_oid, confirmed_at, confirmed_by)
    SELECT region, system_id, staff_id, esia_oid, %(now)s::timestamptz, %(account_id)s::uuid FROM exact
    ON CONFLICT (staff_id, system_id, region) DO UPDATE
    SET esia_oid = excluded.esia_oid, confirmed_at = excluded.confirmed_at,
        confirmed_by = excluded.confirmed_by, withdrawn_at = NULL, withdrawn_reason = NULL
    RETURNING known.region, known.system_id, known.staff_id
)
INSERT INTO audit.lines (at, actor_account, actor_relation, action, region, system_id, person_id, detail)
SELECT %(now)s::timestamptz, %(account_id)s::uuid, 'head', 'staff.confirm', exact.region, exact.system_id,
    exact.person_id, jsonb_build_object('post', exact.staff_id, 'reason', 'all-exact')
FROM exact
JOIN confirmed USING (region, system_id, staff_id)

-- name: forget_declined
-- The head has changed their mind about a post.
DELETE FROM verification.staff_declined
WHERE region = %(region)s AND system_id = %(system_id)s AND staff_id = %(staff_id)s

-- name: decline
-- Note that the head says that a post isn't this person's.
INSERT INTO verification.staff_declined
    (region, system_id, staff_id, person_id, declined_at, declined_by, reason)
VALUES (
    %(region)s, %(system_id)s, %(staff_id)s, %(person_id)s, %(now)s, %(account_id)s, %(reason)s
)
ON CONFLICT (staff_id, system_id, region) DO UPDATE
SET person_id = excluded.person_id, declined_at = excluded.declined_at, declined_by = excluded.declined_by,
    reason = excluded.reason

-- name: withdraw
-- What was confirmed of a post holds no more.
UPDATE people.verified_staff SET withdrawn_at = %(now)s, withdrawn_reason = 'declined-by-head'
WHERE region = %(region)s AND system_id = %(system_id)s AND staff_id = %(staff_id)s AND withdrawn_at IS NULL
