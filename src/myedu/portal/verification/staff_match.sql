-- name: match
-- Match the posts of a region, or of one school or person of it, with ESIA's people; write what has changed, withdraw
-- what doesn't hold any more, and open the post of the head who has confirmed the school.
--
-- ESIA's people are looked up laterally, each with LIMIT 1: by index for every post, however many accounts there are.
-- The other joins are of whole sets: see plan_for_region.
WITH post AS MATERIALIZED (
    SELECT post.region, post.system_id, post.staff_id, post.organization_id, post.person_id, post.role,
        post.last_name, post.first_name, post.middle_name, post.birth_date, post.snils, post.esia_oid,
        NOT post.archived AND (post.ends_on IS NULL OR post.ends_on >= day.today) AS is_current,
        school.esia_oid AS school_oid, school.confirmed_by AS school_confirmed_by, listed.read_at,
        confirmed.esia_oid AS confirmed_oid, confirmed.withdrawn_reason AS was_withdrawn,
        confirmed.staff_id IS NOT NULL AND confirmed.withdrawn_at IS NULL AS is_live,
        declined.staff_id IS NOT NULL AS is_declined
    FROM people.posts post
    CROSS JOIN LATERAL (SELECT (%(now)s::timestamptz AT TIME ZONE post.time_zone)::date AS today) day
    LEFT JOIN people.verified_organizations school
        ON school.region = post.region AND school.system_id = post.system_id
            AND school.organization_id = post.organization_id AND school.withdrawn_at IS NULL
    CROSS JOIN LATERAL (
        SELECT max(employee.seen_at) AS read_at FROM verification.esia_employees employee
        WHERE employee.organization_oid = school.esia_oid
    ) listed
    LEFT JOIN people.verified_staff confirmed
        ON confirmed.region = post.region AND confirmed.system_id = post.system_id
            AND confirmed.staff_id = post.staff_id
    LEFT JOIN verification.staff_declined declined
        ON declined.region = post.region AND declined.system_id = post.system_id
            AND declined.staff_id = post.staff_id
    WHERE post.region = %(region)s::text
        AND (%(system_id)s::text IS NULL OR post.system_id = %(system_id)s::text)
        AND (%(organization_id)s::text IS NULL OR post.organization_id = %(organization_id)s::text)
        AND (%(person_id)s::text IS NULL OR post.person_id = %(person_id)s::text)
        AND (
            NOT post.archived AND (post.starts_on IS NULL OR post.starts_on <= day.today)
                AND (post.ends_on IS NULL OR post.ends_on >= day.today)
            -- One that has ended stands there for a month if it was confirmed, so that the head sees it go.
            OR confirmed.staff_id IS NOT NULL AND (
                confirmed.withdrawn_at IS NULL
                OR confirmed.withdrawn_reason = 'post-ended'
                    AND confirmed.withdrawn_at > %(now)s::timestamptz - interval '30 days'
            )
        )
), compared AS MATERIALIZED (
    SELECT post.*, person.oid, person.seen_at, person.account_id, person.chief,
        post.snils IS NULL AND post.esia_oid IS NULL AS is_unmatchable,
        coalesce(shared.another, false) AS another,
        coalesce(shared.twice, false) AS twice,
        coalesce(
            person.is_ambiguous OR person.snils <> post.snils OR person.oid <> post.esia_oid, false
        ) AS is_ambiguous,
        person.oid IS NOT NULL AND NOT coalesce(
            verification.same_name(person.last_name, post.last_name)
                AND verification.same_name(person.first_name, post.first_name)
                -- A patronymic that one side doesn't have says nothing.
                AND coalesce(verification.same_name(person.middle_name, post.middle_name), true),
            false
        ) AS is_named_otherwise,
        coalesce(person.birth_date <> post.birth_date, false) AS is_born_otherwise,
        coalesce(NOT person.trusted, false) AS is_untrusted,
        CASE
            WHEN NOT post.is_live THEN NULL
            WHEN NOT post.is_current THEN 'post-ended'
            WHEN post.is_declined THEN 'declined-by-head'
            WHEN post.school_oid IS NULL THEN 'school-unconfirmed'
            WHEN person.oid <> post.confirmed_oid THEN 'another-person'
            WHEN person.oid IS NULL AND (
                post.read_at IS NOT NULL
                OR (
                    SELECT account.roles_seen_at IS NOT NULL AND NOT EXISTS (
                        SELECT FROM identity.account_roles role
                        WHERE role.account_id = account.id AND role.organization_oid = post.school_oid
                    )
                    FROM identity.accounts account
                    WHERE account.esia_oid = post.confirmed_oid
                )
            ) THEN 'not-employed-at-esia'
        END AS withdraw
    FROM post
    -- People of the school at ESIA who have the post's SNILS or number: by the list of employees, by their own roles.
    LEFT JOIN LATERAL (
        SELECT named.*, account.id AS account_id, account.trusted, role.chief,
            min(named.oid) OVER () <> max(named.oid) OVER () AS is_ambiguous
        FROM (
            SELECT employee.person_oid AS oid, employee.last_name, employee.first_name, employee.middle_name,
                employee.birth_date, employee.snils, employee.seen_at, true AS is_listed
            FROM verification.esia_employees employee
            WHERE employee.organization_oid = post.school_oid
                AND (employee.snils = post.snils OR employee.person_oid = post.esia_oid)
            UNION ALL
            SELECT own.esia_oid, own.last_name, own.first_name, own.middle_name, own.birth_date, own.snils,
                named_role.seen_at, false
            FROM identity.accounts own
            CROSS JOIN LATERAL (
                SELECT known.seen_at FROM identity.account_roles known
                WHERE known.account_id = own.id AND known.organization_oid = post.school_oid
                LIMIT 1
            ) named_role
            WHERE (own.snils = post.snils OR own.esia_oid = post.esia_oid)
                AND (post.read_at IS NULL OR post.read_at <= named_role.seen_at)
        ) named
        LEFT JOIN LATERAL (
            SELECT known.id, known.trusted, known.roles_seen_at FROM identity.accounts known
            WHERE known.esia_oid = named.oid
            LIMIT 1
        ) account ON true
        LEFT JOIN LATERAL (
            SELECT known.account_id, known.chief FROM identity.account_roles known
            WHERE known.account_id = account.id AND known.organization_oid = post.school_oid
            LIMIT 1
        ) role ON true
        -- The newest word of ESIA's counts: the person's own roles may be newer than the list.
        WHERE NOT named.is_listed OR role.account_id IS NOT NULL
            OR account.roles_seen_at IS NULL OR account.roles_seen_at <= named.seen_at
        ORDER BY named.seen_at DESC, named.is_listed
        LIMIT 1
    ) person ON post.school_oid IS NOT NULL
    CROSS JOIN LATERAL (
        SELECT bool_or(NOT other.is_same) AS another,
            bool_or(other.is_same AND other.system_id = post.system_id) AS twice
        FROM (
            SELECT known.system_id,
                verification.same_name(known.last_name, post.last_name)
                    AND verification.same_name(known.first_name, post.first_name)
                    AND coalesce(known.birth_date = post.birth_date, true) AS is_same
            FROM people.current_persons known
            WHERE known.region = post.region AND known.snils = post.snils
                AND (known.person_id, known.system_id) <> (post.person_id, post.system_id)
        ) other
    ) shared
), judged AS MATERIALIZED (
    SELECT compared.*,
        array_remove(ARRAY[
            CASE WHEN NOT is_current THEN 'post-ended' END,
            CASE WHEN is_declined THEN 'declined-by-head' END,
            CASE WHEN is_unmatchable THEN 'snils-missing' END,
            CASE WHEN another THEN 'snils-of-another' END,
            CASE WHEN twice THEN 'twice-in-export' END,
            CASE WHEN is_ambiguous THEN 'two-at-esia' END,
            CASE WHEN is_named_otherwise THEN 'name-differs' END,
            CASE WHEN is_born_otherwise THEN 'birth-date-differs' END,
            CASE
                WHEN oid IS NULL AND is_current AND coalesce(withdraw, was_withdrawn) = 'not-employed-at-esia'
                    THEN 'not-employed-at-esia'
            END
        ], NULL) AS differences,
        CASE WHEN is_current THEN array_remove(ARRAY[
            CASE WHEN school_oid IS NULL THEN 'school-unconfirmed' END,
            CASE
                WHEN school_oid IS NOT NULL AND oid IS NULL AND NOT is_unmatchable
                    AND coalesce(withdraw, was_withdrawn) IS DISTINCT FROM 'not-employed-at-esia'
                    THEN CASE WHEN read_at IS NULL THEN 'not-signed-in' ELSE 'unknown-at-esia' END
            END,
            CASE WHEN is_untrusted THEN 'account-unconfirmed' END,
            CASE
                WHEN oid IS NOT NULL AND NOT is_declined AND (NOT is_live OR withdraw IS NOT NULL)
                    THEN 'head-not-confirmed'
            END
        ], NULL) ELSE '{}' END AS waits
    FROM compared
), decided AS MATERIALIZED (
    SELECT judged.*,
        -- The head confirms the school, signed in for it: no second head has to confirm the head's own post.
        role = 'head' AND is_current AND NOT is_live AND chief AND account_id = school_confirmed_by
            AND differences = '{}' AND waits = '{head-not-confirmed}' AS is_own_post
    FROM judged
), withdrawn AS (
    UPDATE people.verified_staff confirmed
    SET withdrawn_at = %(now)s::timestamptz, withdrawn_reason = decided.withdraw
    FROM decided
    WHERE decided.withdraw IS NOT NULL
        AND confirmed.region = decided.region AND confirmed.system_id = decided.system_id
        AND confirmed.staff_id = decided.staff_id
    RETURNING decided.*
), opened AS (
    INSERT INTO people.verified_staff AS confirmed
        (region, system_id, staff_id, esia_oid, confirmed_at, confirmed_by)
    SELECT region, system_id, staff_id, oid, %(now)s::timestamptz, account_id FROM decided WHERE is_own_post
    ON CONFLICT (staff_id, system_id, region) DO UPDATE
    SET esia_oid = excluded.esia_oid, confirmed_at = excluded.confirmed_at,
        confirmed_by = excluded.confirmed_by, withdrawn_at = NULL, withdrawn_reason = NULL
    RETURNING *
), noted AS (
    INSERT INTO audit.lines (at, actor_account, actor_relation, action, region, system_id, person_id, detail)
    SELECT %(now)s::timestamptz, NULL, 'system', 'staff.withdraw', region, system_id, person_id,
        jsonb_build_object('post', staff_id, 'reason', withdraw)
    FROM withdrawn
    UNION ALL
    SELECT %(now)s::timestamptz, account_id, 'head', 'staff.confirm', region, system_id, person_id,
        jsonb_build_object('post', staff_id, 'reason', 'own-post')
    FROM decided WHERE is_own_post
), result AS MATERIALIZED (
    SELECT region, system_id, staff_id, organization_id, person_id, oid AS esia_oid, seen_at,
        CASE
            WHEN is_own_post OR is_live AND withdraw IS NULL THEN 'verified'
            WHEN differences <> '{}' THEN 'differing'
            ELSE 'waiting'
        END AS state,
        CASE WHEN is_own_post THEN '{}' ELSE differences || waits END AS reasons
    FROM decided
), written AS (
    INSERT INTO verification.staff_matches AS held
        (region, system_id, staff_id, organization_id, person_id, state, reasons, esia_oid, seen_at, changed_at)
    SELECT result.region, result.system_id, result.staff_id, result.organization_id, result.person_id,
        result.state, result.reasons, result.esia_oid, result.seen_at, %(now)s::timestamptz
    FROM result
    LEFT JOIN verification.staff_matches held
        ON held.region = result.region AND held.system_id = result.system_id AND held.staff_id = result.staff_id
    WHERE held.staff_id IS NULL
        OR (held.organization_id, held.person_id, held.state, held.reasons, held.esia_oid)
            IS DISTINCT FROM
            (result.organization_id, result.person_id, result.state, result.reasons, result.esia_oid)
        OR coalesce(result.seen_at > held.seen_at + interval '7 days', false)
    ON CONFLICT (staff_id, system_id, region) DO UPDATE
    SET organization_id = excluded.organization_id, person_id = excluded.person_id, reasons = excluded.reasons,
        esia_oid = excluded.esia_oid, seen_at = excluded.seen_at, state = excluded.state,
        changed_at = CASE WHEN held.state = excluded.state THEN held.changed_at ELSE excluded.changed_at END
    RETURNING held.staff_id
), removed AS (
    DELETE FROM verification.staff_matches held
    WHERE held.region = %(region)s::text
        AND (%(system_id)s::text IS NULL OR held.system_id = %(system_id)s::text)
        AND (%(organization_id)s::text IS NULL OR held.organization_id = %(organization_id)s::text)
        AND (%(person_id)s::text IS NULL OR held.person_id = %(person_id)s::text)
        AND NOT EXISTS (
            SELECT FROM result
            WHERE result.system_id = held.system_id AND result.staff_id = held.staff_id
        )
    RETURNING held.staff_id
)
SELECT (SELECT count(*) FROM result) AS posts,
    (SELECT count(*) FROM written) + (SELECT count(*) FROM removed) AS changed,
    (SELECT count(*) FROM withdrawn) AS withdrawn

