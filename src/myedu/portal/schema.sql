-- The portal's database, made of migrations/ by `python -m tests.schema_file`. Never edit it by hand.
SET check_function_bodies = false; -- functions stand here before the tables that they read

CREATE SCHEMA audit;

CREATE SCHEMA diary;

CREATE SCHEMA exports;

CREATE SCHEMA federation;

CREATE SCHEMA identity;

CREATE SCHEMA people;

CREATE FUNCTION audit.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'audit.lines is append-only: write a new line that corrects the old one'
        USING ERRCODE = 'insufficient_privilege';
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
$$;

CREATE FUNCTION people.visible_students(viewer_oid text, viewer_snils text, viewer_trusted boolean, at timestamp with time zone) RETURNS TABLE(child uuid, region text, system_id text, person_id text, relation text, first_name text, last_name text, middle_name text, birth_date date, organization_id text, organization_name text, time_zone text, group_id text, group_name text, grade integer)
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
        class.id, class.name, class.grade
    FROM (
        SELECT me.public_id, me.region, me.system_id, me.id,
            me.first_name, me.last_name, me.middle_name, me.birth_date,
            'self' AS relation, NULL::date AS starts_on, NULL::date AS ends_on, false AS by_esia
        FROM me
        WHERE me.archived_at IS NULL
        UNION ALL
        SELECT child.public_id, child.region, child.system_id, child.id,
            child.first_name, child.last_name, child.middle_name, child.birth_date,
            'guardian', given.starts_on, given.ends_on, false
        FROM given
        JOIN people.persons child
            ON child.region = given.region AND child.system_id = given.system_id AND child.id = given.child_id
        WHERE given.counts AND child.archived_at IS NULL
        UNION ALL
        SELECT child.public_id, child.region, child.system_id, child.id,
            child.first_name, child.last_name, child.middle_name, kid.birth_date,
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
    CONSTRAINT packages_check CHECK (((mode = 'delta'::text) = (base IS NOT NULL))),
    CONSTRAINT packages_check1 CHECK (((state = 'applied'::text) = (applied_at IS NOT NULL))),
    CONSTRAINT packages_check2 CHECK (((state = ANY (ARRAY['refused'::text, 'held'::text])) = ((code IS NOT NULL) AND (reason IS NOT NULL)))),
    CONSTRAINT packages_mode_check CHECK ((mode = ANY (ARRAY['full'::text, 'delta'::text]))),
    CONSTRAINT packages_state_check CHECK ((state = ANY (ARRAY['received'::text, 'applied'::text, 'refused'::text, 'held'::text])))
);

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
    CONSTRAINT copies_check CHECK ((first_day <= last_day)),
    CONSTRAINT copies_method_check CHECK ((method = ANY (ARRAY['diary'::text, 'marks'::text])))
);

CREATE TABLE identity.account_roles (
    account_id uuid NOT NULL,
    organization_oid text NOT NULL,
    organization_name text NOT NULL,
    organization_ogrn text,
    chief boolean NOT NULL,
    seen_at timestamp with time zone NOT NULL
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
    CONSTRAINT accounts_check CHECK (((NOT trusted) OR (level = ANY (ARRAY['PR'::text, 'KD'::text])))),
    CONSTRAINT accounts_snils_check CHECK ((snils ~ '^[0-9]{11}$'::text))
);

CREATE TABLE identity.login_sessions (
    token_sha256 bytea NOT NULL,
    account_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
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
    CONSTRAINT sign_in_attempts_browser_sha256_check CHECK ((octet_length(browser_sha256) = 32)),
    CONSTRAINT sign_in_attempts_check CHECK ((expires_at > created_at)),
    CONSTRAINT sign_in_attempts_return_to_check CHECK ((return_to ~ '^/'::text)),
    CONSTRAINT sign_in_attempts_state_sha256_check CHECK ((octet_length(state_sha256) = 32))
);

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
    export_id uuid
);

