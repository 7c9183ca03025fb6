-- Why a child isn't shown. Each query says for whom: what the family may know, and what only the school may.

-- name: own_facts
-- For the asker. What the exports have under SNILS that ESIA has given for the viewer and their children, and about
-- nobody else. `barred`: the export has closed this viewer's link to the child; all else is then not told.
WITH visible AS MATERIALIZED (
    SELECT student.child, student.region, student.system_id, student.person_id, student.relation
    FROM people.visible_students(
        %(esia_oid)s::text, %(snils)s::text, %(trusted)s::boolean, %(now)s::timestamptz
    ) student
), asked AS (
    SELECT 'self' AS asks_for, %(snils)s::text AS snils, NULL::text AS oid, NULL::text AS last_name,
        NULL::text AS first_name, NULL::text AS middle_name, NULL::date AS birth_date
    UNION ALL
    SELECT 'kid', kid_snils, kid_oid, last_name, first_name, middle_name, birth_date
    FROM people.esia_kids
    WHERE parent_oid = %(esia_oid)s::text
)
SELECT asked.asks_for, asked.snils, asked.last_name, asked.first_name, asked.middle_name, asked.birth_date,
    (
        SELECT visible.child FROM visible
        JOIN people.persons shown
            ON (shown.region, shown.system_id, shown.id) = (visible.region, visible.system_id, visible.person_id)
        WHERE CASE
            WHEN asked.asks_for = 'self' THEN visible.relation = 'self'
            ELSE shown.snils = asked.snils
        END
        ORDER BY visible.child
        LIMIT 1
    ) AS child,
    coalesce(known.current, 0)::integer AS current,
    coalesce(known.archived, 0)::integer AS archived,
    coalesce(known.same_birth_date, false) AS same_birth_date,
    coalesce(known.barred, false) AS barred,
    coalesce(known.studies, false) AS studies,
    known.begins_on
FROM asked
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE person.archived_at IS NULL) AS current,
        count(*) FILTER (WHERE person.archived_at IS NOT NULL) AS archived,
        bool_or(person.archived_at IS NULL AND born.same) AS same_birth_date,
        bool_or(EXISTS (
            SELECT FROM people.persons me
            JOIN people.guardianships link
                ON (link.region, link.system_id, link.guardian_id) = (me.region, me.system_id, me.id)
            WHERE (me.snils = %(snils)s::text OR me.esia_oid = %(esia_oid)s::text)
                AND (link.region, link.system_id, link.child_id) = (person.region, person.system_id, person.id)
                AND (
                    link.revoked_at <= %(now)s::timestamptz
                    -- A day less than any clock of a school says.
                    OR link.ends_on < (%(now)s::timestamptz AT TIME ZONE 'UTC')::date + 1
                )
        )) AS barred,
        bool_or(person.archived_at IS NULL AND born.same AND EXISTS (
            SELECT FROM people.enrollments studies
            WHERE (studies.region, studies.system_id, studies.person_id)
                    = (person.region, person.system_id, person.id)
                AND studies.archived_at IS NULL
                AND studies.starts_on <= (%(now)s::timestamptz AT TIME ZONE 'UTC')::date
                AND (studies.ends_on IS NULL OR studies.ends_on >= (%(now)s::timestamptz AT TIME ZONE 'UTC')::date)
        )) AS studies,
        min((
            SELECT min(studies.starts_on) FROM people.enrollments studies
            WHERE (studies.region, studies.system_id, studies.person_id)
                    = (person.region, person.system_id, person.id)
                AND studies.archived_at IS NULL AND person.archived_at IS NULL AND born.same
                AND studies.starts_on > (%(now)s::timestamptz AT TIME ZONE 'UTC')::date
        )) AS begins_on
    FROM people.persons person
    CROSS JOIN LATERAL (
        SELECT asked.asks_for = 'self' OR person.birth_date IS NULL OR person.birth_date = asked.birth_date AS same
    ) born
    WHERE person.snils = asked.snils OR (asked.asks_for = 'self' AND person.esia_oid = %(esia_oid)s::text)
) known
ORDER BY asked.asks_for DESC, asked.birth_date DESC, asked.snils

-- name: incomplete_kids
-- How many children ESIA names for the viewer without SNILS or birth date.
SELECT kids FROM people.esia_kids_incomplete WHERE parent_oid = %(esia_oid)s

-- name: forget_incomplete_kids
-- What ESIA said so long ago that nobody's session asks for it any more.
DELETE FROM people.esia_kids_incomplete WHERE seen_at < %(before)s

