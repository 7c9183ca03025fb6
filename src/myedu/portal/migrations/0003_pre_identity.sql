-- Signing in with ESIA: accounts, what they may act for, sessions. Tokens are stored only as SHA-256.
CREATE SCHEMA identity;

CREATE TABLE identity.accounts (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    esia_oid text NOT NULL UNIQUE,
    snils text CHECK (snils ~ '^[0-9]{11}$'),
    first_name text NOT NULL,
    last_name text NOT NULL,
    middle_name text,
    birth_date date,
    -- ESIA's word: PR confirmed, KD a child's, P neither.
    level text NOT NULL,
    trusted boolean NOT NULL,
    created_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    CHECK (NOT trusted OR level IN ('PR', 'KD'))
);

-- The organisations an account acts for, as ESIA said at the last sign-in; replaced whole at each.
CREATE TABLE identity.account_roles (
    account_id uuid NOT NULL REFERENCES identity.accounts ON DELETE CASCADE,
    organization_oid text NOT NULL,
    organization_name text NOT NULL,
    organization_ogrn text,
    chief boolean NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, organization_oid)
);

CREATE TABLE identity.login_sessions (
    token_sha256 bytea PRIMARY KEY CHECK (octet_length(token_sha256) = 32),
    account_id uuid NOT NULL REFERENCES identity.accounts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    closed_at timestamptz,
    CHECK (expires_at > created_at)
);
CREATE INDEX login_sessions_account ON identity.login_sessions (account_id);

-- A sign-in that was begun: its state is used once, by the browser that began it, before it expires.
CREATE TABLE identity.sign_in_attempts (
    state_sha256 bytea PRIMARY KEY CHECK (octet_length(state_sha256) = 32),
    browser_sha256 bytea NOT NULL CHECK (octet_length(browser_sha256) = 32),
    -- PKCE: ESIA wants the verifier itself back, so it can't be stored as a sum.
    code_verifier text NOT NULL,
    return_to text NOT NULL CHECK (return_to ~ '^/'),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CHECK (expires_at > created_at)
);
CREATE INDEX sign_in_attempts_expires ON identity.sign_in_attempts (expires_at);

-- Who holds this session now; inlined like people.visible_students, so that a page stays one statement.
CREATE FUNCTION identity.viewer_of(token_sha256 bytea, at timestamptz) RETURNS TABLE (
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
$$;
