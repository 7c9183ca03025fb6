-- name: cards
-- The cards of all regions, by name; or of one.
SELECT code, name, state, joined_on, export_days, authority_oids, notes
FROM pilot.regions
WHERE %(region)s::text IS NULL OR code = %(region)s::text
ORDER BY name

-- name: cards_of_authorities
-- The regions whose authority is one of these organisations.
SELECT code, name, state, joined_on, export_days, authority_oids, notes
FROM pilot.regions
WHERE authority_oids && %(oids)s::text[]
ORDER BY name

-- name: add_card
-- A new region; nothing if it is there.
INSERT INTO pilot.regions (code, name, state, joined_on, export_days, authority_oids, notes)
VALUES (%(code)s, %(name)s, %(state)s, %(joined_on)s, %(export_days)s, %(authority_oids)s, %(notes)s)
ON CONFLICT (code) DO NOTHING

-- name: change_card
-- Write a region's card anew.
UPDATE pilot.regions
SET name = %(name)s, state = %(state)s, joined_on = %(joined_on)s, export_days = %(export_days)s,
    authority_oids = %(authority_oids)s, notes = %(notes)s
WHERE code = %(code)s

-- name: contacts
-- A region's contacts, by role and name.
SELECT id, region, role, name, email, phone
FROM pilot.contacts
WHERE region = %(region)s
ORDER BY array_position('{authority,technical,vendor,on-call}', role), name, id

-- name: add_contact
-- A new contact, unless the region has too many.
INSERT INTO pilot.contacts (region, role, name, email, phone)
SELECT %(region)s, %(role)s, %(name)s, %(email)s, %(phone)s
WHERE (SELECT count(*) FROM pilot.contacts WHERE region = %(region)s) < %(most)s
RETURNING id

-- name: change_contact
-- Change a contact of a region.
UPDATE pilot.contacts SET role = %(role)s, name = %(name)s, email = %(email)s, phone = %(phone)s
WHERE id = %(id)s AND region = %(region)s

-- name: remove_contact
-- Remove a contact of a region.
DELETE FROM pilot.contacts WHERE id = %(id)s AND region = %(region)s

-- name: time_zones
-- The time zones of a region's schools.
SELECT time_zone AS name, count(*) AS schools
FROM people.current_organizations
WHERE region = %(region)s
GROUP BY time_zone
ORDER BY count(*) DESC, time_zone
LIMIT 12

-- name: school_counts
-- Schools of every region, and those of which a legal entity is verified.
SELECT school.region, count(*) AS schools, count(verified.organization_id) AS verified
FROM people.current_organizations school
LEFT JOIN people.verified_organizations verified
    ON verified.region = school.region AND verified.system_id = school.system_id
        AND verified.organization_id = school.organization_id AND verified.withdrawn_at IS NULL
WHERE school.kind = 'school'
GROUP BY school.region

-- name: missing_schools
-- Schools of a region without a verified legal entity, by name; those that had one come first.
SELECT school.system_id, school.organization_id, coalesce(school.short_name, school.name) AS name, school.ogrn,
    school.inn, school.kpp, school.address, contact.email, contact.phone, verified.withdrawn_at,
    verified.withdrawn_reason
FROM people.current_organizations school
JOIN people.school_contacts contact
    ON contact.region = school.region AND contact.system_id = school.system_id
        AND contact.organization_id = school.organization_id
LEFT JOIN people.verified_organizations verified
    ON verified.region = school.region AND verified.system_id = school.system_id
        AND verified.organization_id = school.organization_id
WHERE school.region = %(region)s AND school.kind = 'school'
    AND (verified.organization_id IS NULL OR verified.withdrawn_at IS NOT NULL)
ORDER BY verified.withdrawn_at IS NULL, name, school.system_id, school.organization_id
LIMIT %(limit)s OFFSET %(offset)s

-- name: keep_day
-- A region's readiness of a day; a later count of the same day replaces it.
INSERT INTO pilot.readiness_days (
    region, day, systems, conforming, on_time, fresh, stale, unavailable, schools, schools_verified, posts,
    posts_verified, counted_at
)
VALUES (
    %(region)s, %(day)s, %(systems)s, %(conforming)s, %(on_time)s, %(fresh)s, %(stale)s, %(unavailable)s,
    %(schools)s, %(schools_verified)s, %(posts)s, %(posts_verified)s, %(counted_at)s
)
ON CONFLICT (region, day) DO UPDATE
SET systems = excluded.systems, conforming = excluded.conforming, on_time = excluded.on_time,
    fresh = excluded.fresh, stale = excluded.stale, unavailable = excluded.unavailable,
    schools = excluded.schools, schools_verified = excluded.schools_verified, posts = excluded.posts,
    posts_verified = excluded.posts_verified, counted_at = excluded.counted_at

-- name: days
-- The days from one on until another, of all regions or of one.
SELECT region, day, systems, conforming, on_time, fresh, stale, unavailable, schools, schools_verified, posts,
    posts_verified, counted_at
FROM pilot.readiness_days
WHERE day >= %(first)s AND day < %(until)s AND (%(region)s::text IS NULL OR region = %(region)s::text)
ORDER BY region, day

-- name: erase_old_days
-- Days before a day.
DELETE FROM pilot.readiness_days WHERE day < %(before)s
