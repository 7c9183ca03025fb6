-- The portal's database, made of migrations/ by `python -m tests.schema_file`. Never edit it by hand.
SET check_function_bodies = false; -- functions stand here before the tables that they read

CREATE SCHEMA access_requests;

CREATE SCHEMA audit;

CREATE SCHEMA diary;

CREATE SCHEMA exports;

CREATE SCHEMA federation;

CREATE SCHEMA identity;

CREATE SCHEMA jobs;

CREATE SCHEMA operators;

CREATE SCHEMA people;

CREATE SCHEMA pilot;

CREATE SCHEMA verification;

CREATE TYPE jobs.pgqueuer_status AS ENUM (
    'queued',
    'picked',
    'successful',
    'exception',
    'canceled',
    'deleted',
    'failed'
);

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'audit.lines is append-only: write a new line that corrects the old one'
        USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE FUNCTION exports.clear_staging(of_region text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
DECLARE
    part oid;
BEGIN
    FOR part IN
        SELECT c.oid FROM pg_class c
        WHERE c.relnamespace = 'exports'::regnamespace AND c.relkind = 'r'
            AND c.relname ~ ('^staging_[a-z]+_r' || of_region || '$') AND pg_relation_size(c.oid) > 0
    LOOP
        EXECUTE format(
            CASE WHEN pg_relation_size(part) > 1000000 THEN 'TRUNCATE %s' ELSE 'DELETE FROM %s' END, part::regclass
        );
    END LOOP;
END
$_$;

CREATE FUNCTION exports.open_region(of_region text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
DECLARE
    shape text;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('exports.open_region ' || of_region, 0));
    FOR shape IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'exports'::regnamespace
            AND (relkind = 'r' AND relname ~ '^staging_[a-z]+$' OR relkind = 'p' AND relname LIKE 'undo\_%')
            AND to_regclass(format('exports.%I', relname || '_r' || of_region)) IS NULL
        ORDER BY relname
    LOOP
        part := shape || '_r' || of_region;
        IF starts_with(shape, 'staging_') THEN
            EXECUTE format('CREATE UNLOGGED TABLE exports.%I (LIKE exports.%I INCLUDING ALL)', part, shape);
        ELSE
            EXECUTE format('CREATE TABLE exports.%I (LIKE exports.%I INCLUDING CONSTRAINTS)', part, shape);
            EXECUTE format(
                'ALTER TABLE exports.%I ATTACH PARTITION exports.%I FOR VALUES IN (%L)', shape, part, of_region
            );
        END IF;
    END LOOP;
END
$_$;

CREATE FUNCTION federation.added(one bigint[], other bigint[]) RETURNS bigint[]
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT array_agg(coalesce(a, 0) + coalesce(b, 0) ORDER BY place)
    FROM unnest(one, other) WITH ORDINALITY both_of (a, b, place)
$$;

CREATE FUNCTION federation.added(one jsonb, other jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT coalesce(jsonb_object_agg(code, total), '{}')
    FROM (
        SELECT code, sum(number::bigint) AS total
        FROM (SELECT * FROM jsonb_each_text(one) UNION ALL SELECT * FROM jsonb_each_text(other)) both_of (code, number)
        GROUP BY code
    ) added
$$;

CREATE FUNCTION federation.note_events(of_region text, of_system text, of_student text, seen_at timestamp with time zone, abouts text[], things text[], kinds text[], days date[], states bytea[], details bytea[]) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    recorded bigint;
BEGIN
    -- A cursor may already stand behind an event that a crash takes: unlike a copy it has to reach the disk.
    SET LOCAL synchronous_commit TO DEFAULT;
    PERFORM pg_advisory_xact_lock(hashtext('federation.events'), hashtext(of_region));
    INSERT INTO federation.events AS event
        (region, system_id, student_id, about, thing_id, kind, day, at, state, detail, seq)
    SELECT of_region, of_system, of_student, change.about, change.thing_id, change.kind, change.day, seen_at,
        change.state, change.detail, nextval('federation.events_seq')
    FROM unnest(abouts, things, kinds, days, states, details)
        AS change (about, thing_id, kind, day, state, detail)
    ON CONFLICT (region, system_id, student_id, about, thing_id) DO UPDATE
    -- What another copy has shown already isn't new in this one.
    SET kind = CASE excluded.kind
            WHEN 'mark-new' THEN 'mark-changed'
            WHEN 'homework-new' THEN 'homework-changed'
            ELSE excluded.kind
        END,
        day = excluded.day, at = excluded.at,
        state = excluded.state, detail = excluded.detail, seq = excluded.seq
    WHERE event.state <> excluded.state AND event.at <= excluded.at;
    GET DIAGNOSTICS recorded = ROW_COUNT;
    RETURN recorded;
END
$$;

CREATE FUNCTION federation.take_flight(the_key bytea, new_holder uuid, lease interval, of_region text, of_system text, of_student text, of_method text, of_first date, of_last date) RETURNS TABLE(holds uuid, renewed_at timestamp with time zone)
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO federation.flights AS flight (key, holder, until)
    VALUES (the_key, new_holder, clock_timestamp() + lease)
    ON CONFLICT (key) DO UPDATE
    SET holder = excluded.holder, until = excluded.until, reason = NULL, failed_at = NULL
    WHERE flight.until <= clock_timestamp() OR flight.reason IS NOT NULL;
    RETURN QUERY
    SELECT flight.holder, copy.fetched_at
    FROM federation.flights flight
    LEFT JOIN federation.copies copy
        ON copy.region = of_region AND copy.system_id = of_system AND copy.student_id = of_student
            AND copy.method = of_method AND copy.first_day = of_first AND copy.last_day = of_last
    WHERE flight.key = the_key;
END
$$;

CREATE FUNCTION identity.viewer_of(token_sha256 bytea, at timestamp with time zone) RETURNS TABLE(account_id uuid, esia_oid text, snils text, trusted boolean, level text, first_name text, last_name text, birth_date date)
    LANGUAGE sql STABLE
    AS $$
    SELECT account.id, account.esia_oid, account.snils, account.trusted, account.level,
        account.first_name, account.last_name, account.birth_date
    FROM identity.login_sessions session
    JOIN identity.accounts account ON account.id = session.account_id
    WHERE session.token_sha256 = viewer_of.token_sha256
        AND session.closed_at IS NULL
        AND session.expires_at > viewer_of.at
        AND session.seen_at + session.idle_limit > viewer_of.at
$$;

CREATE FUNCTION jobs.fn_pgqueuer_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    to_emit BOOLEAN := false;  -- Flag to decide whether to emit a notification
BEGIN
    -- Check operation type and set the emit flag accordingly
    IF TG_OP = 'UPDATE' AND OLD IS DISTINCT FROM NEW THEN
        to_emit := true;
    ELSIF TG_OP = 'DELETE' THEN
        to_emit := true;
    ELSIF TG_OP = 'INSERT' THEN
        to_emit := true;
    ELSIF TG_OP = 'TRUNCATE' THEN
        to_emit := true;
    END IF;

    -- Perform notification if the emit flag is set
    IF to_emit THEN
        PERFORM pg_notify(
            'ch_pgqueuer',
            json_build_object(
                'channel', 'ch_pgqueuer',
                'operation', lower(TG_OP),
                'sent_at', NOW(),
                'table', TG_TABLE_NAME,
                'type', 'table_changed_event'
            )::text
        );
    END IF;

    -- Return appropriate value based on the operation
    IF TG_OP IN ('INSERT', 'UPDATE') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        RETURN OLD;
    ELSE
        RETURN NULL; -- For TRUNCATE and other non-row-specific contexts
    END IF;

END;
$$;

CREATE FUNCTION people.attach_part(parent text, of_region text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format(
        'ALTER TABLE people.%I ATTACH PARTITION people.%I FOR VALUES IN (%L)',
        parent, parent || '_r' || of_region, of_region
    );
END
$$;

CREATE FUNCTION people.attach_unindexed_partition(parent text, of_region text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format('DELETE FROM people.%I WHERE deleted', parent || '_r' || of_region);
    EXECUTE format(
        'ALTER TABLE people.%I DROP line, DROP deleted,'
        ' ALTER region DROP DEFAULT, ALTER system_id DROP DEFAULT, ALTER export_id DROP DEFAULT',
        parent || '_r' || of_region
    );
    PERFORM people.attach_part(parent, of_region);
END
$$;

CREATE FUNCTION people.create_unindexed_partition(parent text, of_region text, of_system text, of_export uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM people.make_part(parent, of_region);
    EXECUTE format(
        'ALTER TABLE people.%I ADD line bigint NOT NULL, ADD deleted boolean NOT NULL,'
        ' ALTER region SET DEFAULT %L, ALTER system_id SET DEFAULT %L, ALTER export_id SET DEFAULT %L',
        parent || '_r' || of_region, of_region, of_system, of_export
    );
END
$$;

CREATE FUNCTION people.erased_persons(of_region text, of_system text) RETURNS TABLE(person_id text, public_id uuid, snils text)
    LANGUAGE sql STABLE
    AS $$
    SELECT erased.person_id, erased.public_id, erased.snils FROM people.erased
    WHERE erased.region = of_region AND erased.system_id = of_system
$$;

CREATE FUNCTION people.make_part(parent text, of_region text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format(
        'CREATE TABLE people.%I (LIKE people.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)'
        ' WITH (fillfactor = 90)',
        parent || '_r' || of_region, parent
    );
END
$$;

CREATE FUNCTION people.open_region(of_region text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    parent text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('people.open_region ' || of_region, 0));
    FOR parent IN
        SELECT c.relname FROM pg_partitioned_table p JOIN pg_class c ON c.oid = p.partrelid
        WHERE c.relnamespace = 'people'::regnamespace
            AND to_regclass(format('people.%I', c.relname || '_r' || of_region)) IS NULL
        ORDER BY c.relname
    LOOP
        PERFORM people.make_part(parent, of_region);
        PERFORM people.attach_part(parent, of_region);
    END LOOP;
END
$$;

CREATE FUNCTION people.school_words(name text, short_name text, address text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(
        translate(lower(name || ' ' || coalesce(short_name, '') || ' ' || coalesce(address, '')), 'ё', 'е'),
        '[^[:alnum:]]+', ' ', 'g'
    ))
$$;

CREATE FUNCTION people.visible_groups(viewer_oid text, viewer_snils text, viewer_trusted boolean, viewer_oids text[], viewer_ogrns text[], at timestamp with time zone) RETURNS TABLE(region text, system_id text, organization_id text, organization_name text, time_zone text, group_id text, group_name text, group_kind text, grade integer, staff_id text, relation text, subject_ids text[])
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

CREATE FUNCTION people.visible_students(viewer_oid text, viewer_snils text, viewer_trusted boolean, at timestamp with time zone) RETURNS TABLE(child uuid, region text, system_id text, person_id text, relation text, first_name text, last_name text, middle_name text, birth_date date, organization_id text, organization_name text, time_zone text, group_id text, group_name text, grade integer, esia_oid text)
    LANGUAGE sql STABLE
    AS $$
    WITH me AS MATERIALIZED (
        SELECT *
        FROM people.persons person
        WHERE person.esia_oid = visible_students.viewer_oid OR person.snils = visible_students.viewer_snils
    ), given AS MATERIALIZED (
        -- All that the export ever said of the viewer as a guardian. What doesn't count can still close.
        SELECT
            link.region, link.system_id, link.child_id, link.starts_on, link.ends_on, link.revoked_at,
            me.archived_at IS NULL
                AND link.archived_at IS NULL
                AND (link.revoked_at IS NULL OR link.revoked_at > visible_students.at)
                -- An account of a child under 14 sees itself only, whatever a journal says.
                AND (me.birth_date IS NULL OR me.birth_date + interval '14 years' <= visible_students.at)
                AS counts
        FROM me
        JOIN people.guardianships link
            ON link.region = me.region AND link.system_id = me.system_id AND link.guardian_id = me.id
    )
    SELECT DISTINCT ON (person.public_id)
        person.public_id, person.region, person.system_id, person.id, person.relation,
        person.first_name, person.last_name, person.middle_name, person.birth_date,
        school.id, coalesce(school.short_name, school.name), school.time_zone,
        class.id, class.name, class.grade, person.esia_oid
    FROM (
        SELECT me.public_id, me.region, me.system_id, me.id,
            me.first_name, me.last_name, me.middle_name, me.birth_date, me.esia_oid,
            'self' AS relation, NULL::date AS starts_on, NULL::date AS ends_on, false AS by_esia
        FROM me
        WHERE me.archived_at IS NULL
        UNION ALL
        SELECT child.public_id, child.region, child.system_id, child.id,
            child.first_name, child.last_name, child.middle_name, child.birth_date, child.esia_oid,
            'guardian', given.starts_on, given.ends_on, false
        FROM given
        JOIN people.persons child
            ON child.region = given.region AND child.system_id = given.system_id AND child.id = given.child_id
        WHERE given.counts AND child.archived_at IS NULL
        UNION ALL
        SELECT child.public_id, child.region, child.system_id, child.id,
            child.first_name, child.last_name, child.middle_name, kid.birth_date,
            coalesce(child.esia_oid, kid.kid_oid),
            'guardian', '-infinity', 'infinity', true
        FROM people.esia_kids kid
        JOIN people.persons child ON child.snils = kid.kid_snils
        WHERE kid.parent_oid = visible_students.viewer_oid
            AND (child.birth_date IS NULL OR child.birth_date = kid.birth_date)
            AND child.archived_at IS NULL
            -- A link of the export that holds by any clock (no zone is a week away from UTC) says the same:
            -- the birth date is the same, and what closes the link closes ESIA's word too.
            AND NOT EXISTS (
                SELECT FROM given
                WHERE given.counts
                    AND given.region = child.region AND given.system_id = child.system_id
                    AND given.child_id = child.id
                    AND child.birth_date IS NOT NULL
                    AND given.starts_on < (visible_students.at AT TIME ZONE 'UTC')::date - 7
                    AND given.ends_on IS NULL
            )
    ) person
    JOIN people.enrollments studies
        ON studies.region = person.region AND studies.system_id = person.system_id
            AND studies.person_id = person.id
    JOIN people.organizations school
        ON school.region = studies.region AND school.system_id = studies.system_id
            AND school.id = studies.organization_id
    JOIN people.groups class
        ON class.region = studies.region AND class.system_id = studies.system_id AND class.id = studies.group_id
    CROSS JOIN LATERAL (SELECT (visible_students.at AT TIME ZONE school.time_zone)::date AS today) day
    WHERE visible_students.viewer_trusted
        AND studies.archived_at IS NULL
        AND studies.starts_on <= day.today
        AND (studies.ends_on IS NULL OR studies.ends_on >= day.today)
        AND (
            person.relation = 'self'
            OR person.starts_on <= day.today
            AND (person.ends_on IS NULL OR person.ends_on >= day.today)
            -- age(), for whoever was born on 29 February is 18 on 1 March.
            AND extract(year FROM age(day.today::timestamp, person.birth_date::timestamp)) < 18
            AND NOT EXISTS (
                SELECT FROM given closed
                WHERE closed.region = person.region AND closed.system_id = person.system_id
                    AND closed.child_id = person.id
                    AND (
                        closed.revoked_at <= visible_students.at AND closed.revoked_at >= person.starts_on
                        OR person.by_esia AND closed.ends_on < day.today
                    )
            )
        )
    ORDER BY person.public_id, person.relation DESC, (class.kind = 'class') DESC, studies.starts_on DESC, studies.id
$$;

CREATE FUNCTION verification.plain_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(lower(btrim(regexp_replace(regexp_replace(name, '\s+'::text, ' '::text, 'g'::text), ' ?[-‐‑–—] ?'::text, '-'::text, 'g'::text))), 'ё'::text, 'е'::text);

CREATE FUNCTION verification.same_name(one text, other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((one = other) OR (verification.plain_name(one) = verification.plain_name(other)));

CREATE TABLE access_requests.checks (
    system_id text NOT NULL,
    applied_at timestamp with time zone NOT NULL
);

CREATE TABLE access_requests.events (
    id bigint NOT NULL,
    request_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    done_by text NOT NULL,
    what text NOT NULL,
    answer text,
    words text DEFAULT ''::text NOT NULL,
    CONSTRAINT events_answer_check CHECK ((answer = ANY (ARRAY['fixed'::text, 'documents'::text, 'refused'::text, 'not-ours'::text]))),
    CONSTRAINT events_done_by_check CHECK ((done_by = ANY (ARRAY['family'::text, 'school'::text, 'operator'::text, 'portal'::text]))),
    CONSTRAINT events_what_check CHECK ((what = ANY (ARRAY['sent'::text, 'again'::text, 'seen'::text, 'answered'::text, 'found'::text, 'closed'::text]))),
    CONSTRAINT events_words_check CHECK ((length(words) <= 500))
);

ALTER TABLE access_requests.events ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME access_requests.events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE access_requests.requests (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    account_id uuid NOT NULL,
    asker_oid text NOT NULL,
    asker_snils text,
    asker_last_name text NOT NULL,
    asker_first_name text NOT NULL,
    asker_birth_date date,
    asks_for text NOT NULL,
    child_snils text,
    child_last_name text NOT NULL,
    child_first_name text NOT NULL,
    child_middle_name text,
    child_birth_date date,
    child_key text NOT NULL,
    region text NOT NULL,
    system_id text NOT NULL,
    organization_id text NOT NULL,
    class_name text NOT NULL,
    comment text NOT NULL,
    state text NOT NULL,
    answer text,
    closed_as text,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT requests_answer_check CHECK ((answer = ANY (ARRAY['fixed'::text, 'documents'::text, 'refused'::text, 'not-ours'::text]))),
    CONSTRAINT requests_asker_snils_check CHECK ((asker_snils ~ '^[0-9]{11}$'::text)),
    CONSTRAINT requests_asks_for_check CHECK ((asks_for = ANY (ARRAY['self'::text, 'kid'::text, 'typed'::text]))),
    CONSTRAINT requests_check CHECK (((asks_for <> 'kid'::text) OR (child_snils IS NOT NULL))),
    CONSTRAINT requests_check1 CHECK (((asks_for <> 'typed'::text) OR ((child_snils IS NULL) AND (child_birth_date IS NOT NULL)))),
    CONSTRAINT requests_check2 CHECK (((state <> 'answered'::text) OR (answer IS NOT NULL))),
    CONSTRAINT requests_check3 CHECK (((state = 'closed'::text) = (closed_as IS NOT NULL))),
    CONSTRAINT requests_child_snils_check CHECK ((child_snils ~ '^[0-9]{11}$'::text)),
    CONSTRAINT requests_class_name_check CHECK ((length(class_name) <= 20)),
    CONSTRAINT requests_closed_as_check CHECK ((closed_as = ANY (ARRAY['found'::text, 'family'::text]))),
    CONSTRAINT requests_comment_check CHECK ((length(comment) <= 500)),
    CONSTRAINT requests_state_check CHECK ((state = ANY (ARRAY['sent'::text, 'seen'::text, 'answered'::text, 'closed'::text])))
);

CREATE TABLE people.organizations (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    time_zone text NOT NULL,
    short_name text,
    inn text,
    ogrn text,
    kpp text,
    oktmo text,
    esia_oid text,
    address text,
    email text,
    phone text,
    site text,
    parent_id text,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint,
    CONSTRAINT organizations_time_zone_check CHECK ((('2000-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE time_zone) IS NOT NULL))
)
PARTITION BY LIST (region);

CREATE TABLE people.verified_organizations (
    region text NOT NULL,
    system_id text NOT NULL,
    organization_id text NOT NULL,
    esia_oid text NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    confirmed_by uuid NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_reason text,
    CONSTRAINT verified_organizations_check CHECK (((withdrawn_at IS NULL) = (withdrawn_reason IS NULL)))
);

CREATE VIEW people.connected_schools AS
 SELECT school.region,
    school.system_id,
    school.id AS organization_id,
    COALESCE(school.short_name, school.name) AS name,
    school.name AS full_name,
    school.address,
    (verified.organization_id IS NOT NULL) AS is_confirmed
   FROM (people.organizations school
     LEFT JOIN people.verified_organizations verified ON (((verified.organization_id = school.id) AND (verified.system_id = school.system_id) AND (verified.region = school.region) AND (verified.withdrawn_at IS NULL))))
  WHERE (school.archived_at IS NULL);

CREATE VIEW access_requests.named_requests AS
 SELECT request.id,
    request.account_id,
    request.asker_oid,
    request.asker_snils,
    request.asker_last_name,
    request.asker_first_name,
    request.asker_birth_date,
    request.asks_for,
    request.child_snils,
    request.child_last_name,
    request.child_first_name,
    request.child_middle_name,
    request.child_birth_date,
    request.region,
    request.system_id,
    request.organization_id,
    request.class_name,
    request.comment,
    request.state,
    request.answer,
    request.closed_as,
    request.created_at,
    request.changed_at,
    school.name AS school_name,
    COALESCE(school.is_confirmed, false) AS school_is_confirmed
   FROM (access_requests.requests request
     LEFT JOIN people.connected_schools school ON (((school.region = request.region) AND (school.system_id = request.system_id) AND (school.organization_id = request.organization_id))));

CREATE TABLE audit.lines (
    id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_account uuid,
    actor_relation text NOT NULL,
    action text NOT NULL,
    region text,
    system_id text,
    person_id text,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lines_action_check CHECK ((action ~ '^[a-z]+[.][a-z-]+$'::text)),
    CONSTRAINT lines_check CHECK (((person_id IS NULL) OR ((region IS NOT NULL) AND (system_id IS NOT NULL))))
);

ALTER TABLE audit.lines ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME audit.lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE diary.homework_done (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    homework_id text NOT NULL,
    done_by uuid NOT NULL,
    done_at timestamp with time zone NOT NULL
);

CREATE TABLE diary.visits (
    account_id uuid NOT NULL,
    child uuid NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    before_at timestamp with time zone,
    CONSTRAINT visits_check CHECK ((before_at <= seen_at))
);

CREATE TABLE exports.access_tokens (
    token_sha256 bytea NOT NULL,
    system_id text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT access_tokens_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
);

CREATE TABLE exports.packages (
    system_id text NOT NULL,
    export_id uuid NOT NULL,
    region text NOT NULL,
    mode text NOT NULL,
    base uuid,
    created_at timestamp with time zone NOT NULL,
    received_at timestamp with time zone NOT NULL,
    applied_at timestamp with time zone,
    state text NOT NULL,
    code text,
    reason text,
    tables jsonb DEFAULT '[]'::jsonb NOT NULL,
    can_roll_back boolean DEFAULT false NOT NULL,
    recount boolean DEFAULT false NOT NULL,
    CONSTRAINT packages_check CHECK (((mode = 'delta'::text) = (base IS NOT NULL))),
    CONSTRAINT packages_check1 CHECK (((state = 'applied'::text) = (applied_at IS NOT NULL))),
    CONSTRAINT packages_check2 CHECK (((state = ANY (ARRAY['refused'::text, 'held'::text, 'rolled-back'::text])) = ((code IS NOT NULL) AND (reason IS NOT NULL)))),
    CONSTRAINT packages_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'delta'::text]))),
    CONSTRAINT packages_state_check CHECK ((state = ANY (ARRAY['received'::text, 'applied'::text, 'refused'::text, 'held'::text, 'rolled-back'::text])))
);

CREATE VIEW exports.in_force AS
 SELECT DISTINCT ON (system_id) region,
    system_id,
    export_id
   FROM exports.packages
  WHERE (state = 'applied'::text)
  ORDER BY system_id, created_at DESC, applied_at DESC;

CREATE TABLE exports.problems (
    system_id text NOT NULL,
    export_id uuid NOT NULL,
    table_name text NOT NULL,
    line bigint NOT NULL,
    field text,
    code text NOT NULL,
    severity text NOT NULL,
    detail text,
    CONSTRAINT problems_severity_check CHECK ((severity = ANY (ARRAY['error'::text, 'field'::text, 'warning'::text])))
);

CREATE UNLOGGED TABLE exports.progress (
    system_id text NOT NULL,
    stage text NOT NULL,
    rows bigint NOT NULL,
    total bigint,
    at timestamp with time zone NOT NULL
);

CREATE TABLE exports.runs (
    system_id text NOT NULL,
    way text NOT NULL,
    began_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    code text,
    sentence text,
    CONSTRAINT runs_check CHECK (((code IS NULL) = (sentence IS NULL))),
    CONSTRAINT runs_check1 CHECK (((code IS NULL) OR (ended_at IS NOT NULL))),
    CONSTRAINT runs_way_check CHECK ((way = ANY (ARRAY['pull'::text, 'push'::text, 'agree'::text, 'roll-back'::text])))
);

CREATE TABLE exports.schedules (
    system_id text NOT NULL,
    local_time time without time zone NOT NULL,
    time_zone text NOT NULL,
    next_at timestamp with time zone NOT NULL
);

CREATE TABLE exports.staging_affected (
    table_name text NOT NULL,
    id text NOT NULL
);

CREATE TABLE exports.staging_changes (
    table_name text NOT NULL,
    id text NOT NULL,
    change text NOT NULL,
    fields text[],
    identity boolean DEFAULT false NOT NULL,
    held_at tid,
    CONSTRAINT staging_changes_change_check CHECK ((change = ANY (ARRAY['added'::text, 'changed'::text, 'archived'::text, 'restored'::text, 'erased'::text, 'stamped'::text])))
);

CREATE TABLE exports.staging_cycles (
    guardian_id text NOT NULL,
    child_id text NOT NULL
);

CREATE TABLE exports.staging_differences (
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint
);

CREATE TABLE exports.staging_enrollments (
    id text NOT NULL,
    person_id text,
    organization_id text,
    group_id text,
    starts_on date,
    ends_on date,
    status text,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_findings (
    table_name text NOT NULL,
    line bigint NOT NULL,
    field text NOT NULL,
    code text NOT NULL,
    severity text NOT NULL,
    detail text
);

CREATE TABLE exports.staging_groups (
    id text NOT NULL,
    organization_id text,
    academic_year integer,
    kind text,
    name text,
    grade integer,
    letter text,
    shift integer,
    parent_id text,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_guardianships (
    id text NOT NULL,
    guardian_id text,
    child_id text,
    starts_on date,
    relation text,
    verified_at timestamp with time zone,
    ends_on date,
    revoked_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_organizations (
    id text NOT NULL,
    name text,
    kind text,
    time_zone text,
    short_name text,
    inn text,
    ogrn text,
    kpp text,
    oktmo text,
    esia_oid text,
    address text,
    email text,
    phone text,
    site text,
    parent_id text,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_periods (
    id text NOT NULL,
    organization_id text,
    academic_year integer,
    kind text,
    number integer,
    name text,
    starts_on date,
    ends_on date,
    parent_id text,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_persons (
    id text NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    birth_date date,
    sex text,
    snils text,
    esia_oid text,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    public_id uuid,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_rejected (
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_seen (
    table_name text NOT NULL,
    id text NOT NULL,
    line bigint NOT NULL,
    digest bigint
);

CREATE TABLE exports.staging_staff (
    id text NOT NULL,
    person_id text,
    organization_id text,
    role text,
    "position" text,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_subjects (
    id text NOT NULL,
    organization_id text,
    name text,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.staging_teaching (
    id text NOT NULL,
    staff_id text,
    group_id text,
    subject_id text,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone NOT NULL,
    digest bigint,
    deleted boolean NOT NULL,
    line bigint NOT NULL
);

CREATE TABLE exports.undo_enrollments (
    region text CONSTRAINT enrollments_region_not_null NOT NULL,
    system_id text CONSTRAINT enrollments_system_id_not_null NOT NULL,
    id text CONSTRAINT enrollments_id_not_null NOT NULL,
    person_id text CONSTRAINT enrollments_person_id_not_null NOT NULL,
    organization_id text CONSTRAINT enrollments_organization_id_not_null NOT NULL,
    group_id text CONSTRAINT enrollments_group_id_not_null NOT NULL,
    starts_on date CONSTRAINT enrollments_starts_on_not_null NOT NULL,
    ends_on date,
    status text,
    updated_at timestamp with time zone CONSTRAINT enrollments_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_groups (
    region text CONSTRAINT groups_region_not_null NOT NULL,
    system_id text CONSTRAINT groups_system_id_not_null NOT NULL,
    id text CONSTRAINT groups_id_not_null NOT NULL,
    organization_id text CONSTRAINT groups_organization_id_not_null NOT NULL,
    academic_year integer CONSTRAINT groups_academic_year_not_null NOT NULL,
    kind text CONSTRAINT groups_kind_not_null NOT NULL,
    name text CONSTRAINT groups_name_not_null NOT NULL,
    grade integer,
    letter text,
    shift integer,
    parent_id text,
    updated_at timestamp with time zone CONSTRAINT groups_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_guardianships (
    region text CONSTRAINT guardianships_region_not_null NOT NULL,
    system_id text CONSTRAINT guardianships_system_id_not_null NOT NULL,
    id text CONSTRAINT guardianships_id_not_null NOT NULL,
    guardian_id text CONSTRAINT guardianships_guardian_id_not_null NOT NULL,
    child_id text CONSTRAINT guardianships_child_id_not_null NOT NULL,
    starts_on date CONSTRAINT guardianships_starts_on_not_null NOT NULL,
    relation text,
    verified_at timestamp with time zone,
    ends_on date,
    revoked_at timestamp with time zone,
    updated_at timestamp with time zone CONSTRAINT guardianships_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_organizations (
    region text CONSTRAINT organizations_region_not_null NOT NULL,
    system_id text CONSTRAINT organizations_system_id_not_null NOT NULL,
    id text CONSTRAINT organizations_id_not_null NOT NULL,
    name text CONSTRAINT organizations_name_not_null NOT NULL,
    kind text CONSTRAINT organizations_kind_not_null NOT NULL,
    time_zone text CONSTRAINT organizations_time_zone_not_null NOT NULL,
    short_name text,
    inn text,
    ogrn text,
    kpp text,
    oktmo text,
    esia_oid text,
    address text,
    email text,
    phone text,
    site text,
    parent_id text,
    updated_at timestamp with time zone CONSTRAINT organizations_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint,
    CONSTRAINT organizations_time_zone_check CHECK ((('2000-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE time_zone) IS NOT NULL))
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_periods (
    region text CONSTRAINT periods_region_not_null NOT NULL,
    system_id text CONSTRAINT periods_system_id_not_null NOT NULL,
    id text CONSTRAINT periods_id_not_null NOT NULL,
    organization_id text CONSTRAINT periods_organization_id_not_null NOT NULL,
    academic_year integer CONSTRAINT periods_academic_year_not_null NOT NULL,
    kind text CONSTRAINT periods_kind_not_null NOT NULL,
    number integer CONSTRAINT periods_number_not_null NOT NULL,
    name text CONSTRAINT periods_name_not_null NOT NULL,
    starts_on date CONSTRAINT periods_starts_on_not_null NOT NULL,
    ends_on date CONSTRAINT periods_ends_on_not_null NOT NULL,
    parent_id text,
    updated_at timestamp with time zone CONSTRAINT periods_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_persons (
    region text CONSTRAINT persons_region_not_null NOT NULL,
    system_id text CONSTRAINT persons_system_id_not_null NOT NULL,
    id text CONSTRAINT persons_id_not_null NOT NULL,
    public_id uuid CONSTRAINT persons_public_id_not_null NOT NULL,
    last_name text CONSTRAINT persons_last_name_not_null NOT NULL,
    first_name text CONSTRAINT persons_first_name_not_null NOT NULL,
    middle_name text,
    birth_date date,
    sex text,
    snils text,
    esia_oid text,
    updated_at timestamp with time zone CONSTRAINT persons_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint,
    CONSTRAINT persons_snils_check CHECK ((snils ~ '^[0-9]{11}$'::text))
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_staff (
    region text CONSTRAINT staff_region_not_null NOT NULL,
    system_id text CONSTRAINT staff_system_id_not_null NOT NULL,
    id text CONSTRAINT staff_id_not_null NOT NULL,
    person_id text CONSTRAINT staff_person_id_not_null NOT NULL,
    organization_id text CONSTRAINT staff_organization_id_not_null NOT NULL,
    role text CONSTRAINT staff_role_not_null NOT NULL,
    "position" text,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone CONSTRAINT staff_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_subjects (
    region text CONSTRAINT subjects_region_not_null NOT NULL,
    system_id text CONSTRAINT subjects_system_id_not_null NOT NULL,
    id text CONSTRAINT subjects_id_not_null NOT NULL,
    organization_id text CONSTRAINT subjects_organization_id_not_null NOT NULL,
    name text CONSTRAINT subjects_name_not_null NOT NULL,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamp with time zone CONSTRAINT subjects_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.undo_teaching (
    region text CONSTRAINT teaching_region_not_null NOT NULL,
    system_id text CONSTRAINT teaching_system_id_not_null NOT NULL,
    id text CONSTRAINT teaching_id_not_null NOT NULL,
    staff_id text CONSTRAINT teaching_staff_id_not_null NOT NULL,
    group_id text CONSTRAINT teaching_group_id_not_null NOT NULL,
    subject_id text CONSTRAINT teaching_subject_id_not_null NOT NULL,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone CONSTRAINT teaching_updated_at_not_null NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE exports.uploads (
    system_id text NOT NULL,
    export_id uuid NOT NULL,
    manifest jsonb NOT NULL,
    began_at timestamp with time zone NOT NULL,
    completed_at timestamp with time zone
);

CREATE TABLE exports.used_assertions (
    system_id text NOT NULL,
    jti text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT used_assertions_jti_check CHECK (((length(jti) >= 1) AND (length(jti) <= 200)))
);

CREATE TABLE exports.vendor_keys (
    system_id text NOT NULL,
    public_key text NOT NULL,
    registered_at timestamp with time zone NOT NULL
);

CREATE TABLE federation.copies (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    method text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    body bytea NOT NULL,
    etag text,
    fetched_at timestamp with time zone NOT NULL,
    version uuid DEFAULT gen_random_uuid() NOT NULL,
    fetched_on date GENERATED ALWAYS AS (((fetched_at AT TIME ZONE 'UTC'::text))::date) STORED NOT NULL,
    asked_on date,
    CONSTRAINT copies_check CHECK ((first_day <= last_day)),
    CONSTRAINT copies_method_check CHECK ((method = ANY (ARRAY['diary'::text, 'marks'::text])))
)
WITH (fillfactor='85');
ALTER TABLE ONLY federation.copies ALTER COLUMN body SET STORAGE EXTERNAL;

CREATE TABLE federation.events (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    about text NOT NULL,
    thing_id text NOT NULL,
    kind text NOT NULL,
    day date NOT NULL,
    at timestamp with time zone NOT NULL,
    state bytea NOT NULL,
    detail bytea NOT NULL,
    seq bigint NOT NULL,
    CONSTRAINT events_about_check CHECK ((about = ANY (ARRAY['mark'::text, 'lesson'::text, 'homework'::text]))),
    CONSTRAINT events_kind_check CHECK ((kind = ANY (ARRAY['mark-new'::text, 'mark-changed'::text, 'lesson-cancelled'::text, 'lesson-restored'::text, 'lesson-moved'::text, 'lesson-replaced'::text, 'lesson-room-changed'::text, 'homework-new'::text, 'homework-changed'::text])))
);

CREATE SEQUENCE federation.events_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE federation.exchanges (
    id bigint NOT NULL,
    system_id text NOT NULL,
    at timestamp with time zone NOT NULL,
    method text NOT NULL,
    problem text NOT NULL,
    seconds double precision NOT NULL,
    request text,
    status integer,
    media_type text,
    bytes bigint,
    headers jsonb NOT NULL,
    excerpt text,
    place text
);

ALTER TABLE federation.exchanges ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME federation.exchanges_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE federation.feeds (
    system_id text NOT NULL,
    cursor text,
    next_at timestamp with time zone NOT NULL,
    read_at timestamp with time zone,
    code text,
    failures integer DEFAULT 0 NOT NULL,
    CONSTRAINT feeds_check CHECK (((code IS NULL) = (failures = 0)))
);

CREATE UNLOGGED TABLE federation.flights (
    key bytea NOT NULL,
    holder uuid NOT NULL,
    until timestamp with time zone NOT NULL,
    reason text,
    failed_at timestamp with time zone,
    retry_after double precision,
    CONSTRAINT flights_check CHECK (((reason IS NULL) = (failed_at IS NULL)))
);

CREATE TABLE federation.hours (
    system_id text NOT NULL,
    hour timestamp with time zone NOT NULL,
    calls bigint NOT NULL,
    fresh bigint NOT NULL,
    stale bigint NOT NULL,
    unavailable bigint NOT NULL,
    failures jsonb NOT NULL,
    reasons jsonb NOT NULL,
    within bigint[] NOT NULL
)
WITH (fillfactor='80');

CREATE TABLE federation.renewals (
    region text NOT NULL,
    system_id text NOT NULL,
    student_id text NOT NULL,
    method text NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    since timestamp with time zone NOT NULL,
    tries integer DEFAULT 0 NOT NULL
);

CREATE TABLE federation.wake_ups (
    system_id text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE identity.account_roles (
    account_id uuid NOT NULL,
    organization_oid text NOT NULL,
    organization_name text NOT NULL,
    organization_ogrn text,
    chief boolean NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    branch_of text
);

CREATE TABLE identity.accounts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    esia_oid text NOT NULL,
    snils text,
    first_name text NOT NULL,
    last_name text NOT NULL,
    middle_name text,
    birth_date date,
    level text NOT NULL,
    trusted boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    roles_seen_at timestamp with time zone,
    CONSTRAINT accounts_check CHECK (((NOT trusted) OR (level = ANY (ARRAY['PR'::text, 'KD'::text])))),
    CONSTRAINT accounts_snils_check CHECK ((snils ~ '^[0-9]{11}$'::text))
);

CREATE TABLE identity.login_sessions (
    token_sha256 bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    idle_limit interval DEFAULT '14 days'::interval NOT NULL,
    device text DEFAULT ''::text NOT NULL,
    refresh_token bytea,
    asked_at timestamp with time zone,
    asking_until timestamp with time zone,
    acting_for text,
    CONSTRAINT login_sessions_check CHECK ((expires_at > created_at)),
    CONSTRAINT login_sessions_token_sha256_check CHECK ((octet_length(token_sha256) = 32))
);

CREATE TABLE identity.sign_in_attempts (
    state_sha256 bytea NOT NULL,
    browser_sha256 bytea NOT NULL,
    code_verifier text NOT NULL,
    return_to text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    acting_for text,
    CONSTRAINT sign_in_attempts_browser_sha256_check CHECK ((octet_length(browser_sha256) = 32)),
    CONSTRAINT sign_in_attempts_check CHECK ((expires_at > created_at)),
    CONSTRAINT sign_in_attempts_return_to_check CHECK ((return_to ~ '^/'::text)),
    CONSTRAINT sign_in_attempts_state_sha256_check CHECK ((octet_length(state_sha256) = 32))
);

CREATE TABLE jobs.pgqueuer (
    id bigint NOT NULL,
    priority integer NOT NULL,
    queue_manager_id uuid,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    execute_after timestamp with time zone DEFAULT now() NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL,
    dedupe_key text,
    payload bytea,
    headers jsonb,
    attempts integer DEFAULT 0 NOT NULL,
    slot bigint
);

CREATE VIEW jobs.current AS
 SELECT DISTINCT ON (entrypoint) split_part(entrypoint, '/'::text, 1) AS task,
    substr(entrypoint, (strpos(entrypoint, '/'::text) + 1)) AS subject,
    (status)::text AS status,
    attempts,
    heartbeat,
    execute_after
   FROM jobs.pgqueuer job
  WHERE (status = ANY (ARRAY['queued'::jobs.pgqueuer_status, 'picked'::jobs.pgqueuer_status, 'failed'::jobs.pgqueuer_status]))
  ORDER BY entrypoint, (status <> 'picked'::jobs.pgqueuer_status), id DESC;

CREATE SEQUENCE jobs.pgqueuer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE jobs.pgqueuer_id_seq OWNED BY jobs.pgqueuer.id;

CREATE TABLE jobs.pgqueuer_log (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    job_id bigint NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    priority integer NOT NULL,
    entrypoint text NOT NULL,
    traceback jsonb,
    aggregated boolean DEFAULT false
);

ALTER TABLE jobs.pgqueuer_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME jobs.pgqueuer_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE jobs.pgqueuer_schedules (
    id bigint NOT NULL,
    expression text NOT NULL,
    entrypoint text NOT NULL,
    heartbeat timestamp with time zone DEFAULT now() NOT NULL,
    created timestamp with time zone DEFAULT now() NOT NULL,
    updated timestamp with time zone DEFAULT now() NOT NULL,
    next_run timestamp with time zone DEFAULT now() NOT NULL,
    last_run timestamp with time zone,
    status jobs.pgqueuer_status DEFAULT 'queued'::jobs.pgqueuer_status
);

CREATE SEQUENCE jobs.pgqueuer_schedules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE jobs.pgqueuer_schedules_id_seq OWNED BY jobs.pgqueuer_schedules.id;

CREATE TABLE jobs.pgqueuer_statistics (
    id bigint NOT NULL,
    created timestamp with time zone DEFAULT date_trunc('sec'::text, now()) NOT NULL,
    count bigint NOT NULL,
    priority integer NOT NULL,
    status jobs.pgqueuer_status NOT NULL,
    entrypoint text NOT NULL
);

CREATE SEQUENCE jobs.pgqueuer_statistics_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE jobs.pgqueuer_statistics_id_seq OWNED BY jobs.pgqueuer_statistics.id;

CREATE TABLE operators.conformance_published (
    system_id text NOT NULL,
    region text NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by uuid
);

CREATE TABLE operators.conformance_runs (
    id bigint NOT NULL,
    region text NOT NULL,
    system_id text NOT NULL,
    state text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid,
    ended_at timestamp with time zone,
    done integer,
    rules integer,
    code text,
    sentence text,
    product text,
    counts jsonb,
    exit_status integer,
    report_json bytea,
    report_html bytea,
    CONSTRAINT conformance_runs_check CHECK (((state = ANY (ARRAY['waiting'::text, 'running'::text])) = (ended_at IS NULL))),
    CONSTRAINT conformance_runs_check1 CHECK (((state = 'judged'::text) = (report_json IS NOT NULL))),
    CONSTRAINT conformance_runs_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'running'::text, 'judged'::text, 'failed'::text])))
);

ALTER TABLE operators.conformance_runs ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME operators.conformance_runs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW people.current_organizations AS
 SELECT region,
    system_id,
    id AS organization_id,
    kind,
    name,
    short_name,
    inn,
    kpp,
    ogrn,
    esia_oid,
    address,
    parent_id,
    time_zone
   FROM people.organizations
  WHERE (archived_at IS NULL);

CREATE TABLE people.persons (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    public_id uuid DEFAULT gen_random_uuid() NOT NULL,
    last_name text NOT NULL,
    first_name text NOT NULL,
    middle_name text,
    birth_date date,
    sex text,
    snils text,
    esia_oid text,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint,
    CONSTRAINT persons_snils_check CHECK ((snils ~ '^[0-9]{11}$'::text))
)
PARTITION BY LIST (region);

CREATE VIEW people.current_persons AS
 SELECT region,
    system_id,
    id AS person_id,
    last_name,
    first_name,
    middle_name,
    birth_date,
    snils,
    esia_oid
   FROM people.persons person
  WHERE (archived_at IS NULL);

CREATE TABLE people.enrollments (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    organization_id text NOT NULL,
    group_id text NOT NULL,
    starts_on date NOT NULL,
    ends_on date,
    status text,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE UNLOGGED TABLE people.erased (
    region text NOT NULL,
    system_id text NOT NULL,
    person_id text NOT NULL,
    public_id uuid NOT NULL,
    snils text
);

CREATE TABLE people.esia_kids (
    parent_oid text NOT NULL,
    kid_snils text NOT NULL,
    kid_oid text,
    birth_date date NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    CONSTRAINT esia_kids_kid_snils_check CHECK ((kid_snils ~ '^[0-9]{11}$'::text))
);

CREATE TABLE people.esia_kids_incomplete (
    parent_oid text NOT NULL,
    kids integer NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT esia_kids_incomplete_kids_check CHECK ((kids > 0))
);

CREATE TABLE people.groups (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text NOT NULL,
    academic_year integer NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    grade integer,
    letter text,
    shift integer,
    parent_id text,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE people.guardianships (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    guardian_id text NOT NULL,
    child_id text NOT NULL,
    starts_on date NOT NULL,
    relation text,
    verified_at timestamp with time zone,
    ends_on date,
    revoked_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE people.periods (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text NOT NULL,
    academic_year integer NOT NULL,
    kind text NOT NULL,
    number integer NOT NULL,
    name text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    parent_id text,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE people.subjects (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text NOT NULL,
    name text NOT NULL,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE TABLE people.teaching (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    staff_id text NOT NULL,
    group_id text NOT NULL,
    subject_id text NOT NULL,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE VIEW people.post_subjects AS
 SELECT lesson.region,
    lesson.system_id,
    lesson.staff_id,
    array_agg(DISTINCT COALESCE(subject.short_name, subject.name)) AS subjects
   FROM (people.teaching lesson
     JOIN people.subjects subject ON (((subject.region = lesson.region) AND (subject.system_id = lesson.system_id) AND (subject.id = lesson.subject_id))))
  WHERE ((lesson.archived_at IS NULL) AND (subject.archived_at IS NULL))
  GROUP BY lesson.region, lesson.system_id, lesson.staff_id;

CREATE TABLE people.staff (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text NOT NULL,
    organization_id text NOT NULL,
    role text NOT NULL,
    "position" text,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone NOT NULL,
    archived_at timestamp with time zone,
    export_id uuid,
    digest bigint
)
PARTITION BY LIST (region);

CREATE VIEW people.posts AS
 SELECT post.region,
    post.system_id,
    post.id AS staff_id,
    post.organization_id,
    post.person_id,
    post.role,
    post."position",
    post.starts_on,
    post.ends_on,
    ((post.archived_at IS NOT NULL) OR (person.archived_at IS NOT NULL) OR (school.archived_at IS NOT NULL)) AS archived,
    person.last_name,
    person.first_name,
    person.middle_name,
    person.birth_date,
    person.snils,
    person.esia_oid,
    COALESCE(school.short_name, school.name) AS school_name,
    school.time_zone
   FROM ((people.staff post
     JOIN people.persons person ON (((person.region = post.region) AND (person.system_id = post.system_id) AND (person.id = post.person_id))))
     JOIN people.organizations school ON (((school.region = post.region) AND (school.system_id = post.system_id) AND (school.id = post.organization_id))));

CREATE VIEW people.school_contacts AS
 SELECT region,
    system_id,
    id AS organization_id,
    email,
    phone
   FROM people.organizations
  WHERE (archived_at IS NULL);

CREATE TABLE people.systems (
    id text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    base_url text NOT NULL,
    client_id text NOT NULL,
    profile text,
    token_url text,
    secret_file text,
    registered_at timestamp with time zone NOT NULL,
    paused_at timestamp with time zone,
    CONSTRAINT systems_base_url_check CHECK (((base_url ~ '^https?://'::text) AND (base_url !~ '/$'::text))),
    CONSTRAINT systems_id_check CHECK ((id ~ '^[a-z0-9-]{2,40}$'::text)),
    CONSTRAINT systems_profile_check CHECK ((profile = 'fgis-2021'::text)),
    CONSTRAINT systems_region_check CHECK ((region ~ '^[0-9]{2}$'::text)),
    CONSTRAINT systems_secret_file_check CHECK ((secret_file ~ '^/'::text)),
    CONSTRAINT systems_token_url_check CHECK ((token_url ~ '^https?://'::text))
);

CREATE TABLE people.verified_staff (
    region text NOT NULL,
    system_id text NOT NULL,
    staff_id text NOT NULL,
    esia_oid text NOT NULL,
    confirmed_at timestamp with time zone NOT NULL,
    confirmed_by uuid NOT NULL,
    withdrawn_at timestamp with time zone,
    withdrawn_reason text,
    CONSTRAINT verified_staff_check CHECK (((withdrawn_at IS NULL) = (withdrawn_reason IS NULL)))
);

CREATE TABLE pilot.contacts (
    id bigint NOT NULL,
    region text NOT NULL,
    role text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    phone text NOT NULL,
    CONSTRAINT contacts_check CHECK (((email <> ''::text) OR (phone <> ''::text))),
    CONSTRAINT contacts_name_check CHECK ((name <> ''::text)),
    CONSTRAINT contacts_role_check CHECK ((role = ANY (ARRAY['authority'::text, 'technical'::text, 'vendor'::text, 'on-call'::text])))
);

ALTER TABLE pilot.contacts ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME pilot.contacts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE pilot.readiness_days (
    region text NOT NULL,
    day date NOT NULL,
    systems integer NOT NULL,
    conforming integer NOT NULL,
    on_time integer NOT NULL,
    fresh bigint NOT NULL,
    stale bigint NOT NULL,
    unavailable bigint NOT NULL,
    schools integer NOT NULL,
    schools_verified integer NOT NULL,
    posts integer NOT NULL,
    posts_verified integer NOT NULL,
    counted_at timestamp with time zone NOT NULL
);

CREATE TABLE pilot.regions (
    code text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    joined_on date,
    export_days integer NOT NULL,
    authority_oids text[] NOT NULL,
    notes text NOT NULL,
    CONSTRAINT regions_code_check CHECK ((code ~ '^[0-9]{2}$'::text)),
    CONSTRAINT regions_export_days_check CHECK (((export_days >= 1) AND (export_days <= 31))),
    CONSTRAINT regions_name_check CHECK ((name <> ''::text)),
    CONSTRAINT regions_state_check CHECK ((state = ANY (ARRAY['registered'::text, 'joining'::text, 'connected'::text, 'paused'::text])))
);

CREATE TABLE verification.esia_employees (
    organization_oid text NOT NULL,
    person_oid text NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    snils text,
    birth_date date,
    "position" text,
    chief boolean NOT NULL,
    seen_at timestamp with time zone NOT NULL
);

CREATE TABLE verification.esia_organizations (
    oid text NOT NULL,
    branch_of text,
    full_name text NOT NULL,
    short_name text,
    ogrn text,
    inn text,
    kpp text,
    seen_at timestamp with time zone NOT NULL,
    next_read_at timestamp with time zone,
    employees_read_at timestamp with time zone,
    read_problem text
);

CREATE TABLE verification.refused_claims (
    id bigint NOT NULL,
    region text NOT NULL,
    system_id text NOT NULL,
    organization_id text NOT NULL,
    esia_oid text NOT NULL,
    organization_name text NOT NULL,
    account_id uuid NOT NULL,
    claimed_at timestamp with time zone NOT NULL
);

ALTER TABLE verification.refused_claims ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME verification.refused_claims_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE verification.staff_declined (
    region text NOT NULL,
    system_id text NOT NULL,
    staff_id text NOT NULL,
    person_id text NOT NULL,
    declined_at timestamp with time zone NOT NULL,
    declined_by uuid NOT NULL,
    reason text NOT NULL
);

CREATE TABLE verification.staff_matches (
    region text NOT NULL,
    system_id text NOT NULL,
    staff_id text NOT NULL,
    organization_id text NOT NULL,
    person_id text NOT NULL,
    state text NOT NULL,
    reasons text[] NOT NULL,
    esia_oid text,
    seen_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT staff_matches_state_check CHECK ((state = ANY (ARRAY['verified'::text, 'waiting'::text, 'differing'::text])))
);

CREATE TABLE verification.staff_runs (
    region text NOT NULL,
    matched_at timestamp with time zone NOT NULL,
    packages text NOT NULL,
    posts bigint NOT NULL,
    changed bigint NOT NULL,
    withdrawn bigint NOT NULL,
    seconds double precision NOT NULL
);

ALTER TABLE ONLY jobs.pgqueuer ALTER COLUMN id SET DEFAULT nextval('jobs.pgqueuer_id_seq'::regclass);

ALTER TABLE ONLY jobs.pgqueuer_schedules ALTER COLUMN id SET DEFAULT nextval('jobs.pgqueuer_schedules_id_seq'::regclass);

ALTER TABLE ONLY jobs.pgqueuer_statistics ALTER COLUMN id SET DEFAULT nextval('jobs.pgqueuer_statistics_id_seq'::regclass);

ALTER TABLE ONLY access_requests.checks
    ADD CONSTRAINT checks_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY access_requests.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY access_requests.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY audit.lines
    ADD CONSTRAINT lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY diary.homework_done
    ADD CONSTRAINT homework_done_pkey PRIMARY KEY (region, system_id, student_id, homework_id);

ALTER TABLE ONLY diary.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (account_id, child);

ALTER TABLE ONLY exports.access_tokens
    ADD CONSTRAINT access_tokens_pkey PRIMARY KEY (token_sha256);

ALTER TABLE ONLY exports.packages
    ADD CONSTRAINT packages_pkey PRIMARY KEY (system_id, export_id);

ALTER TABLE ONLY exports.progress
    ADD CONSTRAINT progress_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY exports.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY exports.schedules
    ADD CONSTRAINT schedules_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY exports.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (system_id, export_id);

ALTER TABLE ONLY exports.used_assertions
    ADD CONSTRAINT used_assertions_pkey PRIMARY KEY (system_id, jti);

ALTER TABLE ONLY exports.vendor_keys
    ADD CONSTRAINT vendor_keys_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY federation.copies
    ADD CONSTRAINT copies_pkey PRIMARY KEY (region, system_id, student_id, method, first_day, last_day);

ALTER TABLE ONLY federation.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (region, system_id, student_id, about, thing_id);

ALTER TABLE ONLY federation.exchanges
    ADD CONSTRAINT exchanges_pkey PRIMARY KEY (id);

ALTER TABLE ONLY federation.feeds
    ADD CONSTRAINT feeds_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY federation.flights
    ADD CONSTRAINT flights_pkey PRIMARY KEY (key);

ALTER TABLE ONLY federation.hours
    ADD CONSTRAINT hours_pkey PRIMARY KEY (system_id, hour);

ALTER TABLE ONLY federation.renewals
    ADD CONSTRAINT renewals_pkey PRIMARY KEY (region, system_id, student_id, method, first_day, last_day);

ALTER TABLE ONLY federation.wake_ups
    ADD CONSTRAINT wake_ups_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY identity.account_roles
    ADD CONSTRAINT account_roles_pkey PRIMARY KEY (account_id, organization_oid);

ALTER TABLE ONLY identity.accounts
    ADD CONSTRAINT accounts_esia_oid_key UNIQUE (esia_oid);

ALTER TABLE ONLY identity.accounts
    ADD CONSTRAINT accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY identity.login_sessions
    ADD CONSTRAINT login_sessions_pkey PRIMARY KEY (token_sha256);

ALTER TABLE ONLY identity.sign_in_attempts
    ADD CONSTRAINT sign_in_attempts_pkey PRIMARY KEY (state_sha256);

ALTER TABLE ONLY jobs.pgqueuer_log
    ADD CONSTRAINT pgqueuer_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY jobs.pgqueuer
    ADD CONSTRAINT pgqueuer_pkey PRIMARY KEY (id);

ALTER TABLE ONLY jobs.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_expression_entrypoint_key UNIQUE (expression, entrypoint);

ALTER TABLE ONLY jobs.pgqueuer_schedules
    ADD CONSTRAINT pgqueuer_schedules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY jobs.pgqueuer_statistics
    ADD CONSTRAINT pgqueuer_statistics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY operators.conformance_published
    ADD CONSTRAINT conformance_published_pkey PRIMARY KEY (system_id);

ALTER TABLE ONLY operators.conformance_runs
    ADD CONSTRAINT conformance_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY people.enrollments
    ADD CONSTRAINT enrollments_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.erased
    ADD CONSTRAINT erased_pkey PRIMARY KEY (person_id, system_id, region);

ALTER TABLE ONLY people.esia_kids_incomplete
    ADD CONSTRAINT esia_kids_incomplete_pkey PRIMARY KEY (parent_oid);

ALTER TABLE ONLY people.esia_kids
    ADD CONSTRAINT esia_kids_pkey PRIMARY KEY (parent_oid, kid_snils);

ALTER TABLE ONLY people.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.guardianships
    ADD CONSTRAINT guardianships_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.periods
    ADD CONSTRAINT periods_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.persons
    ADD CONSTRAINT persons_public_id_region_key UNIQUE (public_id, region);

ALTER TABLE ONLY people.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.subjects
    ADD CONSTRAINT subjects_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.systems
    ADD CONSTRAINT systems_pkey PRIMARY KEY (id);

ALTER TABLE ONLY people.teaching
    ADD CONSTRAINT teaching_pkey PRIMARY KEY (id, system_id, region);

ALTER TABLE ONLY people.verified_organizations
    ADD CONSTRAINT verified_organizations_pkey PRIMARY KEY (organization_id, system_id, region);

ALTER TABLE ONLY people.verified_staff
    ADD CONSTRAINT verified_staff_pkey PRIMARY KEY (staff_id, system_id, region);

ALTER TABLE ONLY pilot.contacts
    ADD CONSTRAINT contacts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY pilot.readiness_days
    ADD CONSTRAINT readiness_days_pkey PRIMARY KEY (region, day);

ALTER TABLE ONLY pilot.regions
    ADD CONSTRAINT regions_pkey PRIMARY KEY (code);

ALTER TABLE ONLY verification.esia_employees
    ADD CONSTRAINT esia_employees_pkey PRIMARY KEY (organization_oid, person_oid);

ALTER TABLE ONLY verification.esia_organizations
    ADD CONSTRAINT esia_organizations_pkey PRIMARY KEY (oid);

ALTER TABLE ONLY verification.refused_claims
    ADD CONSTRAINT refused_claims_pkey PRIMARY KEY (id);

ALTER TABLE ONLY verification.staff_declined
    ADD CONSTRAINT staff_declined_pkey PRIMARY KEY (staff_id, system_id, region);

ALTER TABLE ONLY verification.staff_matches
    ADD CONSTRAINT staff_matches_pkey PRIMARY KEY (staff_id, system_id, region);

ALTER TABLE ONLY verification.staff_runs
    ADD CONSTRAINT staff_runs_pkey PRIMARY KEY (region);

CREATE INDEX events_request ON access_requests.events USING btree (request_id, id);

CREATE INDEX requests_account ON access_requests.requests USING btree (account_id, created_at);

CREATE UNIQUE INDEX requests_open ON access_requests.requests USING btree (account_id, child_key, organization_id, system_id, region) WHERE (state <> 'closed'::text);

CREATE INDEX requests_school ON access_requests.requests USING btree (organization_id, system_id, region);

CREATE INDEX requests_system ON access_requests.requests USING btree (system_id) WHERE (state <> 'closed'::text);

CREATE INDEX lines_actor ON audit.lines USING btree (actor_account, at) WHERE (actor_account IS NOT NULL);

CREATE INDEX lines_person ON audit.lines USING btree (region, system_id, person_id, at) WHERE (person_id IS NOT NULL);

CREATE INDEX access_tokens_expires ON exports.access_tokens USING btree (expires_at);

CREATE INDEX packages_applied ON exports.packages USING btree (system_id, created_at DESC) WHERE (state = 'applied'::text);

CREATE INDEX problems_package ON exports.problems USING btree (system_id, export_id, table_name, line);

CREATE INDEX staging_differences_line ON exports.staging_differences USING btree (table_name, line);

CREATE INDEX used_assertions_expires ON exports.used_assertions USING btree (expires_at);

CREATE INDEX copies_fetched_on ON federation.copies USING btree (fetched_on);

CREATE INDEX events_at ON federation.events USING btree (at);

CREATE UNIQUE INDEX events_seq_of_region ON federation.events USING btree (region, seq);

CREATE INDEX exchanges_at ON federation.exchanges USING btree (at);

CREATE INDEX exchanges_system_id ON federation.exchanges USING btree (system_id, problem, id);

CREATE INDEX hours_hour ON federation.hours USING btree (hour);

CREATE INDEX renewals_next ON federation.renewals USING btree (region, system_id, tries, since);

CREATE INDEX accounts_snils ON identity.accounts USING btree (snils) WHERE (snils IS NOT NULL);

CREATE INDEX login_sessions_account ON identity.login_sessions USING btree (account_id);

CREATE INDEX login_sessions_expires ON identity.login_sessions USING btree (expires_at);

CREATE INDEX login_sessions_seen ON identity.login_sessions USING btree (seen_at) WHERE (refresh_token IS NOT NULL);

CREATE INDEX sign_in_attempts_expires ON identity.sign_in_attempts USING btree (expires_at);

CREATE INDEX pgqueuer_ep_ea_idx ON jobs.pgqueuer USING btree (entrypoint, execute_after) WHERE (status = 'queued'::jobs.pgqueuer_status);

CREATE INDEX pgqueuer_ep_prio_id_idx ON jobs.pgqueuer USING btree (entrypoint, priority DESC, id) WHERE (status = 'queued'::jobs.pgqueuer_status);

CREATE INDEX pgqueuer_log_created ON jobs.pgqueuer_log USING btree (created);

CREATE INDEX pgqueuer_log_job_id_status ON jobs.pgqueuer_log USING btree (job_id, created DESC);

CREATE INDEX pgqueuer_log_not_aggregated ON jobs.pgqueuer_log USING btree ((1)) WHERE (NOT aggregated);

CREATE INDEX pgqueuer_log_status ON jobs.pgqueuer_log USING btree (status);

CREATE INDEX pgqueuer_picked_heartbeat_idx ON jobs.pgqueuer USING btree (heartbeat) WHERE (status = 'picked'::jobs.pgqueuer_status);

CREATE UNIQUE INDEX pgqueuer_picked_slot_idx ON jobs.pgqueuer USING btree (entrypoint, slot) WHERE ((status = 'picked'::jobs.pgqueuer_status) AND (slot IS NOT NULL));

CREATE INDEX pgqueuer_priority_id_id1_idx ON jobs.pgqueuer USING btree (priority, id DESC) INCLUDE (id) WHERE (status = 'queued'::jobs.pgqueuer_status);

CREATE INDEX pgqueuer_queue_manager_id_idx ON jobs.pgqueuer USING btree (queue_manager_id) WHERE (queue_manager_id IS NOT NULL);

CREATE UNIQUE INDEX pgqueuer_statistics_unique_count ON jobs.pgqueuer_statistics USING btree (priority, date_trunc('sec'::text, timezone('UTC'::text, created)), status, entrypoint);

CREATE UNIQUE INDEX pgqueuer_unique_dedupe_key ON jobs.pgqueuer USING btree (dedupe_key) WHERE ((status = ANY (ARRAY['queued'::jobs.pgqueuer_status, 'picked'::jobs.pgqueuer_status])) AND (dedupe_key IS NOT NULL));

CREATE INDEX pgqueuer_updated_id_id1_idx ON jobs.pgqueuer USING btree (updated, id DESC) INCLUDE (id) WHERE (status = 'picked'::jobs.pgqueuer_status);

CREATE UNIQUE INDEX conformance_runs_one ON operators.conformance_runs USING btree (system_id) WHERE (ended_at IS NULL);

CREATE INDEX conformance_runs_system_id ON operators.conformance_runs USING btree (system_id, id);

CREATE INDEX enrollments_group ON ONLY people.enrollments USING btree (group_id, system_id, region);

CREATE INDEX enrollments_person ON ONLY people.enrollments USING btree (person_id, system_id, region);

CREATE INDEX groups_organization ON ONLY people.groups USING btree (organization_id, system_id, region);

CREATE INDEX guardianships_child ON ONLY people.guardianships USING btree (child_id, system_id, region);

CREATE INDEX guardianships_guardian ON ONLY people.guardianships USING btree (guardian_id, system_id, region);

CREATE INDEX organizations_words ON ONLY people.organizations USING gin (people.school_words(name, short_name, address)) WHERE (archived_at IS NULL);

CREATE INDEX periods_organization ON ONLY people.periods USING btree (region, system_id, organization_id, academic_year);

CREATE INDEX persons_esia_oid ON ONLY people.persons USING btree (esia_oid) WHERE (esia_oid IS NOT NULL);

CREATE INDEX persons_snils ON ONLY people.persons USING btree (snils) WHERE (snils IS NOT NULL);

CREATE INDEX staff_organization ON ONLY people.staff USING btree (organization_id, system_id, region);

CREATE INDEX staff_person ON ONLY people.staff USING btree (person_id, system_id, region);

CREATE INDEX teaching_group ON ONLY people.teaching USING btree (group_id, system_id, region);

CREATE INDEX teaching_staff ON ONLY people.teaching USING btree (staff_id, system_id, region);

CREATE INDEX verified_organizations_esia_oid ON people.verified_organizations USING btree (esia_oid);

CREATE INDEX verified_staff_esia_oid ON people.verified_staff USING btree (esia_oid);

CREATE INDEX contacts_region ON pilot.contacts USING btree (region);

CREATE INDEX esia_employees_person ON verification.esia_employees USING btree (person_oid);

CREATE INDEX esia_employees_snils ON verification.esia_employees USING btree (snils) WHERE (snils IS NOT NULL);

CREATE INDEX esia_organizations_due ON verification.esia_organizations USING btree (next_read_at) WHERE (next_read_at IS NOT NULL);

CREATE INDEX staff_matches_school ON verification.staff_matches USING btree (organization_id, system_id, region, state);

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.lines FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

CREATE TRIGGER tg_pgqueuer_changed AFTER INSERT OR DELETE OR UPDATE OR TRUNCATE ON jobs.pgqueuer FOR EACH STATEMENT EXECUTE FUNCTION jobs.fn_pgqueuer_changed();

ALTER TABLE ONLY access_requests.events
    ADD CONSTRAINT events_request_id_fkey FOREIGN KEY (request_id) REFERENCES access_requests.requests(id) ON DELETE CASCADE;

ALTER TABLE ONLY exports.access_tokens
    ADD CONSTRAINT access_tokens_system_id_fkey FOREIGN KEY (system_id) REFERENCES exports.vendor_keys(system_id) ON DELETE CASCADE;

ALTER TABLE ONLY exports.problems
    ADD CONSTRAINT problems_system_id_export_id_fkey FOREIGN KEY (system_id, export_id) REFERENCES exports.packages(system_id, export_id) ON DELETE CASCADE;

ALTER TABLE ONLY exports.runs
    ADD CONSTRAINT runs_system_id_fkey FOREIGN KEY (system_id) REFERENCES people.systems(id) ON DELETE CASCADE;

ALTER TABLE ONLY exports.schedules
    ADD CONSTRAINT schedules_system_id_fkey FOREIGN KEY (system_id) REFERENCES people.systems(id) ON DELETE CASCADE;

ALTER TABLE ONLY exports.uploads
    ADD CONSTRAINT uploads_system_id_fkey FOREIGN KEY (system_id) REFERENCES people.systems(id) ON DELETE CASCADE;

ALTER TABLE ONLY exports.vendor_keys
    ADD CONSTRAINT vendor_keys_system_id_fkey FOREIGN KEY (system_id) REFERENCES people.systems(id) ON DELETE CASCADE;

ALTER TABLE ONLY federation.feeds
    ADD CONSTRAINT feeds_system_id_fkey FOREIGN KEY (system_id) REFERENCES people.systems(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.account_roles
    ADD CONSTRAINT account_roles_account_id_fkey FOREIGN KEY (account_id) REFERENCES identity.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.login_sessions
    ADD CONSTRAINT login_sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES identity.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY pilot.contacts
    ADD CONSTRAINT contacts_region_fkey FOREIGN KEY (region) REFERENCES pilot.regions(code);

ALTER TABLE ONLY pilot.readiness_days
    ADD CONSTRAINT readiness_days_region_fkey FOREIGN KEY (region) REFERENCES pilot.regions(code);