-- name: set_limits
-- A region may take longer than a page's statement, though it takes seconds.
SELECT set_config('statement_timeout', '10min', true), set_config('work_mem', '64MB', true)

-- name: plan_for_region
-- Joins of a region's sets are hashed: a loop over all pairs looks cheap while a table's statistics are of before.
SELECT set_config('enable_nestloop', 'off', true)

-- name: plan_for_values
-- The plan depends on whether a region or a school is asked for.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true)

-- name: lock_region
-- One match of a region at a time: two would write the same rows, each in its own order.
SELECT pg_advisory_xact_lock(hashtext('verification.staff_matches'), hashtext(%(region)s))

-- name: try_lock_region
-- The same without waiting.
SELECT pg_try_advisory_xact_lock(hashtext('verification.staff_matches'), hashtext(%(region)s))

-- name: regions
-- Regions with journal systems.
SELECT DISTINCT region FROM people.systems ORDER BY region

-- name: schools_of
-- The schools that are, or were, confirmed as an organisation of ESIA.
SELECT region, system_id, organization_id FROM people.verified_organizations
WHERE esia_oid = %(esia_oid)s
ORDER BY region, system_id, organization_id

-- name: packages
-- The packages of a region that are in force, as one text.
SELECT coalesce(string_agg(concat_ws(' ', system_id, export_id), ', ' ORDER BY system_id), '')
FROM exports.in_force
WHERE region = %(region)s

