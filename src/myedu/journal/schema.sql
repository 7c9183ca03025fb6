CREATE SCHEMA journal;

-- Which region this journal belongs to: one journal, one region. Filled by the first load.
CREATE TABLE journal.region (
    code text NOT NULL CHECK (code ~ '^\d{2}$'),
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one)
);

-- ---------------------------------------------------------------------------
-- The roster: the nine tables of the periodic export, column by column.
-- Ids are text everywhere: they are opaque on the wire and pass 2^53.
-- ---------------------------------------------------------------------------

CREATE TABLE journal.organizations (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('school', 'college', 'extra')),
    time_zone text NOT NULL,
    short_name text,
    inn text,
    ogrn text,
    kpp text,
    oktmo text,
    esia_oid text,
    address text,
    email text,
    phone text,
    site text,
    parent_id text REFERENCES journal.organizations
);

CREATE TABLE journal.periods (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    organization_id text NOT NULL REFERENCES journal.organizations,
    academic_year int NOT NULL CHECK (academic_year BETWEEN 2000 AND 2100),
    kind text NOT NULL CHECK (kind IN ('year', 'half', 'trimester', 'quarter', 'module')),
    number int NOT NULL CHECK (number > 0),
    name text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on),
    parent_id text REFERENCES journal.periods,
    UNIQUE (organization_id, academic_year, kind, number)
);

CREATE TABLE journal.groups (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    organization_id text NOT NULL REFERENCES journal.organizations,
    academic_year int NOT NULL CHECK (academic_year BETWEEN 2000 AND 2100),
    kind text NOT NULL CHECK (kind IN ('class', 'subgroup', 'elective', 'individual')),
    name text NOT NULL,
    grade int CHECK (grade BETWEEN 0 AND 12),
    letter text,
    shift int CHECK (shift BETWEEN 1 AND 3),
    parent_id text REFERENCES journal.groups,
    CHECK (kind <> 'class' OR parent_id IS NULL)
);

CREATE TABLE journal.subjects (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    organization_id text NOT NULL REFERENCES journal.organizations,
    name text NOT NULL,
    short_name text,
    area text,
    federal_code text
);

CREATE TABLE journal.persons (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    last_name text NOT NULL,
    first_name text NOT NULL,
    middle_name text,
    birth_date date,
    sex text CHECK (sex IN ('m', 'f')),
    snils text UNIQUE CHECK (snils ~ '^\d{11}$'),
    esia_oid text UNIQUE
);

CREATE TABLE journal.enrollments (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    person_id text NOT NULL REFERENCES journal.persons,
    organization_id text NOT NULL REFERENCES journal.organizations,
    group_id text NOT NULL REFERENCES journal.groups,
    starts_on date NOT NULL,
    ends_on date CHECK (ends_on >= starts_on),
    status text
);
CREATE INDEX enrollments_by_person ON journal.enrollments (person_id, group_id);
CREATE INDEX enrollments_by_group ON journal.enrollments (group_id);

CREATE TABLE journal.guardianships (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    guardian_id text NOT NULL REFERENCES journal.persons,
    child_id text NOT NULL REFERENCES journal.persons CHECK (child_id <> guardian_id),
    starts_on date NOT NULL,
    relation text,
    verified_at timestamptz,
    ends_on date CHECK (ends_on >= starts_on),
    revoked_at timestamptz
);
CREATE INDEX guardianships_by_child ON journal.guardianships (child_id);

CREATE TABLE journal.staff (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    person_id text NOT NULL REFERENCES journal.persons,
    organization_id text NOT NULL REFERENCES journal.organizations,
    role text NOT NULL CHECK (role IN ('teacher', 'class_teacher', 'deputy', 'head', 'administrator')),
    position text,
    starts_on date,
    ends_on date CHECK (ends_on >= starts_on)
);
CREATE INDEX staff_by_person ON journal.staff (person_id);

