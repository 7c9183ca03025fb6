-- name: find_persons
-- Persons of the exports by SNILS, by ESIA's number, or by name within a region; archived ones last.
SELECT person.region, person.system_id, person.id, person.last_name, person.first_name, person.middle_name,
    person.birth_date, person.snils IS NOT NULL AS has_snils, person.esia_oid IS NOT NULL AS has_esia_oid,
    person.archived_at IS NOT NULL AS archived,
    (
        SELECT string_agg(concat_ws(', ', class.name, coalesce(school.short_name, school.name)), '; ')
        FROM people.enrollments studies
        JOIN people.organizations school
            ON school.region = studies.region AND school.system_id = studies.system_id
                AND school.id = studies.organization_id
        LEFT JOIN people.groups class
            ON class.region = studies.region AND class.system_id = studies.system_id
                AND class.id = studies.group_id
        WHERE studies.region = person.region AND studies.system_id = person.system_id
            AND studies.person_id = person.id AND studies.archived_at IS NULL
    ) AS studies,
    (
        SELECT string_agg(concat_ws(', ', post.role, coalesce(school.short_name, school.name)), '; ')
        FROM people.staff post
        JOIN people.organizations school
            ON school.region = post.region AND school.system_id = post.system_id
                AND school.id = post.organization_id
        WHERE post.region = person.region AND post.system_id = person.system_id
            AND post.person_id = person.id AND post.archived_at IS NULL
    ) AS works,
    (
        SELECT count(*) FROM people.guardianships link
        WHERE link.region = person.region AND link.system_id = person.system_id
            AND link.guardian_id = person.id AND link.archived_at IS NULL AND link.revoked_at IS NULL
    ) AS children,
    (
        SELECT count(*) FROM people.guardianships link
        WHERE link.region = person.region AND link.system_id = person.system_id
            AND link.child_id = person.id AND link.archived_at IS NULL AND link.revoked_at IS NULL
    ) AS guardians
FROM people.persons person
WHERE (%(snils)s::text IS NULL OR person.snils = %(snils)s::text)
    AND (%(esia_oid)s::text IS NULL OR person.esia_oid = %(esia_oid)s::text)
    AND (%(region)s::text IS NULL OR person.region = %(region)s::text)
    AND (
        %(last_name)s::text IS NULL
        OR translate(lower(person.last_name), 'ё', 'е') = translate(lower(%(last_name)s::text), 'ё', 'е')
    )
    AND (
        %(first_name)s::text IS NULL
        OR translate(lower(person.first_name), 'ё', 'е') = translate(lower(%(first_name)s::text), 'ё', 'е')
    )
    AND (%(birth_date)s::date IS NULL OR person.birth_date = %(birth_date)s::date)
ORDER BY person.archived_at IS NOT NULL, person.region, person.system_id, person.last_name, person.first_name,
    person.id
LIMIT %(limit)s
