-- Teachers and ESIA: each post of the exports matched with the person whom ESIA names, and what the head decided.

-- A school's posts are listed for its head.
CREATE INDEX staff_organization ON people.staff (organization_id, system_id, region);

-- Rooms that compare persons with ESIA's read them here.
CREATE OR REPLACE VIEW people.current_persons AS
SELECT person.region, person.system_id, person.id AS person_id, person.last_name, person.first_name,
    person.middle_name, person.birth_date, person.snils, person.esia_oid
FROM people.persons person
WHERE person.archived_at IS NULL;

-- Every post with its person and school; archived: one of the three is.
CREATE VIEW people.posts AS
SELECT post.region, post.system_id, post.id AS staff_id, post.organization_id, post.person_id, post.role,
    post.position, post.starts_on, post.ends_on,
    post.archived_at IS NOT NULL OR person.archived_at IS NOT NULL OR school.archived_at IS NOT NULL AS archived,
    person.last_name, person.first_name, person.middle_name, person.birth_date, person.snils, person.esia_oid,
    coalesce(school.short_name, school.name) AS school_name, school.time_zone
FROM people.staff post
JOIN people.persons person
    ON person.region = post.region AND person.system_id = post.system_id AND person.id = post.person_id
JOIN people.organizations school
    ON school.region = post.region AND school.system_id = post.system_id AND school.id = post.organization_id;

-- What a post teaches, in words.
CREATE VIEW people.post_subjects AS
SELECT lesson.region, lesson.system_id, lesson.staff_id,
    array_agg(DISTINCT coalesce(subject.short_name, subject.name)) AS subjects
FROM people.teaching lesson
JOIN people.subjects subject
    ON subject.region = lesson.region AND subject.system_id = lesson.system_id AND subject.id = lesson.subject_id
WHERE lesson.archived_at IS NULL AND subject.archived_at IS NULL
GROUP BY lesson.region, lesson.system_id, lesson.staff_id;

-- The package of each system that people's rows are of.
CREATE VIEW exports.in_force AS
SELECT DISTINCT ON (system_id) region, system_id, export_id FROM exports.packages
WHERE state = 'applied'
ORDER BY system_id, created_at DESC, applied_at DESC;

-- When ESIA last named the account's organisations: an account without a role in one means something since then.
ALTER TABLE identity.accounts ADD COLUMN roles_seen_at timestamptz;

-- е and ё, capitals, spaces in a row, spaces around a hyphen and its kinds are no difference of a name.
CREATE FUNCTION verification.plain_name(name text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(
        lower(btrim(regexp_replace(regexp_replace(name, '\s+', ' ', 'g'), ' ?[-‐‑–—] ?', '-', 'g'))), 'ё', 'е'
    );

CREATE FUNCTION verification.same_name(one text, other text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN one = other OR verification.plain_name(one) = verification.plain_name(other);

CREATE TABLE verification.staff_matches (
    region text NOT NULL,
    system_id text NOT NULL,
    staff_id text NOT NULL,
    organization_id text NOT NULL,
    person_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('verified', 'waiting', 'differing')),
    -- Codes of verification/staff_models.py. On a verified post they are remarks, such as name-differs.
    reasons text[] NOT NULL,
    -- Of the person whom ESIA names at the school, if it is one.
    esia_oid text,
    -- When ESIA last named the person there; exact to a week, so that a night writes only what has changed.
    seen_at timestamptz,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (staff_id, system_id, region)
);
-- Counts read it alone. It begins with another column than a post's key, which no plan should look up by it.
CREATE INDEX staff_matches_school ON verification.staff_matches (organization_id, system_id, region, state);

CREATE TABLE verification.staff_declined (
    region text NOT NULL,
    system_id text NOT NULL,
    staff_id text NOT NULL,
    person_id text NOT NULL,
    declined_at timestamptz NOT NULL,
    declined_by uuid NOT NULL,
    PRIMARY KEY (staff_id, system_id, region)
);

-- When the posts of a region were last matched.
CREATE TABLE verification.staff_runs (
    region text PRIMARY KEY,
    matched_at timestamptz NOT NULL,
    -- The packages that were in force then: another match is due when they are others.
    packages text NOT NULL,
    posts bigint NOT NULL,
    changed bigint NOT NULL,
    withdrawn bigint NOT NULL,
    seconds double precision NOT NULL
);
