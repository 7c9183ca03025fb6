-- Groups are shown for posts that the head of the school has confirmed, at schools that are confirmed, to the person
-- whom the head has confirmed and whom ESIA still names there. `viewer_ogrns` decides nothing any more: ESIA's number of
-- the school is what was confirmed.
CREATE OR REPLACE FUNCTION people.visible_groups(viewer_oid text, viewer_snils text, viewer_trusted boolean, viewer_oids text[], viewer_ogrns text[], at timestamp with time zone) RETURNS TABLE(region text, system_id text, organization_id text, organization_name text, time_zone text, group_id text, group_name text, group_kind text, grade integer, staff_id text, relation text, subject_ids text[])
    LANGUAGE sql STABLE
    AS $$
    WITH post AS MATERIALIZED (
        SELECT post.region, post.system_id, post.id, post.role, post.organization_id,
            coalesce(school.short_name, school.name) AS organization_name, school.time_zone, day.today
        FROM people.persons me
        JOIN people.staff post
            ON post.region = me.region AND post.system_id = me.system_id AND post.person_id = me.id
        JOIN people.organizations school
            ON school.region = post.region AND school.system_id = post.system_id
                AND school.id = post.organization_id
        JOIN people.verified_staff confirmed
            ON confirmed.region = post.region AND confirmed.system_id = post.system_id
                AND confirmed.staff_id = post.id
        JOIN people.verified_organizations verified
            ON verified.region = post.region AND verified.system_id = post.system_id
                AND verified.organization_id = post.organization_id
        CROSS JOIN LATERAL (SELECT (visible_groups.at AT TIME ZONE school.time_zone)::date AS today) day
        WHERE visible_groups.viewer_trusted
            AND (me.esia_oid = visible_groups.viewer_oid OR me.snils = visible_groups.viewer_snils)
            AND confirmed.esia_oid = visible_groups.viewer_oid AND confirmed.withdrawn_at IS NULL
            AND verified.esia_oid = ANY (visible_groups.viewer_oids) AND verified.withdrawn_at IS NULL
            AND me.archived_at IS NULL AND post.archived_at IS NULL AND school.archived_at IS NULL
            AND (post.starts_on IS NULL OR post.starts_on <= day.today)
            AND (post.ends_on IS NULL OR post.ends_on >= day.today)
    ), taught AS (
        SELECT post.region, post.system_id, post.id AS staff_id, lesson.group_id,
            array_agg(DISTINCT lesson.subject_id) AS subject_ids
        FROM post
        JOIN people.teaching lesson
            ON lesson.region = post.region AND lesson.system_id = post.system_id AND lesson.staff_id = post.id
        WHERE lesson.archived_at IS NULL
            AND (lesson.starts_on IS NULL OR lesson.starts_on <= post.today)
            AND (lesson.ends_on IS NULL OR lesson.ends_on >= post.today)
        GROUP BY 1, 2, 3, 4
    )
    SELECT post.region, post.system_id, post.organization_id, post.organization_name, post.time_zone,
        class.id, class.name, class.kind, class.grade, post.id, post.role,
        coalesce(taught.subject_ids, '{}')
    FROM post
    JOIN people.groups class
        ON class.region = post.region AND class.system_id = post.system_id
            AND class.organization_id = post.organization_id
    LEFT JOIN taught
        ON taught.region = post.region AND taught.system_id = post.system_id
            AND taught.staff_id = post.id AND taught.group_id = class.id
    WHERE class.archived_at IS NULL
        -- A school year begins in August: groups of earlier years are closed.
        AND class.academic_year >= extract(year FROM post.today - interval '7 months')
        AND (post.role IN ('head', 'deputy', 'administrator') OR taught.group_id IS NOT NULL)
$$;

-- A word of verification/staff_models.py: why the head says that the post isn't this person's.
ALTER TABLE verification.staff_declined ADD COLUMN reason text NOT NULL;