CREATE TABLE people.esia_kids (
    parent_oid text NOT NULL,
    kid_snils text NOT NULL,
    kid_oid text,
    birth_date date NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT esia_kids_kid_snils_check CHECK ((kid_snils ~ '^[0-9]{11}$'::text))
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
    export_id uuid
);

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
    export_id uuid
);

CREATE UNLOGGED TABLE people.incoming_changes (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL,
    change text NOT NULL,
    CONSTRAINT incoming_changes_change_check CHECK ((change = ANY (ARRAY['added'::text, 'changed'::text, 'archived'::text, 'restored'::text])))
);

CREATE UNLOGGED TABLE people.incoming_enrollments (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text,
    organization_id text,
    group_id text,
    starts_on date,
    ends_on date,
    status text,
    updated_at timestamp with time zone NOT NULL,
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_groups (
    region text NOT NULL,
    system_id text NOT NULL,
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
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_guardianships (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    guardian_id text,
    child_id text,
    starts_on date,
    relation text,
    verified_at timestamp with time zone,
    ends_on date,
    revoked_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_kept (
    region text NOT NULL,
    system_id text NOT NULL,
    table_name text NOT NULL,
    id text NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_organizations (
    region text NOT NULL,
    system_id text NOT NULL,
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
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_periods (
    region text NOT NULL,
    system_id text NOT NULL,
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
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_persons (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    last_name text,
    first_name text,
    middle_name text,
    birth_date date,
    sex text,
    snils text,
    esia_oid text,
    updated_at timestamp with time zone NOT NULL,
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_staff (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    person_id text,
    organization_id text,
    role text,
    "position" text,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone NOT NULL,
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_subjects (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    organization_id text,
    name text,
    short_name text,
    area text,
    federal_code text,
    updated_at timestamp with time zone NOT NULL,
    deleted boolean NOT NULL
);

CREATE UNLOGGED TABLE people.incoming_teaching (
    region text NOT NULL,
    system_id text NOT NULL,
    id text NOT NULL,
    staff_id text,
    group_id text,
    subject_id text,
    starts_on date,
    ends_on date,
    updated_at timestamp with time zone NOT NULL,
    deleted boolean NOT NULL
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
    CONSTRAINT organizations_time_zone_check CHECK ((('2000-01-01 00:00:00+00'::timestamp with time zone AT TIME ZONE time_zone) IS NOT NULL))
);

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
    export_id uuid
);

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
    CONSTRAINT persons_snils_check CHECK ((snils ~ '^[0-9]{11}$'::text))
);

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
    export_id uuid
);

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
    export_id uuid
);

CREATE TABLE people.systems (
    id text NOT NULL,
    region text NOT NULL,
    name text NOT NULL,
    base_url text NOT NULL,
    client_id text NOT NULL,
    profile text,
    registered_at timestamp with time zone NOT NULL,
    paused_at timestamp with time zone,
    CONSTRAINT systems_base_url_check CHECK (((base_url ~ '^https?://'::text) AND (base_url !~ '/$'::text))),
    CONSTRAINT systems_id_check CHECK ((id ~ '^[a-z0-9-]{2,40}$'::text)),
    CONSTRAINT systems_region_check CHECK ((region ~ '^[0-9]{2}$'::text))
);

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
    export_id uuid
);

ALTER TABLE ONLY audit.lines
    ADD CONSTRAINT lines_pkey PRIMARY KEY (id);

ALTER TABLE ONLY diary.homework_done
    ADD CONSTRAINT homework_done_pkey PRIMARY KEY (region, system_id, student_id, homework_id);

ALTER TABLE ONLY diary.visits
    ADD CONSTRAINT visits_pkey PRIMARY KEY (account_id, child);

ALTER TABLE ONLY exports.packages
    ADD CONSTRAINT packages_pkey PRIMARY KEY (system_id, export_id);

ALTER TABLE ONLY federation.copies
    ADD CONSTRAINT copies_pkey PRIMARY KEY (region, system_id, student_id, method, first_day, last_day);

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

ALTER TABLE ONLY people.enrollments
    ADD CONSTRAINT enrollments_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.esia_kids
    ADD CONSTRAINT esia_kids_pkey PRIMARY KEY (parent_oid, kid_snils);

ALTER TABLE ONLY people.groups
    ADD CONSTRAINT groups_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.guardianships
    ADD CONSTRAINT guardianships_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_changes
    ADD CONSTRAINT incoming_changes_pkey PRIMARY KEY (region, system_id, table_name, id);

ALTER TABLE ONLY people.incoming_enrollments
    ADD CONSTRAINT incoming_enrollments_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_groups
    ADD CONSTRAINT incoming_groups_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_guardianships
    ADD CONSTRAINT incoming_guardianships_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_kept
    ADD CONSTRAINT incoming_kept_pkey PRIMARY KEY (region, system_id, table_name, id);

ALTER TABLE ONLY people.incoming_organizations
    ADD CONSTRAINT incoming_organizations_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_periods
    ADD CONSTRAINT incoming_periods_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_persons
    ADD CONSTRAINT incoming_persons_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_staff
    ADD CONSTRAINT incoming_staff_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_subjects
    ADD CONSTRAINT incoming_subjects_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.incoming_teaching
    ADD CONSTRAINT incoming_teaching_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.periods
    ADD CONSTRAINT periods_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.persons
    ADD CONSTRAINT persons_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.persons
    ADD CONSTRAINT persons_public_id_key UNIQUE (public_id);

ALTER TABLE ONLY people.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.subjects
    ADD CONSTRAINT subjects_pkey PRIMARY KEY (region, system_id, id);

ALTER TABLE ONLY people.systems
    ADD CONSTRAINT systems_pkey PRIMARY KEY (id);

ALTER TABLE ONLY people.teaching
    ADD CONSTRAINT teaching_pkey PRIMARY KEY (region, system_id, id);

CREATE INDEX lines_actor ON audit.lines USING btree (actor_account, at) WHERE (actor_account IS NOT NULL);

CREATE INDEX lines_person ON audit.lines USING btree (region, system_id, person_id, at) WHERE (person_id IS NOT NULL);

CREATE INDEX packages_applied ON exports.packages USING btree (system_id, created_at DESC) WHERE (state = 'applied'::text);

CREATE INDEX problems_package ON exports.problems USING btree (system_id, export_id, table_name, line);

CREATE INDEX login_sessions_account ON identity.login_sessions USING btree (account_id);

CREATE INDEX sign_in_attempts_expires ON identity.sign_in_attempts USING btree (expires_at);

CREATE INDEX enrollments_group ON people.enrollments USING btree (region, system_id, group_id);

CREATE INDEX enrollments_person ON people.enrollments USING btree (region, system_id, person_id);

CREATE INDEX guardianships_child ON people.guardianships USING btree (region, system_id, child_id);

CREATE INDEX guardianships_guardian ON people.guardianships USING btree (region, system_id, guardian_id);

CREATE INDEX periods_organization ON people.periods USING btree (region, system_id, organization_id, academic_year);

CREATE INDEX persons_esia_oid ON people.persons USING btree (esia_oid) WHERE (esia_oid IS NOT NULL);

CREATE INDEX persons_snils ON people.persons USING btree (snils) WHERE (snils IS NOT NULL);

CREATE INDEX staff_person ON people.staff USING btree (region, system_id, person_id);

CREATE INDEX teaching_group ON people.teaching USING btree (region, system_id, group_id);

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON audit.lines FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

ALTER TABLE ONLY exports.problems
    ADD CONSTRAINT problems_system_id_export_id_fkey FOREIGN KEY (system_id, export_id) REFERENCES exports.packages(system_id, export_id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.account_roles
    ADD CONSTRAINT account_roles_account_id_fkey FOREIGN KEY (account_id) REFERENCES identity.accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY identity.login_sessions
    ADD CONSTRAINT login_sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES identity.accounts(id) ON DELETE CASCADE;
