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
