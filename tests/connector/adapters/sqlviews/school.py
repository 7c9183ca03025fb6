"""An invented school in a vendor's own tables, and the views over them: SQL that every database reads."""

from datetime import date, timedelta

ZONE = "Asia/Yakutsk"
PUPIL, OTHER, TEACHER, MOTHER = "1", "2", "1", "5"

TABLES = """
CREATE TABLE sch (id INTEGER PRIMARY KEY, title VARCHAR(200), tz VARCHAR(40));
CREATE TABLE term (id INTEGER PRIMARY KEY, year INTEGER, no INTEGER, begins DATE, ends DATE);
CREATE TABLE form (id INTEGER PRIMARY KEY, title VARCHAR(40), kind VARCHAR(20), year INTEGER);
CREATE TABLE discipline (id INTEGER PRIMARY KEY, title VARCHAR(100));
CREATE TABLE human (id INTEGER PRIMARY KEY, family VARCHAR(50), given VARCHAR(50), father VARCHAR(50),
                    born DATE);
CREATE TABLE studies (id INTEGER PRIMARY KEY, human INTEGER, form INTEGER, since DATE, until DATE);
CREATE TABLE family (id INTEGER PRIMARY KEY, adult INTEGER, child INTEGER, since DATE);
CREATE TABLE works (id INTEGER PRIMARY KEY, human INTEGER);
CREATE TABLE teaches (id INTEGER PRIMARY KEY, works INTEGER, form INTEGER, discipline INTEGER);
CREATE TABLE hour (id INTEGER PRIMARY KEY, form INTEGER, discipline INTEGER, works INTEGER, no INTEGER,
                   day DATE, begins TIMESTAMP, ends TIMESTAMP, room VARCHAR(20));
CREATE TABLE task (id INTEGER PRIMARY KEY, hour INTEGER, body VARCHAR(500), human INTEGER);
CREATE TABLE note (id INTEGER PRIMARY KEY, hour INTEGER, human INTEGER, value VARCHAR(5), weight INTEGER);
CREATE TABLE away (hour INTEGER, human INTEGER, code VARCHAR(20), PRIMARY KEY (hour, human));
CREATE TABLE final (id INTEGER PRIMARY KEY, human INTEGER, discipline INTEGER, term INTEGER, value VARCHAR(5))
"""

VIEWS = """
CREATE VIEW v_organizations AS SELECT id, title AS name, 'school' AS kind, tz AS time_zone FROM sch;
CREATE VIEW v_periods AS SELECT id, 1 AS organization_id, year AS academic_year, 'quarter' AS kind,
    no AS number, 'Четверть ' || no AS name, begins AS starts_on, ends AS ends_on FROM term;
CREATE VIEW v_groups AS SELECT id, 1 AS organization_id, year AS academic_year, kind, title AS name FROM form;
CREATE VIEW v_subjects AS SELECT id, 1 AS organization_id, title AS name FROM discipline;
CREATE VIEW v_persons AS SELECT id, family AS last_name, given AS first_name, father AS middle_name,
    born AS birth_date FROM human;
CREATE VIEW v_enrollments AS SELECT id, human AS person_id, 1 AS organization_id, form AS group_id,
    since AS starts_on, until AS ends_on FROM studies;
CREATE VIEW v_guardianships AS SELECT id, adult AS guardian_id, child AS child_id, since AS starts_on
    FROM family;
CREATE VIEW v_lessons AS SELECT id, form AS group_id, discipline AS subject_id, works AS staff_id,
    no AS number, day, begins AS starts_at, ends AS ends_at, room FROM hour;
CREATE VIEW v_homework AS SELECT t.id, h.form AS group_id, h.discipline AS subject_id, h.day AS due_on,
    t.hour AS lesson_id, t.body AS text, CASE WHEN t.body = '' THEN 1 ELSE 0 END AS none, t.human AS person_id
    FROM task t JOIN hour h ON h.id = t.hour;
CREATE VIEW v_marks AS SELECT n.id, n.human AS person_id, h.discipline AS subject_id, h.day,
    n.hour AS lesson_id, n.value, n.weight FROM note n JOIN hour h ON h.id = n.hour
"""

