-- Read only where all people are invented: in the sandbox of a vendor (people/invented.py).

-- name: pupils
-- Pupils of a system's export whose name begins so, with class and guardians, a page of them.
SELECT person.id AS person_id,
    concat_ws(' ', person.last_name, person.first_name, person.middle_name) AS name,
    person.snils IS NOT NULL OR person.esia_oid IS NOT NULL AS is_known,
    class.name AS group_name,
    coalesce((
        SELECT json_agg(json_build_object(
            'person_id', guardian.id,
            'name', concat_ws(' ', guardian.last_name, guardian.first_name, guardian.middle_name),
            'is_known', guardian.snils IS NOT NULL OR guardian.esia_oid IS NOT NULL
        ) ORDER BY guardian.last_name, guardian.first_name, guardian.id)
        FROM people.guardianships link
        JOIN people.persons guardian ON (guardian.region, guardian.system_id, guardian.id)
            = (link.region, link.system_id, link.guardian_id)
        WHERE (link.region, link.system_id, link.child_id) = (person.region, person.system_id, person.id)
            AND link.archived_at IS NULL AND link.revoked_at IS NULL AND guardian.archived_at IS NULL
    ), '[]'::json) AS guardians
FROM people.persons person
CROSS JOIN LATERAL (
    SELECT studies.group_id, studies.organization_id
    FROM people.enrollments studies
    WHERE (studies.region, studies.system_id, studies.person_id) = (person.region, person.system_id, person.id)
        AND studies.archived_at IS NULL
    ORDER BY studies.starts_on DESC, studies.id
    LIMIT 1
) newest
LEFT JOIN people.groups class ON (class.region, class.system_id, class.id)
    = (person.region, person.system_id, newest.group_id)
WHERE person.region = %(region)s::text AND person.system_id = %(system_id)s::text
    AND person.archived_at IS NULL
    AND starts_with(lower(person.last_name), lower(%(begins)s::text))
ORDER BY person.last_name, person.first_name, person.id
LIMIT %(limit)s::integer

-- name: person
-- What an account of this person at the sandbox of ESIA needs.
SELECT person.id AS person_id, person.last_name, person.first_name, person.middle_name, person.birth_date,
    person.sex, person.snils, person.esia_oid
FROM people.persons person
WHERE person.region = %(region)s::text AND person.system_id = %(system_id)s::text
    AND person.id = %(person_id)s::text AND person.archived_at IS NULL
