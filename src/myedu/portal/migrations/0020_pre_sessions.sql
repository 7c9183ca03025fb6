-- Sessions that end when nobody uses them, that their owner can tell apart and close, and by which ESIA is asked
-- again for roles and children.
ALTER TABLE identity.login_sessions
    -- To some minutes: not every page is written down.
    ADD COLUMN seen_at timestamptz NOT NULL DEFAULT now(),
    ADD COLUMN idle_limit interval NOT NULL DEFAULT '14 days',
    -- Browser and system, such as «Chrome, Android»; empty if unknown.
    ADD COLUMN device text NOT NULL DEFAULT '',
    -- Encrypted by kit/encryption.py under the session's name. ESIA takes each token once.
    ADD COLUMN refresh_token bytea,
    -- The last attempt to ask ESIA, and until when nobody else may use the token.
    ADD COLUMN asked_at timestamptz,
    ADD COLUMN asking_until timestamptz;

CREATE INDEX login_sessions_seen ON identity.login_sessions (seen_at) WHERE refresh_token IS NOT NULL;
CREATE INDEX login_sessions_expires ON identity.login_sessions (expires_at);
-- By which accounts of erased persons are found.
CREATE INDEX accounts_snils ON identity.accounts (snils) WHERE snils IS NOT NULL;

CREATE OR REPLACE FUNCTION identity.viewer_of(token_sha256 bytea, at timestamptz) RETURNS TABLE (
    account_id uuid, esia_oid text, snils text, trusted boolean, level text,
    first_name text, last_name text, birth_date date
) LANGUAGE sql STABLE AS $$
    SELECT account.id, account.esia_oid, account.snils, account.trusted, account.level,
        account.first_name, account.last_name, account.birth_date
    FROM identity.login_sessions session
    JOIN identity.accounts account ON account.id = session.account_id
    WHERE session.token_sha256 = viewer_of.token_sha256
        AND session.closed_at IS NULL
        AND session.expires_at > viewer_of.at
        AND session.seen_at + session.idle_limit > viewer_of.at
$$;
