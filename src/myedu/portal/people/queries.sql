-- name: visible_students
-- Every child whom the viewer may see now, the eldest first.
SELECT student.*
FROM people.visible_students(
    %(esia_oid)s::text, %(snils)s::text, %(trusted)s::boolean, %(now)s::timestamptz
) student
ORDER BY student.birth_date NULLS LAST, student.first_name, student.system_id, student.child

-- name: visible_student
-- One child, if the viewer may see it now.
SELECT student.*
FROM people.visible_students(
    %(esia_oid)s::text, %(snils)s::text, %(trusted)s::boolean, %(now)s::timestamptz
) student
WHERE student.child = %(child)s::uuid

-- name: visible_groups
-- The groups with which a member of staff works now, by school, grade and name.
SELECT visible.*
FROM people.visible_groups(
    %(esia_oid)s::text, %(snils)s::text, %(trusted)s::boolean, %(oids)s::text[], %(ogrns)s::text[],
    %(now)s::timestamptz
) visible
ORDER BY visible.organization_name, visible.grade NULLS LAST, visible.group_name, visible.region,
    visible.system_id, visible.group_id, visible.relation

-- name: has_post
-- Whether an export has a post of the person.
SELECT EXISTS (
    SELECT FROM people.posts post
    WHERE (post.snils = %(snils)s::text OR post.esia_oid = %(esia_oid)s::text) AND NOT post.archived
)

-- name: periods
-- The periods of a school in the academic year that a day belongs to: the last one begun, or the first there is.
SELECT period.id, period.kind, period.number, period.name, period.starts_on, period.ends_on
FROM people.periods period
WHERE period.region = %(region)s AND period.system_id = %(system_id)s
    AND period.organization_id = %(organization_id)s
    AND period.archived_at IS NULL
    AND period.academic_year = (
        SELECT coalesce(max(year.academic_year) FILTER (WHERE year.starts_on <= %(day)s), min(year.academic_year))
        FROM people.periods year
        WHERE year.region = %(region)s AND year.system_id = %(system_id)s
            AND year.organization_id = %(organization_id)s
            AND year.archived_at IS NULL
    )
ORDER BY period.starts_on, period.number, period.id

-- name: forget_kids
-- Drop what ESIA said before about a parent's children.
DELETE FROM people.esia_kids WHERE parent_oid = %(parent_oid)s

-- name: remember_kids
-- Keep what ESIA says now about a parent's children; one named twice is kept once.
INSERT INTO people.esia_kids
    (parent_oid, kid_snils, kid_oid, birth_date, last_name, first_name, middle_name, seen_at)
SELECT DISTINCT ON (kid.snils) %(parent_oid)s::text, kid.snils, kid.oid, kid.birth_date,
    kid.last_name, kid.first_name, kid.middle_name, %(now)s::timestamptz
FROM unnest(
    %(snils)s::text[], %(oids)s::text[], %(birth_dates)s::date[],
    %(last_names)s::text[], %(first_names)s::text[], %(middle_names)s::text[]
) kid (snils, oid, birth_date, last_name, first_name, middle_name)
ORDER BY kid.snils, kid.oid

-- name: forget_incomplete_kids
-- Drop what ESIA said before about children without SNILS or birth date.
DELETE FROM people.esia_kids_incomplete WHERE parent_oid = %(parent_oid)s

-- name: remember_incomplete_kids
-- How many children ESIA names for a parent without SNILS or birth date.
INSERT INTO people.esia_kids_incomplete (parent_oid, kids, seen_at)
VALUES (%(parent_oid)s, %(kids)s, %(now)s)

-- name: erased_persons
-- Persons whom the transaction under way erases.
SELECT person_id, public_id, snils FROM people.erased_persons(%(region)s::text, %(system_id)s::text)

-- name: erased_snils
-- SNILS of persons whom the transaction under way erases, unless another journal has them.
SELECT DISTINCT erased.snils FROM people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE erased.snils IS NOT NULL
    AND NOT EXISTS (SELECT FROM people.persons other WHERE other.snils = erased.snils)

