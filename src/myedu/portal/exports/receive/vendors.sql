-- name: register_key
-- The public key of a system's vendor, in place of an earlier one.
INSERT INTO exports.vendor_keys (system_id, public_key, registered_at)
VALUES (%(system_id)s, %(public_key)s, %(now)s)
ON CONFLICT (system_id) DO UPDATE
SET public_key = excluded.public_key, registered_at = excluded.registered_at

-- name: forget_tokens
-- Tokens of an earlier key end.
DELETE FROM exports.access_tokens WHERE system_id = %(system_id)s

-- name: public_key
-- The key of a system's vendor.
SELECT public_key FROM exports.vendor_keys WHERE system_id = %(system_id)s

-- name: use_assertion
-- Use an assertion; no row if it was used before.
INSERT INTO exports.used_assertions (system_id, jti, expires_at)
VALUES (%(system_id)s, %(jti)s, %(expires_at)s)
ON CONFLICT DO NOTHING
RETURNING jti

-- name: forget_assertions
-- Expired assertions, which can't be replayed any more, and expired tokens.
WITH over AS (DELETE FROM exports.access_tokens WHERE expires_at < %(before)s)
DELETE FROM exports.used_assertions WHERE expires_at < %(before)s

-- name: keep_token
-- A token for a vendor's system.
INSERT INTO exports.access_tokens (token_sha256, system_id, expires_at)
VALUES (%(token_sha256)s, %(system_id)s, %(expires_at)s)

-- name: system_of
-- Whose token this is.
SELECT system_id FROM exports.access_tokens
WHERE token_sha256 = %(token_sha256)s AND expires_at > %(now)s
