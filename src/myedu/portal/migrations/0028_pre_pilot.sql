-- The pilot's regions: a card for each, whom to write to, and how ready each was on every day.
CREATE SCHEMA pilot;

CREATE TABLE pilot.regions (
    code text PRIMARY KEY CHECK (code ~ '^[0-9]{2}$'),
    name text NOT NULL CHECK (name <> ''),
    state text NOT NULL CHECK (state IN ('registered', 'joining', 'connected', 'paused')),
    joined_on date,
    -- A package is agreed at least every so many days.
    export_days integer NOT NULL CHECK (export_days BETWEEN 1 AND 31),
    -- ESIA's oids of the region's authority, whose people are its officers.
    authority_oids text[] NOT NULL,
    notes text NOT NULL
);

CREATE TABLE pilot.contacts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    region text NOT NULL REFERENCES pilot.regions,
    role text NOT NULL CHECK (role IN ('authority', 'technical', 'vendor', 'on-call')),
    name text NOT NULL CHECK (name <> ''),
    email text NOT NULL,
    phone text NOT NULL,
    CHECK (email <> '' OR phone <> '')
);
CREATE INDEX contacts_region ON pilot.contacts (region);

-- Counted every night, for the trend.
CREATE TABLE pilot.readiness_days (
    region text NOT NULL REFERENCES pilot.regions,
    day date NOT NULL,
    systems integer NOT NULL,
    -- Of them: with a passed conformance report that is not too old; with an export in time.
    conforming integer NOT NULL,
    on_time integer NOT NULL,
    -- What families and teachers saw of the journals in the last day.
    fresh bigint NOT NULL,
    stale bigint NOT NULL,
    unavailable bigint NOT NULL,
    schools integer NOT NULL,
    schools_verified integer NOT NULL,
    posts integer NOT NULL,
    posts_verified integer NOT NULL,
    counted_at timestamptz NOT NULL,
    PRIMARY KEY (region, day)
);

INSERT INTO pilot.regions (code, name, state, export_days, authority_oids, notes)
SELECT code, name, 'registered', 1, '{}', ''
FROM (VALUES
    ('14', 'Республика Саха (Якутия)'),
    ('16', 'Республика Татарстан'),
    ('25', 'Приморский край'),
    ('39', 'Калининградская область'),
    ('50', 'Московская область'),
    ('52', 'Нижегородская область'),
    ('54', 'Новосибирская область'),
    ('61', 'Ростовская область'),
    ('78', 'Санкт-Петербург'),
    ('86', 'Ханты-Мансийский автономный округ — Югра')
) pilot (code, name);

-- Where systems are registered before the card is looked at: they are being connected.
UPDATE pilot.regions SET state = 'joining' WHERE code IN (SELECT region FROM people.systems);

-- How a school can be reached, as its export says.
CREATE VIEW people.school_contacts AS
SELECT region, system_id, id AS organization_id, email, phone
FROM people.organizations
WHERE archived_at IS NULL;
