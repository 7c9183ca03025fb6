-- Checks of families and schools that need the whole package, and for a delta the held rows too.
-- {staged_persons}, {held_persons} and so on: as {staged} and {held} in table.sql, of the named table.

-- name: find_older_children
-- Links whose child is not younger than the guardian: most often the two ids are swapped. The held birth date is
-- looked up for each link whose person isn't staged: never all of them.
SELECT 'guardianships', link.line, 'child_id', 'child-older', 'error', NULL::text
FROM {staged_guardianships} link
LEFT JOIN {staged_persons} child ON child.id = link.child_id
LEFT JOIN {staged_persons} guardian ON guardian.id = link.guardian_id
WHERE NOT link.deleted
    AND CASE WHEN child.id IS NULL AND %(with_held)s::boolean THEN (
        SELECT held.birth_date FROM {held_persons} held
        WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = link.child_id
    ) ELSE child.birth_date END <= CASE WHEN guardian.id IS NULL AND %(with_held)s::boolean THEN (
        SELECT held.birth_date FROM {held_persons} held
        WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = link.guardian_id
    ) ELSE guardian.birth_date END

-- name: find_invalid_links
-- All that can be wrong with one link where the system has no rows yet: one join instead of three.
SELECT 'guardianships', link.line, fault.field, fault.code, 'error', fault.detail
FROM (
    SELECT link.line, link.guardian_id, link.child_id,
        guardian.id IS NULL AS has_no_guardian, child.id IS NULL AS has_no_child,
        child.birth_date <= guardian.birth_date AS has_older_child
    FROM {staged_guardianships} link
    LEFT JOIN {staged_persons} child ON child.id = link.child_id AND NOT child.deleted
    LEFT JOIN {staged_persons} guardian ON guardian.id = link.guardian_id AND NOT guardian.deleted
    WHERE NOT link.deleted
) link
CROSS JOIN LATERAL (
    VALUES
        ('guardian_id', 'unknown-reference', link.guardian_id, link.has_no_guardian),
        ('child_id', 'unknown-reference', link.child_id, link.has_no_child),
        ('child_id', 'child-older', NULL, link.has_older_child)
) fault (field, code, detail, holds)
WHERE (link.has_no_guardian OR link.has_no_child OR link.has_older_child) AND fault.holds

-- name: seed_cycles
-- Links that may be part of a cycle: those whose guardian is a child of another link.
SELECT link.guardian_id, link.child_id
FROM {staged_guardianships} link
WHERE NOT link.deleted
    AND link.guardian_id IN (
        SELECT up.child_id FROM {staged_guardianships} up WHERE NOT up.deleted
        UNION ALL
        SELECT held.child_id
        FROM {staged_guardianships} up
        JOIN {held_guardianships} held
            ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text
                AND held.child_id = up.guardian_id
        WHERE %(with_held)s::boolean AND held.archived_at IS NULL AND NOT up.deleted
    )

-- name: extend_cycles
-- Held links that lead to the guardians found so far and that the package leaves as they are.
INSERT INTO {cycles} (guardian_id, child_id)
SELECT held.guardian_id, held.child_id
FROM (SELECT DISTINCT guardian_id FROM {cycles}) known
JOIN {held_guardianships} held
    ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.child_id = known.guardian_id AND held.archived_at IS NULL
WHERE NOT EXISTS (
        SELECT FROM {cycles} edge
        WHERE edge.guardian_id = held.guardian_id AND edge.child_id = held.child_id
    )
    AND NOT EXISTS (SELECT FROM {staged_guardianships} staged WHERE staged.id = held.id)
    AND held.id NOT IN (
        SELECT absent.id FROM {differences} absent
        WHERE absent.table_name = 'guardianships' AND absent.line IS NULL
    )

-- name: prune_cycles
-- Links at either end of a chain are in no cycle.
DELETE FROM {cycles} edge
WHERE edge.guardian_id NOT IN (SELECT other.child_id FROM {cycles} other)
    OR edge.child_id NOT IN (SELECT other.guardian_id FROM {cycles} other)

-- name: mark_links_of_cycles
-- Held links of the cycles that are left: a new link that closes a cycle makes them part of it.
INSERT INTO {affected} (table_name, id)
SELECT 'guardianships', held.id
FROM {held_guardianships} held
JOIN (SELECT DISTINCT guardian_id, child_id FROM {cycles}) edge
    ON edge.guardian_id = held.guardian_id AND edge.child_id = held.child_id
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.archived_at IS NULL

