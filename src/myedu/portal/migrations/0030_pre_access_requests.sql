-- «Your diary was not found»: what a family asks and what the school answers; connected schools found by words.
CREATE SCHEMA access_requests;

CREATE TABLE access_requests.requests (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    account_id uuid NOT NULL,
    -- The asker by ESIA's word when they asked: the school compares with it.
    asker_oid text NOT NULL,
    asker_snils text CHECK (asker_snils ~ '^[0-9]{11}$'),
    asker_last_name text NOT NULL,
    asker_first_name text NOT NULL,
    asker_birth_date date,
    -- self: the asker; kid: named by ESIA as the asker's; typed: nobody but the asker says so.
    asks_for text NOT NULL CHECK (asks_for IN ('self', 'kid', 'typed')),
    -- By ESIA's word; of a typed child there is none.
    child_snils text CHECK (child_snils ~ '^[0-9]{11}$'),
    child_last_name text NOT NULL,
    child_first_name text NOT NULL,
    child_middle_name text,
    child_birth_date date,
    -- Equal for equal children of one asker: a second request about the same is the same request.
    child_key text NOT NULL,
    region text NOT NULL,
    system_id text NOT NULL,
    organization_id text NOT NULL,
    class_name text NOT NULL CHECK (length(class_name) <= 20),
    comment text NOT NULL CHECK (length(comment) <= 500),
    state text NOT NULL CHECK (state IN ('sent', 'seen', 'answered', 'closed')),
    answer text CHECK (answer IN ('fixed', 'documents', 'refused', 'not-ours')),
    -- The diary is found, or the family needs no answer any more.
    closed_as text CHECK (closed_as IN ('found', 'family')),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CHECK (asks_for <> 'kid' OR child_snils IS NOT NULL),
    CHECK (asks_for <> 'typed' OR child_snils IS NULL AND child_birth_date IS NOT NULL),
    CHECK (state <> 'answered' OR answer IS NOT NULL),
    CHECK ((state = 'closed') = (closed_as IS NOT NULL))
);
CREATE UNIQUE INDEX requests_open ON access_requests.requests
    (account_id, child_key, organization_id, system_id, region) WHERE state <> 'closed';
CREATE INDEX requests_account ON access_requests.requests (account_id, created_at);
CREATE INDEX requests_school ON access_requests.requests (organization_id, system_id, region);
CREATE INDEX requests_system ON access_requests.requests (system_id) WHERE state <> 'closed';

-- The history, which both sides see.
CREATE TABLE access_requests.events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES access_requests.requests ON DELETE CASCADE,
    at timestamptz NOT NULL,
    done_by text NOT NULL CHECK (done_by IN ('family', 'school', 'operator', 'portal')),
    what text NOT NULL CHECK (what IN ('sent', 'again', 'seen', 'answered', 'found', 'closed')),
    answer text CHECK (answer IN ('fixed', 'documents', 'refused', 'not-ours')),
    words text NOT NULL DEFAULT '' CHECK (length(words) <= 500)
);
CREATE INDEX events_request ON access_requests.events (request_id, id);

-- After which package a system's open requests were looked at.
CREATE TABLE access_requests.checks (
    system_id text PRIMARY KEY,
    applied_at timestamptz NOT NULL
);

-- How a child is called at ESIA: a school compares it with its journal. NULL: ESIA has not been asked since.
ALTER TABLE people.esia_kids
    ADD COLUMN last_name text,
    ADD COLUMN first_name text,
    ADD COLUMN middle_name text;

-- How many children ESIA names without SNILS or birth date, by which no pupil can be found.
CREATE TABLE people.esia_kids_incomplete (
    parent_oid text PRIMARY KEY,
    kids integer NOT NULL CHECK (kids > 0),
    seen_at timestamptz NOT NULL
);

-- The words of a school by which people look for it: ё is е, small letters, only letters and digits.
CREATE FUNCTION people.school_words(name text, short_name text, address text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('simple'::regconfig, regexp_replace(
        translate(lower(name || ' ' || coalesce(short_name, '') || ' ' || coalesce(address, '')), 'ё', 'е'),
        '[^[:alnum:]]+', ' ', 'g'
    ))
$$;

-- Indexes of parents: a region's partition gets its own when it is attached, as people.attach_part says. They are not
-- made concurrently, which a partitioned table does not know: 6 500 schools take a second.
CREATE INDEX organizations_words ON people.organizations
    USING gin (people.school_words(name, short_name, address)) WHERE archived_at IS NULL;
-- From a school to its classes and their pupils.
CREATE INDEX groups_organization ON people.groups (organization_id, system_id, region);

-- Schools of the exports for other rooms, and which of them a head has confirmed.
CREATE VIEW people.connected_schools AS
SELECT school.region, school.system_id, school.id AS organization_id,
    coalesce(school.short_name, school.name) AS name, school.name AS full_name, school.address,
    verified.organization_id IS NOT NULL AS is_confirmed
FROM people.organizations school
LEFT JOIN people.verified_organizations verified
    ON verified.organization_id = school.id AND verified.system_id = school.system_id
        AND verified.region = school.region AND verified.withdrawn_at IS NULL
WHERE school.archived_at IS NULL;

-- Requests with the names of their schools; NULL for a school that the export names no more.
CREATE VIEW access_requests.named_requests AS
SELECT request.id, request.account_id, request.asker_oid, request.asker_snils, request.asker_last_name,
    request.asker_first_name, request.asker_birth_date, request.asks_for, request.child_snils,
    request.child_last_name, request.child_first_name, request.child_middle_name, request.child_birth_date,
    request.region, request.system_id, request.organization_id, request.class_name, request.comment,
    request.state, request.answer, request.closed_as, request.created_at, request.changed_at,
    school.name AS school_name, coalesce(school.is_confirmed, false) AS school_is_confirmed
FROM access_requests.requests request
LEFT JOIN people.connected_schools school
    ON school.region = request.region AND school.system_id = request.system_id
        AND school.organization_id = request.organization_id;
