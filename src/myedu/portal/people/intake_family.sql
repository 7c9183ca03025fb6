-- What is odd about families and schools by the sight of all staged rows; of a delta, of held ones too.

-- name: find_elder_children
-- Links whose child is not younger than the guardian: most often the two ids stand the wrong way round. The held
-- date is looked up for each link whose person is not staged: never all of them.
INSERT INTO people.incoming_found (region, system_id, table_name, line, field, code, severity)
SELECT link.region, link.system_id, 'guardianships', link.line, 'child_id', 'child-older', 'error'
FROM people.incoming_guardianships link
LEFT JOIN people.incoming_persons child
    ON child.region = %(region)s::text AND child.system_id = %(system_id)s::text AND child.id = link.child_id
LEFT JOIN people.incoming_persons guardian
    ON guardian.region = %(region)s::text AND guardian.system_id = %(system_id)s::text
        AND guardian.id = link.guardian_id
WHERE link.region = %(region)s::text AND link.system_id = %(system_id)s::text AND NOT link.deleted
    AND coalesce(child.birth_date, CASE WHEN %(with_held)s::boolean THEN (
        SELECT held.birth_date FROM people.persons held
        WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = link.child_id
    ) END) <= coalesce(guardian.birth_date, CASE WHEN %(with_held)s::boolean THEN (
        SELECT held.birth_date FROM people.persons held
        WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = link.guardian_id
    ) END)

-- name: begin_rings
-- Links that may be part of a ring: those whose guardian is somebody's child. Of a delta all, as the others of the
-- ring are held.
INSERT INTO people.incoming_rings (region, system_id, guardian_id, child_id)
SELECT link.region, link.system_id, link.guardian_id, link.child_id
FROM people.incoming_guardianships link
WHERE link.region = %(region)s::text AND link.system_id = %(system_id)s::text AND NOT link.deleted
    AND (
        %(with_held)s::boolean
        OR link.guardian_id IN (
            SELECT up.child_id FROM people.incoming_guardianships up
            WHERE up.region = %(region)s::text AND up.system_id = %(system_id)s::text AND NOT up.deleted
        )
    )

-- name: grow_rings
-- Held links that lead to the guardians found so far.
INSERT INTO people.incoming_rings (region, system_id, guardian_id, child_id)
SELECT held.region, held.system_id, held.guardian_id, held.child_id
FROM (
    SELECT DISTINCT guardian_id FROM people.incoming_rings
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text
) known
JOIN people.guardianships held
    ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.child_id = known.guardian_id AND held.archived_at IS NULL
WHERE NOT EXISTS (
    SELECT FROM people.incoming_rings ring
    WHERE ring.region = held.region AND ring.system_id = held.system_id
        AND ring.guardian_id = held.guardian_id AND ring.child_id = held.child_id
)

-- name: peel_rings
-- Links at either end of a chain are in no ring.
DELETE FROM people.incoming_rings edge
WHERE edge.region = %(region)s::text AND edge.system_id = %(system_id)s::text
    AND (
        edge.guardian_id NOT IN (
            SELECT ring.child_id FROM people.incoming_rings ring
            WHERE ring.region = %(region)s::text AND ring.system_id = %(system_id)s::text
        )
        OR edge.child_id NOT IN (
            SELECT ring.guardian_id FROM people.incoming_rings ring
            WHERE ring.region = %(region)s::text AND ring.system_id = %(system_id)s::text
        )
    )

-- name: find_rings
-- The staged links of what is left.
INSERT INTO people.incoming_found (region, system_id, table_name, line, field, code, severity, detail)
SELECT link.region, link.system_id, 'guardianships', link.line, 'guardian_id', 'guardian-ring', 'error',
    link.guardian_id
FROM people.incoming_guardianships link
WHERE link.region = %(region)s::text AND link.system_id = %(system_id)s::text AND NOT link.deleted
    AND (link.guardian_id, link.child_id) IN (
        SELECT ring.guardian_id, ring.child_id FROM people.incoming_rings ring
        WHERE ring.region = %(region)s::text AND ring.system_id = %(system_id)s::text
    )

-- name: find_two_schools
-- Enrolments of one person in two schools on one day: taken, as it may be a transfer under way, and told.
WITH studies AS MATERIALIZED (
    SELECT id, line, person_id, organization_id, starts_on, coalesce(ends_on, 'infinity') AS ends_on
    FROM people.incoming_enrollments
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND NOT deleted
    UNION ALL
    SELECT id, NULL, person_id, organization_id, starts_on, coalesce(ends_on, 'infinity')
    FROM people.enrollments held
    WHERE %(with_held)s::boolean AND held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.archived_at IS NULL
        AND held.person_id IN (
            SELECT person_id FROM people.incoming_enrollments
            WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND NOT deleted
        )
        AND held.id NOT IN (
            SELECT id FROM people.incoming_enrollments
            WHERE region = %(region)s::text AND system_id = %(system_id)s::text
        )
), several AS MATERIALIZED (
    SELECT * FROM studies WHERE person_id IN (
        SELECT person_id FROM studies GROUP BY person_id HAVING min(organization_id) < max(organization_id)
    )
), schools AS MATERIALIZED (
    SELECT id FROM people.incoming_organizations
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND kind IN ('school', 'college')
    UNION
    SELECT id FROM people.organizations
    WHERE region = %(region)s::text AND system_id = %(system_id)s::text AND kind IN ('school', 'college')
)
INSERT INTO people.incoming_found (region, system_id, table_name, line, field, code, severity, detail)
SELECT %(region)s::text, %(system_id)s::text, 'enrollments', one.line, 'organization_id', 'two-schools',
    'warning', min(other.organization_id)
FROM several one
JOIN several other
    ON other.person_id = one.person_id AND other.organization_id <> one.organization_id
        AND other.starts_on <= one.ends_on AND one.starts_on <= other.ends_on
WHERE one.line IS NOT NULL
    AND one.organization_id IN (SELECT id FROM schools)
    AND other.organization_id IN (SELECT id FROM schools)
GROUP BY one.line