-- name: find_cycles
-- The staged links of the cycles that are left.
SELECT 'guardianships', link.line, 'guardian_id', 'guardian-ring', 'error', link.guardian_id
FROM {staged_guardianships} link
WHERE NOT link.deleted
    AND (link.guardian_id, link.child_id) IN (SELECT edge.guardian_id, edge.child_id FROM {cycles} edge)

-- name: find_two_schools
-- Enrolments of one person in two schools on one day: taken, as it may be a transfer under way, and reported. Held
-- enrolments in another school are affected already. Which of them the package doesn't have is asked at the end: the
-- planner overestimates a look-up beside other conditions.
WITH held AS MATERIALIZED (
    SELECT held.id, held.person_id, held.organization_id, held.starts_on, held.ends_on
    FROM (SELECT DISTINCT id FROM {affected} WHERE table_name = 'enrollments') affected
    JOIN {held_enrollments} held
        ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text AND held.id = affected.id
    WHERE held.archived_at IS NULL
), studies AS MATERIALIZED (
    SELECT id, line, person_id, organization_id, starts_on, coalesce(ends_on, 'infinity') AS ends_on
    FROM {staged_enrollments}
    WHERE NOT deleted
    UNION ALL
    SELECT id, NULL, person_id, organization_id, starts_on, coalesce(ends_on, 'infinity')
    FROM held
    WHERE id NOT IN (SELECT id FROM {staged_enrollments})
        AND id NOT IN (SELECT id FROM {differences} WHERE table_name = 'enrollments' AND line IS NULL)
), several AS MATERIALIZED (
    SELECT * FROM studies WHERE person_id IN (
        SELECT person_id FROM studies GROUP BY person_id HAVING min(organization_id) < max(organization_id)
    )
), schools AS MATERIALIZED (
    SELECT id FROM {staged_organizations} WHERE kind IN ('school', 'college')
    UNION
    SELECT held.id FROM {held_organizations} held
    WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.kind IN ('school', 'college')
        AND held.id NOT IN (SELECT id FROM {staged_organizations})
)
SELECT 'enrollments', one.line, 'organization_id', 'two-schools', 'warning', min(other.organization_id)
FROM several one
JOIN several other
    ON other.person_id = one.person_id AND other.organization_id <> one.organization_id
        AND other.starts_on <= one.ends_on AND one.starts_on <= other.ends_on
WHERE one.line IS NOT NULL
    AND one.organization_id IN (SELECT id FROM schools)
    AND other.organization_id IN (SELECT id FROM schools)
GROUP BY one.line

-- name: mark_links_of_changed_ages
-- Held links of persons whose birth date changes.
INSERT INTO {affected} (table_name, id)
WITH person AS MATERIALIZED (
    SELECT id FROM {changes} WHERE table_name = 'persons' AND 'birth_date' = ANY (fields)
)
SELECT 'guardianships', link.id
FROM {held_guardianships} link JOIN person ON person.id = link.child_id
WHERE link.region = %(region)s::text AND link.system_id = %(system_id)s::text AND link.archived_at IS NULL
UNION ALL
SELECT 'guardianships', link.id
FROM {held_guardianships} link JOIN person ON person.id = link.guardian_id
WHERE link.region = %(region)s::text AND link.system_id = %(system_id)s::text AND link.archived_at IS NULL

-- name: mark_enrollments_of_changed_schools
-- Held enrolments of persons whose other schools change.
INSERT INTO {affected} (table_name, id)
SELECT 'enrollments', held.id
FROM (
    SELECT DISTINCT person_id, organization_id FROM {staged_enrollments} WHERE NOT deleted
) new
JOIN {held_enrollments} held
    ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.person_id = new.person_id AND held.organization_id <> new.organization_id
WHERE held.archived_at IS NULL
UNION ALL
SELECT 'enrollments', held.id
FROM {changes} school
JOIN {held_enrollments} studies
    ON studies.region = %(region)s::text AND studies.system_id = %(system_id)s::text
        AND studies.organization_id = school.id
JOIN {held_enrollments} held
    ON held.region = %(region)s::text AND held.system_id = %(system_id)s::text
        AND held.person_id = studies.person_id
WHERE school.table_name = 'organizations' AND 'kind' = ANY (school.fields) AND held.archived_at IS NULL