CREATE TABLE journal.teaching (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    staff_id text NOT NULL REFERENCES journal.staff,
    group_id text NOT NULL REFERENCES journal.groups,
    subject_id text NOT NULL REFERENCES journal.subjects,
    starts_on date,
    ends_on date CHECK (ends_on >= starts_on)
);
CREATE INDEX teaching_by_group ON journal.teaching (group_id);

-- ---------------------------------------------------------------------------
-- The school day.
-- ---------------------------------------------------------------------------

-- Bells belong to a shift and to whom they ring (first classes have shorter lessons), not to a school.
CREATE TABLE journal.bell_schedules (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES journal.organizations,
    name text NOT NULL,
    shift int NOT NULL DEFAULT 1 CHECK (shift BETWEEN 1 AND 3)
);

CREATE TABLE journal.bells (
    bell_schedule_id text NOT NULL REFERENCES journal.bell_schedules,
    number int NOT NULL CHECK (number BETWEEN 0 AND 12),
    part int NOT NULL DEFAULT 1 CHECK (part IN (1, 2)), -- a lesson may be cut in two by lunch
    starts time NOT NULL,
    ends time NOT NULL CHECK (ends > starts),
    PRIMARY KEY (bell_schedule_id, number, part)
);

CREATE TABLE journal.group_bells (
    group_id text PRIMARY KEY REFERENCES journal.groups,
    bell_schedule_id text NOT NULL REFERENCES journal.bell_schedules
);

-- The weekly plan out of which lessons are made.
CREATE TABLE journal.timetable (
    id text PRIMARY KEY,
    group_id text NOT NULL REFERENCES journal.groups,
    subject_id text NOT NULL REFERENCES journal.subjects,
    staff_id text REFERENCES journal.staff,
    weekday int NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    number int NOT NULL CHECK (number BETWEEN 0 AND 12),
    room text,
    starts_on date NOT NULL,
    ends_on date NOT NULL CHECK (ends_on >= starts_on)
);
CREATE INDEX timetable_by_group ON journal.timetable (group_id);

CREATE TABLE journal.lessons (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    group_id text NOT NULL REFERENCES journal.groups,
    subject_id text NOT NULL REFERENCES journal.subjects,
    day date NOT NULL, -- the school's local date
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > starts_at),
    number int CHECK (number BETWEEN 0 AND 12),
    kind text NOT NULL DEFAULT 'lesson' CHECK (kind IN ('lesson', 'extra')),
    status text NOT NULL DEFAULT 'planned' CHECK (status IN ('planned', 'held', 'cancelled', 'moved')),
    room text,
    topic text,
    online text CHECK (online ~ '^https?://'),
    online_title text CHECK (online_title IS NULL OR online IS NOT NULL),
    -- What a substituted or moved lesson stands in for.
    replaces_subject_id text REFERENCES journal.subjects,
    replaces_staff_id text REFERENCES journal.staff,
    replaces_lesson_id text REFERENCES journal.lessons,
    replaces_room text
);
CREATE INDEX lessons_by_group_day ON journal.lessons (group_id, day);

CREATE TABLE journal.lesson_teachers (
    lesson_id text NOT NULL REFERENCES journal.lessons,
    staff_id text NOT NULL REFERENCES journal.staff,
    PRIMARY KEY (lesson_id, staff_id)
);
CREATE INDEX lesson_teachers_by_staff ON journal.lesson_teachers (staff_id, lesson_id);

-- Who was in the video lesson, as the portal told it last.
CREATE TABLE journal.lesson_presence (
    lesson_id text NOT NULL REFERENCES journal.lessons,
    person_id text NOT NULL REFERENCES journal.persons,
    joined_at timestamptz NOT NULL,
    seconds int NOT NULL CHECK (seconds >= 0), -- all visits together
    PRIMARY KEY (lesson_id, person_id)
);