-- name: note_run
-- When a region was last matched, and what that did.
INSERT INTO verification.staff_runs (region, matched_at, packages, posts, changed, withdrawn, seconds)
VALUES (%(region)s, %(now)s, %(packages)s, %(posts)s, %(changed)s, %(withdrawn)s, %(seconds)s)
ON CONFLICT (region) DO UPDATE
SET matched_at = excluded.matched_at, packages = excluded.packages, posts = excluded.posts,
    changed = excluded.changed, withdrawn = excluded.withdrawn, seconds = excluded.seconds

-- name: due_regions
-- Regions whose packages in force are others than at their last match.
SELECT region FROM (
    SELECT region, string_agg(concat_ws(' ', system_id, export_id), ', ' ORDER BY system_id) AS packages
    FROM exports.in_force
    GROUP BY region
) now
WHERE packages IS DISTINCT FROM (SELECT run.packages FROM verification.staff_runs run WHERE run.region = now.region)
ORDER BY region

-- name: erase_matches
-- Matches of persons whom the transaction under way erases.
DELETE FROM verification.staff_matches held
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE held.region = %(region)s AND held.system_id = %(system_id)s AND held.person_id = erased.person_id

-- name: erase_declined
-- What heads declined of them.
DELETE FROM verification.staff_declined held
USING people.erased_persons(%(region)s::text, %(system_id)s::text) erased
WHERE held.region = %(region)s AND held.system_id = %(system_id)s AND held.person_id = erased.person_id
