-- name: insert_attempt
-- Store a sign-in that begins.
INSERT INTO identity.sign_in_attempts
    (state_sha256, browser_sha256, code_verifier, return_to, created_at, expires_at)
VALUES (
    %(state_sha256)s, %(browser_sha256)s, %(code_verifier)s, %(return_to)s, %(now)s, %(expires_at)s
)

-- name: delete_old_attempts
-- Delete some attempts that ended long ago: more than a new one adds.
DELETE FROM identity.sign_in_attempts
WHERE state_sha256 IN (
    SELECT state_sha256
    FROM identity.sign_in_attempts
    WHERE expires_at < %(before)s
    ORDER BY expires_at
    LIMIT 10
    FOR UPDATE SKIP LOCKED
)

-- name: use_attempt
-- Mark a sign-in as used; no row if it can't be finished.
UPDATE identity.sign_in_attempts
SET used_at = %(now)s
WHERE state_sha256 = %(state_sha256)s
    AND browser_sha256 = %(browser_sha256)s
    AND used_at IS NULL
    AND expires_at > %(now)s
RETURNING code_verifier, return_to

-- name: attempt_problem
-- Why a sign-in can't be finished; no row if it was not begun here.
SELECT CASE
    WHEN browser_sha256 <> %(browser_sha256)s THEN 'other-browser'
    WHEN used_at IS NOT NULL THEN 'used'
    ELSE 'expired'
END
FROM identity.sign_in_attempts
WHERE state_sha256 = %(state_sha256)s

-- name: save_account
-- Store what ESIA says about a person now; the account keeps its id.
INSERT INTO identity.accounts
    (esia_oid, snils, first_name, last_name, middle_name, birth_date, level, trusted, created_at, seen_at)
VALUES (
    %(esia_oid)s, %(snils)s, %(first_name)s, %(last_name)s, %(middle_name)s, %(birth_date)s,
    %(level)s, %(trusted)s, %(now)s, %(now)s
)
ON CONFLICT (esia_oid) DO UPDATE
SET snils = excluded.snils, first_name = excluded.first_name, last_name = excluded.last_name,
    middle_name = excluded.middle_name, birth_date = excluded.birth_date,
    level = excluded.level, trusted = excluded.trusted, seen_at = excluded.seen_at
RETURNING id

-- name: delete_roles
-- Delete the organisations that an account acted for at its last sign-in.
DELETE FROM identity.account_roles WHERE account_id = %(account_id)s

-- name: insert_roles
-- Store the organisations that an account acts for now; one that is given twice is stored once.
INSERT INTO identity.account_roles
    (account_id, organization_oid, organization_name, organization_ogrn, chief, seen_at)
SELECT DISTINCT ON (role.oid) %(account_id)s::uuid, role.oid, role.name, role.ogrn, role.chief, %(now)s::timestamptz
FROM unnest(%(oids)s::text[], %(names)s::text[], %(ogrns)s::text[], %(chiefs)s::boolean[])
    role (oid, name, ogrn, chief)
ORDER BY role.oid, role.chief DESC

-- name: acts_for
-- Whether an account had a role in one of these organisations at its last sign-in.
SELECT EXISTS (
    SELECT FROM identity.account_roles
    WHERE account_id = %(account_id)s AND organization_oid = ANY(%(oids)s::text[])
)

-- name: open_session
-- Open a session.
INSERT INTO identity.login_sessions (token_sha256, account_id, created_at, expires_at)
VALUES (%(token_sha256)s, %(account_id)s, %(now)s, %(expires_at)s)

-- name: close_session
-- Close a session; its account, no row if it was over already.
UPDATE identity.login_sessions
SET closed_at = %(now)s
WHERE token_sha256 = %(token_sha256)s AND closed_at IS NULL AND expires_at > %(now)s
RETURNING account_id

-- name: close_sessions
-- Close every session of an account.
UPDATE identity.login_sessions
SET closed_at = %(now)s
WHERE account_id = %(account_id)s AND closed_at IS NULL

-- name: viewer_of
-- The viewer of a session that is open.
SELECT viewer.*
FROM identity.viewer_of(%(token_sha256)s::bytea, %(now)s::timestamptz) viewer