OPTIONAL_VIEWS = """
CREATE VIEW v_staff AS SELECT id, human AS person_id, 1 AS organization_id, 'teacher' AS role
    FROM works;
CREATE VIEW v_teaching AS SELECT id, works AS staff_id, form AS group_id, discipline AS subject_id
    FROM teaches;
CREATE VIEW v_attendance AS SELECT a.human AS person_id, a.hour AS lesson_id, h.day, a.code,
    h.discipline AS subject_id FROM away a JOIN hour h ON h.id = a.hour;
CREATE VIEW v_final_marks AS SELECT f.id, f.human AS person_id, f.discipline AS subject_id,
    f.term AS period_id, t.year AS academic_year, 'period' AS kind, f.value FROM final f
    JOIN term t ON t.id = f.term
"""

SUBJECTS = ("Алгебра", "Якутский язык", "История")
PEOPLE = (
    "Ефимова Нарыйа Степановна", "Попов Эрчим Васильевич",  # pupils
    "Светлова Анна Павловна", "Ильин Пётр Сергеевич",  # teachers
    "Ефимова Мария Егоровна", "Попов Василий Иванович",  # parents
)  # fmt: skip


def year_of(today: date) -> int:
    return today.year if today.month >= 8 else today.year - 1


def statements(today: date) -> list[str]:
    """Tables, rows from two weeks ago to two weeks ahead, views."""
    return [*_split(TABLES), *_people(today), *_days(today), *_split(VIEWS), *_split(OPTIONAL_VIEWS)]


def _split(script: str) -> list[str]:
    return script.split(";")


def _people(today: date) -> list[str]:
    year = year_of(today)
    since = f"{year}-09-01"
    return [
        f"INSERT INTO sch VALUES (1, 'Школа № 3 села Лесное', '{ZONE}')",
        f"INSERT INTO term VALUES (1, {year}, 1, '{since}', '{year}-10-25')",
        f"INSERT INTO form VALUES (1, '7 «А»', 'class', {year}), (2, '7 «А», группа 2', 'subgroup', {year})",
        *(f"INSERT INTO discipline VALUES ({n}, '{name}')" for n, name in enumerate(SUBJECTS, 1)),
        *(
            "INSERT INTO human VALUES ({}, '{}', '{}', '{}', '{}-03-04')".format(
                n, *name.split(), year - (13 if n < 3 else 40)
            )
            for n, name in enumerate(PEOPLE, 1)
        ),
        f"INSERT INTO studies VALUES (1, 1, 1, '{since}', NULL), (2, 2, 1, '{since}', NULL)",
        f"INSERT INTO studies VALUES (3, 1, 2, '{since}', NULL)",
        f"INSERT INTO family VALUES (1, 5, 1, '{year - 13}-03-04'), (2, 6, 2, '{year - 13}-03-04')",
        "INSERT INTO works VALUES (1, 3), (2, 4)",
        "INSERT INTO teaches VALUES (1, 1, 1, 1), (2, 1, 1, 2), (3, 1, 1, 3), (4, 2, 2, 2)",
        "INSERT INTO final VALUES (1, 1, 1, 1, '5')",
    ]


def _days(today: date) -> list[str]:
    monday = today - timedelta(days=today.weekday() + 14)
    days = (monday + timedelta(days=n) for n in range(35))
    return [line for day in days if day.weekday() < 5 for line in _day(day, is_past=day < today)]


def _day(day: date, *, is_past: bool) -> list[str]:
    """Three lessons of the class; at the second the subgroup has one of its own."""
    first = day.toordinal() * 10
    lines = []
    for no, form in ((1, 1), (2, 1), (3, 1), (2, 2)):
        hour = first + no if form == 1 else first + 9
        subject, teacher = (no, 1) if form == 1 else (2, 2)
        begins, ends = f"{day}T{8 + no:02d}:00:00", f"{day}T{8 + no:02d}:40:00"
        lines.append(
            f"INSERT INTO hour VALUES ({hour}, {form}, {subject}, {teacher}, {no}, '{day}', '{begins}',"
            f" '{ends}', '20{no}')"
        )
    lines.append(f"INSERT INTO task VALUES ({first + 1}, {first + 1}, 'п. 14, № 5', NULL)")
    lines.append(f"INSERT INTO task VALUES ({first + 2}, {first + 3}, '', NULL)")
    lines.append(f"INSERT INTO task VALUES ({first + 3}, {first + 1}, 'доклад', 2)")
    if is_past:
        lines.append(f"INSERT INTO note VALUES ({first + 1}, {first + 1}, 1, '{3 + day.toordinal() % 3}', 1)")
        lines.append(f"INSERT INTO away VALUES ({first + 3}, 2, 'late')")
    return lines