CREATE TABLE journal.files (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    name text NOT NULL,
    media_type text NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE journal.homework (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    group_id text NOT NULL REFERENCES journal.groups,
    subject_id text NOT NULL REFERENCES journal.subjects,
    due_on date NOT NULL,
    lesson_id text REFERENCES journal.lessons, -- where it is due
    set_lesson_id text REFERENCES journal.lessons,
    set_on date CHECK (set_on <= due_on),
    text text NOT NULL DEFAULT '',
    -- «Не задано», said by the teacher. No row at all: nobody has filled it in yet.
    none boolean NOT NULL DEFAULT false,
    person_id text REFERENCES journal.persons, -- set to one pupil only
    minutes int CHECK (minutes BETWEEN 1 AND 600),
    CHECK (none = (text = ''))
);
CREATE INDEX homework_by_group_due ON journal.homework (group_id, due_on);

CREATE TABLE journal.homework_links (
    homework_id text NOT NULL REFERENCES journal.homework,
    position int NOT NULL CHECK (position > 0),
    name text NOT NULL,
    url text NOT NULL CHECK (url ~ '^https?://'),
    PRIMARY KEY (homework_id, position)
);

CREATE TABLE journal.homework_files (
    homework_id text NOT NULL REFERENCES journal.homework,
    file_id text NOT NULL REFERENCES journal.files,
    PRIMARY KEY (homework_id, file_id)
);

CREATE TABLE journal.marks (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    person_id text NOT NULL REFERENCES journal.persons,
    subject_id text NOT NULL REFERENCES journal.subjects,
    day date NOT NULL,
    value text NOT NULL CHECK (value <> ''),
    scale text NOT NULL DEFAULT '5',
    weight double precision NOT NULL DEFAULT 1 CHECK (weight >= 0),
    lesson_id text REFERENCES journal.lessons,
    work_kind text NOT NULL DEFAULT 'answer',
    work_name text,
    position int NOT NULL DEFAULT 1 CHECK (position > 0), -- 2 is the second half of «5/4»
    comment text,
    counts boolean NOT NULL DEFAULT true,
    set_at timestamptz
);
CREATE INDEX marks_by_person_day ON journal.marks (person_id, day);

CREATE TABLE journal.attendance (
    person_id text NOT NULL REFERENCES journal.persons,
    lesson_id text NOT NULL REFERENCES journal.lessons,
    day date NOT NULL,
    code text NOT NULL CHECK (code IN ('absent', 'excused', 'ill', 'late', 'exempt')),
    reason text,
    minutes int CHECK (minutes > 0),
    PRIMARY KEY (person_id, lesson_id),
    CHECK (minutes IS NULL OR code = 'late')
);
CREATE INDEX attendance_by_person_day ON journal.attendance (person_id, day);

CREATE TABLE journal.final_marks (
    id text PRIMARY KEY CHECK (id ~ '^[!-~]{1,64}$'),
    updated_at timestamptz NOT NULL,
    person_id text NOT NULL REFERENCES journal.persons,
    subject_id text NOT NULL REFERENCES journal.subjects,
    academic_year int NOT NULL,
    kind text NOT NULL CHECK (kind IN ('period', 'year', 'exam', 'final')),
    period_id text REFERENCES journal.periods CHECK (kind <> 'period' OR period_id IS NOT NULL),
    value text NOT NULL CHECK (value <> ''),
    scale text NOT NULL DEFAULT '5',
    average double precision,
    set_by text NOT NULL DEFAULT 'teacher' CHECK (set_by IN ('teacher', 'computed'))
);
CREATE INDEX final_marks_by_person ON journal.final_marks (person_id, academic_year);

-- ---------------------------------------------------------------------------
-- The feed of changes: whose diary changed, and what in it.
-- ---------------------------------------------------------------------------

-- The cursor is (xid, seq). A transaction that began earlier may commit later, so a reader is only shown
-- transactions below the oldest one still running: nothing ever appears behind a cursor already given out.
CREATE TABLE journal.changes (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    person_id text NOT NULL,
    what text NOT NULL,
    first_day date,
    last_day date,
    PRIMARY KEY (xid, seq)
);

-- A bulk load says SET LOCAL journal.bulk = 'on': a school that is new is nobody's change.
CREATE FUNCTION journal.is_bulk() RETURNS boolean LANGUAGE sql STABLE
    RETURN coalesce(current_setting('journal.bulk', true), '') = 'on';

CREATE FUNCTION journal.note_of_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal.changes (person_id, what, first_day, last_day)
    SELECT person_id, TG_ARGV[0], min(day), max(day) FROM changed GROUP BY person_id;
    RETURN NULL;
END $$;

CREATE FUNCTION journal.note_of_final_mark() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal.changes (person_id, what)
    SELECT DISTINCT person_id, 'final-marks' FROM changed;
    RETURN NULL;
END $$;

CREATE FUNCTION journal.note_of_lesson() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal.changes (person_id, what, first_day, last_day)
    SELECT e.person_id, 'schedule', min(changed.day), max(changed.day)
    FROM changed
    JOIN journal.enrollments e ON e.group_id = changed.group_id
        AND changed.day BETWEEN e.starts_on AND coalesce(e.ends_on, 'infinity')
    GROUP BY e.person_id;
    RETURN NULL;
END $$;

CREATE FUNCTION journal.note_of_homework() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO journal.changes (person_id, what, first_day, last_day)
    SELECT e.person_id, 'homework', min(changed.due_on), max(changed.due_on)
    FROM changed
    JOIN journal.enrollments e ON e.group_id = changed.group_id
        AND changed.due_on BETWEEN e.starts_on AND coalesce(e.ends_on, 'infinity')
        AND e.person_id = coalesce(changed.person_id, e.person_id)
    GROUP BY e.person_id;
    RETURN NULL;
END $$;

-- One trigger an event: transition tables allow no list. An update that takes a row from one person, group
-- or day to another is noted for both ends by the pair of triggers on its old and its new rows.
DO $$
DECLARE
    noted record;
BEGIN
    FOR noted IN
        SELECT * FROM (VALUES
            ('marks', 'note_of_person', '''marks'''),
            ('attendance', 'note_of_person', '''attendance'''),
            ('final_marks', 'note_of_final_mark', ''),
            ('lessons', 'note_of_lesson', ''),
            ('homework', 'note_of_homework', '')
        ) AS t (table_name, function_name, argument)
    LOOP
        EXECUTE format(
            'CREATE TRIGGER note_insert AFTER INSERT ON journal.%I REFERENCING NEW TABLE AS changed'
            ' FOR EACH STATEMENT WHEN (NOT journal.is_bulk()) EXECUTE FUNCTION journal.%I(%s)',
            noted.table_name, noted.function_name, noted.argument);
        EXECUTE format(
            'CREATE TRIGGER note_update_new AFTER UPDATE ON journal.%I REFERENCING NEW TABLE AS changed'
            ' FOR EACH STATEMENT WHEN (NOT journal.is_bulk()) EXECUTE FUNCTION journal.%I(%s)',
            noted.table_name, noted.function_name, noted.argument);
        EXECUTE format(
            'CREATE TRIGGER note_update_old AFTER UPDATE ON journal.%I REFERENCING OLD TABLE AS changed'
            ' FOR EACH STATEMENT WHEN (NOT journal.is_bulk()) EXECUTE FUNCTION journal.%I(%s)',
            noted.table_name, noted.function_name, noted.argument);
        EXECUTE format(
            'CREATE TRIGGER note_delete AFTER DELETE ON journal.%I REFERENCING OLD TABLE AS changed'
            ' FOR EACH STATEMENT WHEN (NOT journal.is_bulk()) EXECUTE FUNCTION journal.%I(%s)',
            noted.table_name, noted.function_name, noted.argument);
    END LOOP;
END $$;
