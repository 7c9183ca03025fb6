-- name: insert_request
-- A new request; no row if one about the same child and school is open.
INSERT INTO access_requests.requests (
    account_id, asker_oid, asker_snils, asker_last_name, asker_first_name, asker_birth_date, asks_for,
    child_snils, child_last_name, child_first_name, child_middle_name, child_birth_date, child_key,
    region, system_id, organization_id, class_name, comment, state, created_at, changed_at
)
VALUES (
    %(account_id)s, %(asker_oid)s, %(asker_snils)s, %(asker_last_name)s, %(asker_first_name)s,
    %(asker_birth_date)s, %(asks_for)s, %(child_snils)s, %(child_last_name)s, %(child_first_name)s,
    %(child_middle_name)s, %(child_birth_date)s, %(child_key)s, %(region)s, %(system_id)s,
    %(organization_id)s, %(class_name)s, %(comment)s, 'sent', %(now)s, %(now)s
)
ON CONFLICT (account_id, child_key, organization_id, system_id, region) WHERE state <> 'closed' DO NOTHING
RETURNING id

-- name: open_request_like
-- The open request about the same child and school, locked.
SELECT id FROM access_requests.requests
WHERE account_id = %(account_id)s AND child_key = %(child_key)s AND organization_id = %(organization_id)s
    AND system_id = %(system_id)s AND region = %(region)s AND state <> 'closed'
FOR UPDATE

-- name: lock_account
-- Requests of one person are counted and added one at a time.
SELECT pg_advisory_xact_lock(hashtextextended('access_requests ' || %(account_id)s::uuid::text, 0))

-- name: counts_of_account
-- How many requests of a person are open, and how many were sent since a time.
SELECT count(*) FILTER (WHERE state <> 'closed') AS open, count(*) FILTER (WHERE created_at > %(since)s) AS lately
FROM access_requests.requests
WHERE account_id = %(account_id)s

-- name: requests_of_account
-- The requests of a person, the newest first.
SELECT request.*
FROM access_requests.named_requests request
WHERE request.account_id = %(account_id)s
ORDER BY request.created_at DESC, request.id
LIMIT %(most)s

-- name: request_by_id
-- One request.
SELECT request.*
FROM access_requests.named_requests request
WHERE request.id = %(id)s

-- name: lock_request
-- The state of a request, until the transaction ends.
SELECT state FROM access_requests.requests WHERE id = %(id)s FOR UPDATE

-- name: events
-- The history of a request.
SELECT at, done_by, what, answer, words FROM access_requests.events WHERE request_id = %(id)s ORDER BY id

-- name: add_event
-- A step of the history.
INSERT INTO access_requests.events (request_id, at, done_by, what, answer, words)
VALUES (%(id)s, %(now)s, %(done_by)s, %(what)s, %(answer)s, %(words)s)

-- name: count_events
-- How often something was done to a request.
SELECT count(*) FROM access_requests.events WHERE request_id = %(id)s AND what = %(what)s

-- name: set_state
-- A request goes on.
UPDATE access_requests.requests
SET state = %(state)s, changed_at = %(now)s,
    answer = CASE WHEN %(state)s = 'sent' THEN NULL ELSE coalesce(%(answer)s, answer) END, closed_as = %(closed_as)s
WHERE id = %(id)s

-- name: requests_of_schools
-- Requests to some schools: those that wait first, then by age, the oldest first; closed ones last.
SELECT request.*
FROM access_requests.named_requests request
JOIN unnest(%(regions)s::text[], %(systems)s::text[], %(organizations)s::text[])
    own (region, system_id, organization_id)
    ON (own.region, own.system_id, own.organization_id)
        = (request.region, request.system_id, request.organization_id)
ORDER BY array_position(ARRAY['sent', 'seen', 'answered', 'closed'], request.state), request.created_at, request.id
LIMIT %(limit)s OFFSET %(offset)s

-- name: requests_without_school
-- Requests to schools that no head has confirmed, or that the export names no more; closed ones are left out.
SELECT request.*
FROM access_requests.named_requests request
WHERE request.state <> 'closed' AND NOT request.school_is_confirmed
ORDER BY array_position(ARRAY['sent', 'seen', 'answered'], request.state), request.created_at, request.id
LIMIT %(limit)s OFFSET %(offset)s

-- name: open_counts
-- Open requests of a region's schools: all, those that nobody has seen, those answered, and when the oldest was sent.
SELECT count(*) AS open, count(*) FILTER (WHERE state = 'sent') AS unseen,
    count(*) FILTER (WHERE state = 'answered') AS answered,
    min(created_at) FILTER (WHERE state IN ('sent', 'seen')) AS oldest
FROM access_requests.requests
WHERE region = %(region)s AND state <> 'closed'

-- name: systems_with_open
-- Systems to whose schools requests are open.
SELECT DISTINCT system_id AS name FROM access_requests.requests WHERE state <> 'closed' ORDER BY system_id

-- name: checked_after
-- After which package each system's open requests were looked at.
SELECT system_id, applied_at FROM access_requests.checks

-- name: set_checked
-- Open requests are looked at after this package.
INSERT INTO access_requests.checks (system_id, applied_at) VALUES (%(system_id)s, %(applied_at)s)
ON CONFLICT (system_id) DO UPDATE SET applied_at = excluded.applied_at

-- name: open_requests
-- Open requests after an id, of one system or of all, to be looked at in pieces.
SELECT request.*
FROM access_requests.named_requests request
WHERE state <> 'closed' AND (%(system_id)s::text IS NULL OR system_id = %(system_id)s::text) AND id > %(after)s
ORDER BY id
LIMIT %(limit)s

-- name: delete_closed
-- Closed requests whose term is over, with their history.
DELETE FROM access_requests.requests WHERE state = 'closed' AND changed_at < %(before)s

-- name: erase_persons
-- Requests of erased persons and about erased children.
DELETE FROM access_requests.requests
WHERE asker_snils = ANY(%(snils)s::text[]) OR child_snils = ANY(%(snils)s::text[])