-- name: erase_kids
-- What ESIA said of erased children, unless another journal has them.
DELETE FROM people.esia_kids kid
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE kid.kid_snils = erased.snils
    AND NOT EXISTS (SELECT FROM people.persons other WHERE other.snils = erased.snils)

-- name: erase_staff
-- What heads have confirmed of posts that are gone, as those of erased persons are.
DELETE FROM people.verified_staff held
WHERE held.region = %(region)s::text AND held.system_id = %(system_id)s::text
    AND NOT EXISTS (
        SELECT FROM people.staff post
        WHERE post.region = held.region AND post.system_id = held.system_id AND post.id = held.staff_id
    )

-- name: system
-- One journal system.
SELECT id, region, name, base_url, client_id, profile, token_url, secret_file, registered_at, paused_at
FROM people.systems
WHERE id = %(system_id)s

-- name: systems
-- Every journal system, in a steady order.
SELECT id, region, name, base_url, client_id, profile, token_url, secret_file, registered_at, paused_at
FROM people.systems
ORDER BY region, id

-- name: register_system
-- Add a journal system or change what is known of it; its region and the day it was registered stay.
INSERT INTO people.systems (
    id, region, name, base_url, client_id, profile, token_url, secret_file, registered_at, paused_at
)
VALUES (
    %(id)s, %(region)s, %(name)s, %(base_url)s, %(client_id)s, %(profile)s, %(token_url)s, %(secret_file)s,
    %(registered_at)s, %(paused_at)s
)
ON CONFLICT (id) DO UPDATE
SET name = excluded.name, base_url = excluded.base_url, client_id = excluded.client_id,
    profile = excluded.profile, token_url = excluded.token_url, secret_file = excluded.secret_file,
    paused_at = excluded.paused_at
WHERE systems.region = excluded.region

-- name: confirm_organization
-- Note that a school is an organisation of ESIA; no row if another one has it now, or the school is gone.
INSERT INTO people.verified_organizations AS known
    (region, system_id, organization_id, esia_oid, confirmed_at, confirmed_by)
SELECT school.region, school.system_id, school.id, %(esia_oid)s, %(now)s, %(account_id)s
FROM people.organizations school
WHERE school.region = %(region)s AND school.system_id = %(system_id)s AND school.id = %(organization_id)s
    AND school.archived_at IS NULL
ON CONFLICT (organization_id, system_id, region) DO UPDATE
SET esia_oid = excluded.esia_oid, confirmed_at = excluded.confirmed_at, confirmed_by = excluded.confirmed_by,
    withdrawn_at = NULL, withdrawn_reason = NULL
WHERE known.withdrawn_at IS NOT NULL
RETURNING organization_id

-- name: withdraw_organization
-- Withdraw what was confirmed of an organisation of ESIA; the schools that it closes.
UPDATE people.verified_organizations
SET withdrawn_at = %(now)s, withdrawn_reason = %(reason)s
WHERE esia_oid = %(esia_oid)s AND withdrawn_at IS NULL
RETURNING region, system_id, organization_id

-- name: pause_system
-- Keep a system out, or let it in again; its region, or no row if it is so already or isn't registered.
UPDATE people.systems SET paused_at = %(paused_at)s
WHERE id = %(system_id)s AND (paused_at IS NULL) <> (%(paused_at)s::timestamptz IS NULL)
RETURNING region

-- name: school_classes
-- The classes of a school in the academic year of a day, with how many study in each.
SELECT class.name, class.grade, count(DISTINCT study.person_id) AS pupils
FROM people.groups class
LEFT JOIN people.enrollments study
    ON study.region = class.region AND study.system_id = class.system_id AND study.group_id = class.id
        AND study.archived_at IS NULL AND study.starts_on <= %(day)s
        AND (study.ends_on IS NULL OR study.ends_on >= %(day)s)
WHERE class.region = %(region)s AND class.system_id = %(system_id)s
    AND class.organization_id = %(organization_id)s AND class.kind = 'class' AND class.archived_at IS NULL
    -- A school year begins in August.
    AND class.academic_year >= extract(year FROM %(day)s::date - interval '7 months')
GROUP BY class.id, class.name, class.grade
ORDER BY class.grade NULLS LAST, class.name
LIMIT 500
