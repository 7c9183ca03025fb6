-- name: insert_attempt
-- Store a sign-in that begins.
INSERT INTO identity.sign_in_attempts
    (state_sha256, browser_sha256, code_verifier, return_to, acting_for, created_at, expires_at)
VALUES (
    %(state_sha256)s, %(browser_sha256)s, %(code_verifier)s, %(return_to)s, %(acting_for)s, %(now)s,
    %(expires_at)s
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
RETURNING code_verifier, return_to, acting_for

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

-- name: memberships
-- The organisations that an account acts for, as ESIA has said since a time.
SELECT organization_oid AS oid, organization_ogrn AS ogrn FROM identity.account_roles
WHERE account_id = %(account_id)s AND seen_at > %(since)s
ORDER BY organization_oid

-- name: delete_roles
-- Delete the organisations that an account acted for at its last sign-in.
DELETE FROM identity.account_roles WHERE account_id = %(account_id)s

-- name: insert_roles
-- Store the organisations that an account acts for now; one that is given twice is stored once.
INSERT INTO identity.account_roles
    (account_id, organization_oid, organization_name, organization_ogrn, chief, branch_of, seen_at)
SELECT DISTINCT ON (role.oid) %(account_id)s::uuid, role.oid, role.name, role.ogrn, role.chief, role.branch_of,
    %(now)s::timestamptz
FROM unnest(%(oids)s::text[], %(names)s::text[], %(ogrns)s::text[], %(chiefs)s::boolean[], %(branch_ofs)s::text[])
    role (oid, name, ogrn, chief, branch_of)
ORDER BY role.oid, role.chief DESC

-- name: note_roles
-- When ESIA named the organisations that an account acts for.
UPDATE identity.accounts SET roles_seen_at = %(now)s WHERE id = %(account_id)s

-- name: role_seen_at
-- When ESIA last named a role of an account in one of these organisations; NULL if it has none.
SELECT max(seen_at) FROM identity.account_roles
WHERE account_id = %(account_id)s AND organization_oid = ANY(%(oids)s::text[])

-- name: roles_of
-- The organisations and branches that an account acts for, as ESIA named them last.
SELECT organization_oid AS oid, organization_name AS name, organization_ogrn AS ogrn, branch_of, chief, seen_at
FROM identity.account_roles
WHERE account_id = %(account_id)s
ORDER BY organization_name, organization_oid

-- name: signed_in_oids
-- Which of these persons (ESIA oids) have an account here: they have signed in once.
SELECT esia_oid AS oid FROM identity.accounts WHERE esia_oid = ANY(%(oids)s::text[])

-- name: esia_oid_of
-- The person of an account, by the oid at ESIA.
SELECT esia_oid FROM identity.accounts WHERE id = %(account_id)s

-- name: acting_role
-- The role that a session was opened for, as ESIA named it last; no row for a private person's session.
SELECT role.organization_oid AS oid, role.organization_name AS name, role.organization_ogrn AS ogrn,
    role.branch_of, role.chief, role.seen_at
FROM identity.login_sessions session
JOIN identity.account_roles role
    ON role.account_id = session.account_id AND role.organization_oid = session.acting_for
WHERE session.token_sha256 = %(token_sha256)s::bytea

-- name: open_session
-- Open a session.
INSERT INTO identity.login_sessions (
    token_sha256, account_id, created_at, expires_at, seen_at, idle_limit, device, refresh_token, acting_for
)
VALUES (
    %(token_sha256)s, %(account_id)s, %(now)s, %(expires_at)s, %(now)s, %(idle)s, %(device)s,
    %(refresh_token)s, %(acting_for)s
)

-- name: delete_old_sessions
-- Delete some sessions that ended long ago: more than a new one adds.
DELETE FROM identity.login_sessions
WHERE token_sha256 IN (
    SELECT token_sha256
    FROM identity.login_sessions
    WHERE expires_at < %(before)s
    ORDER BY expires_at
    LIMIT 10
    FOR UPDATE SKIP LOCKED
)

-- name: close_session
-- Close a session; its account, no row if it was over already.
UPDATE identity.login_sessions
SET closed_at = %(now)s, refresh_token = NULL
WHERE token_sha256 = %(token_sha256)s AND closed_at IS NULL AND expires_at > %(now)s
RETURNING account_id

-- name: close_sessions
-- Close every session of an account but, if it is given, one; how many.
UPDATE identity.login_sessions
SET closed_at = %(now)s, refresh_token = NULL
WHERE account_id = %(account_id)s AND closed_at IS NULL AND token_sha256 IS DISTINCT FROM %(but)s::bytea

-- name: open_sessions
-- The sessions of an account that are open, the one used last first.
SELECT token_sha256, device, created_at, seen_at FROM identity.login_sessions session
WHERE account_id = %(account_id)s AND closed_at IS NULL AND expires_at > %(now)s
    AND seen_at + idle_limit > %(now)s
ORDER BY seen_at DESC, created_at DESC

-- name: viewer_of
-- The viewer of a session that is open; notes that it is used.
WITH seen AS (
    UPDATE identity.login_sessions SET seen_at = %(now)s
    WHERE token_sha256 = %(token_sha256)s::bytea AND seen_at < %(now)s::timestamptz - interval '5 minutes'
        AND seen_at + idle_limit > %(now)s AND closed_at IS NULL AND expires_at > %(now)s
)
SELECT viewer.*
FROM identity.viewer_of(%(token_sha256)s::bytea, %(now)s::timestamptz) viewer

-- name: held_session
-- An open session with its refresh token.
SELECT session.token_sha256, session.account_id, account.esia_oid, account.level,
    account.seen_at AS asked_for, session.refresh_token
FROM identity.login_sessions session
JOIN identity.accounts account ON account.id = session.account_id
WHERE session.token_sha256 = %(token_sha256)s::bytea AND session.closed_at IS NULL
    AND session.expires_at > %(now)s AND session.seen_at + session.idle_limit > %(now)s

-- name: claim_session
-- Take the right to use a session's refresh token, which ESIA takes once; no row if another process has it.
UPDATE identity.login_sessions session
SET asking_until = %(until)s, asked_at = %(now)s
FROM identity.accounts account
WHERE session.token_sha256 = %(token_sha256)s::bytea AND session.closed_at IS NULL
    AND (session.asking_until IS NULL OR session.asking_until <= %(now)s)
    AND account.id = session.account_id
RETURNING session.token_sha256, session.account_id, account.esia_oid, account.level,
    account.seen_at AS asked_for, session.refresh_token

-- name: claim_due_sessions
-- Take the same for sessions that are used now and about whose people ESIA has not spoken since a time.
UPDATE identity.login_sessions session
SET asking_until = %(until)s, asked_at = %(now)s
FROM identity.accounts account
WHERE account.id = session.account_id AND session.token_sha256 IN (
    SELECT due.token_sha256
    FROM identity.login_sessions due
    JOIN identity.accounts of_due ON of_due.id = due.account_id
    WHERE due.refresh_token IS NOT NULL AND due.seen_at > %(used_since)s AND due.closed_at IS NULL
        AND due.expires_at > %(now)s
        AND of_due.seen_at <= %(asked_before)s
        AND (due.asked_at IS NULL OR due.asked_at <= %(tried_before)s)
        AND (due.asking_until IS NULL OR due.asking_until <= %(now)s)
    ORDER BY due.seen_at
    LIMIT %(most)s
    FOR UPDATE OF due SKIP LOCKED
)
RETURNING session.token_sha256, session.account_id, account.esia_oid, account.level,
    account.seen_at AS asked_for, session.refresh_token

-- name: save_refresh_token
-- Keep the token by which ESIA is asked the next time; NULL if there is none any more.
UPDATE identity.login_sessions SET refresh_token = %(refresh_token)s
WHERE token_sha256 = %(token_sha256)s AND closed_at IS NULL

-- name: release_session
-- Let others use the session's refresh token.
UPDATE identity.login_sessions SET asking_until = NULL WHERE token_sha256 = %(token_sha256)s

-- name: forget_idle_tokens
-- Forget the tokens of sessions that nobody has used for so long that they are over.
UPDATE identity.login_sessions SET refresh_token = NULL
WHERE refresh_token IS NOT NULL AND seen_at < %(before)s

-- name: erase_accounts
-- Erase the accounts of erased persons, with their roles and sessions.
DELETE FROM identity.accounts WHERE snils = ANY(%(snils)s::text[])
