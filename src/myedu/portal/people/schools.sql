-- Connected schools for whoever looks for one; nothing about persons.

-- name: plan_for_index
-- For the search of this transaction. The planner takes every word for a common one, and would make words of 60 000
-- names until it has enough rows: 0.4 s for a rare word, 0.04 s by the index.
SELECT set_config('enable_seqscan', 'off', true)

-- name: search_schools
-- Current schools whose name or address has all words; with regions, only in these. At most `most`, in no order: to
-- sort everything that «школа» finds would cost more than it helps.
SELECT found.region, found.system_id, found.id AS organization_id, coalesce(found.short_name, found.name) AS name,
    found.name AS full_name, found.address,
    EXISTS (
        SELECT FROM people.verified_organizations verified
        WHERE (verified.organization_id, verified.system_id, verified.region)
            = (found.id, found.system_id, found.region) AND verified.withdrawn_at IS NULL
    ) AS is_confirmed
FROM (
    SELECT * FROM people.organizations school
    WHERE people.school_words(school.name, school.short_name, school.address) @@ %(words)s::tsquery
        AND school.archived_at IS NULL
        AND (%(regions)s::text[] IS NULL OR school.region = ANY(%(regions)s::text[]))
    LIMIT %(most)s
) found
ORDER BY found.region, name, found.id, found.system_id

-- name: schools_of_regions
-- Current schools of some regions, at most `most`.
SELECT school.region, school.system_id, school.id AS organization_id, coalesce(school.short_name, school.name) AS name,
    school.name AS full_name, school.address,
    EXISTS (
        SELECT FROM people.verified_organizations verified
        WHERE (verified.organization_id, verified.system_id, verified.region)
            = (school.id, school.system_id, school.region) AND verified.withdrawn_at IS NULL
    ) AS is_confirmed
FROM people.organizations school
WHERE school.region = ANY(%(regions)s::text[]) AND school.archived_at IS NULL
ORDER BY school.region, name, school.id, school.system_id
LIMIT %(most)s

-- name: connected_school
-- One current school.
SELECT region, system_id, organization_id, name, full_name, address, is_confirmed FROM people.connected_schools
WHERE (region, system_id, organization_id) = (%(region)s, %(system_id)s, %(organization_id)s)