-- name: shown_child
-- For the asker. The child of a request, if the viewer sees it now; others whom they see are not looked at.
SELECT student.child
FROM people.visible_students(
    %(esia_oid)s::text, %(snils)s::text, %(trusted)s::boolean, %(now)s::timestamptz
) student
JOIN people.persons shown
    ON (shown.region, shown.system_id, shown.id) = (student.region, student.system_id, student.person_id)
WHERE CASE %(asks_for)s::text
    WHEN 'self' THEN student.relation = 'self'
    WHEN 'kid' THEN shown.snils = %(child_snils)s::text
    ELSE student.relation = 'guardian' AND student.birth_date = %(birth_date)s::date
        AND translate(lower(student.last_name), 'ё', 'е') = translate(lower(%(last_name)s::text), 'ё', 'е')
        AND translate(lower(student.first_name), 'ё', 'е') = translate(lower(%(first_name)s::text), 'ё', 'е')
END
ORDER BY student.child
LIMIT 1

-- name: candidates
-- For the school alone. Its own pupils, present and past, who may be the child of a request: by SNILS, by name, or by
-- birth date with one name; е and ё are the same. Pupils of other schools are not looked at.
WITH pupils AS MATERIALIZED (
    SELECT studies.person_id,
        bool_or(
            studies.archived_at IS NULL AND studies.starts_on <= %(today)s
            AND (studies.ends_on IS NULL OR studies.ends_on >= %(today)s)
        ) AS studies_now,
        max(class.name) FILTER (WHERE studies.archived_at IS NULL AND class.kind = 'class') AS class_name
    FROM people.groups class
    JOIN people.enrollments studies
        ON (studies.region, studies.system_id, studies.group_id) = (class.region, class.system_id, class.id)
    WHERE class.region = %(region)s::text AND class.system_id = %(system_id)s::text
        AND class.organization_id = %(organization_id)s::text
        AND studies.organization_id = %(organization_id)s::text
    GROUP BY studies.person_id
)
SELECT person.id AS person_id, person.last_name, person.first_name, person.middle_name, person.birth_date,
    person.snils, person.archived_at IS NOT NULL AS is_archived, pupils.studies_now, pupils.class_name,
    coalesce(links.others, 0)::integer AS other_guardians,
    coalesce(links.asker, 0)::integer AS asker_links,
    coalesce(links.closed, false) AS asker_closed,
    EXISTS (
        SELECT FROM people.esia_kids kid
        WHERE kid.kid_snils = person.snils AND kid.parent_oid <> %(asker_oid)s::text
    ) AND NOT EXISTS (
        SELECT FROM people.esia_kids kid
        WHERE kid.kid_snils = person.snils AND kid.parent_oid = %(asker_oid)s::text
    ) AS is_kid_of_another
FROM pupils
JOIN people.persons person
    ON person.region = %(region)s::text AND person.system_id = %(system_id)s::text AND person.id = pupils.person_id
CROSS JOIN LATERAL (
    SELECT translate(lower(person.last_name), 'ё', 'е') = translate(lower(%(last_name)s::text), 'ё', 'е') AS last,
        translate(lower(person.first_name), 'ё', 'е') = translate(lower(%(first_name)s::text), 'ё', 'е') AS first,
        coalesce(person.birth_date = %(birth_date)s::date, false) AS born,
        coalesce(person.snils = %(child_snils)s::text, false) AS snils
) same
LEFT JOIN LATERAL (
    SELECT count(*) FILTER (WHERE own.is AND link.holds) AS asker,
        count(*) FILTER (WHERE NOT own.is AND link.holds) AS others,
        bool_or(own.is AND NOT link.holds) AS closed
    FROM (
        SELECT guardian_id, archived_at IS NULL AND revoked_at IS NULL
            AND (ends_on IS NULL OR ends_on >= %(today)s) AS holds
        FROM people.guardianships
        WHERE region = person.region AND system_id = person.system_id AND child_id = person.id
    ) link
    JOIN people.persons guardian
        ON guardian.region = person.region AND guardian.system_id = person.system_id
            AND guardian.id = link.guardian_id
    CROSS JOIN LATERAL (
        SELECT coalesce(guardian.snils = %(asker_snils)s::text, false)
            OR coalesce(guardian.esia_oid = %(asker_oid)s::text, false) AS is
    ) own
) links ON true
WHERE same.snils OR same.last AND same.first OR same.born AND (same.last OR same.first)
ORDER BY same.snils DESC, same.born AND same.last AND same.first DESC, same.last AND same.first DESC,
    pupils.studies_now DESC, person.id
LIMIT %(most)s
