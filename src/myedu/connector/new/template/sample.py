"""Делает journal.sqlite: маленькая выдуманная школа, уроки двух недель назад и двух вперёд.

Когда journal.py будет смотреть в вашу базу, этот файл не понадобится.
"""

import sqlite3
from datetime import date, datetime, time, timedelta
from pathlib import Path

SCHEMA = """
CREATE TABLE school (id INTEGER PRIMARY KEY, name TEXT, inn TEXT, time_zone TEXT);
CREATE TABLE quarter (id INTEGER PRIMARY KEY, school INTEGER, year INTEGER, number INTEGER, name TEXT,
                      first TEXT, last TEXT);
CREATE TABLE class (id INTEGER PRIMARY KEY, school INTEGER, year INTEGER, name TEXT, grade INTEGER);
CREATE TABLE subject (id INTEGER PRIMARY KEY, school INTEGER, name TEXT);
CREATE TABLE person (id INTEGER PRIMARY KEY, last_name TEXT, first_name TEXT, middle_name TEXT, birth TEXT,
                     snils TEXT);
CREATE TABLE pupil (person INTEGER PRIMARY KEY, class INTEGER, since TEXT);
CREATE TABLE parent (id INTEGER PRIMARY KEY, parent INTEGER, child INTEGER, since TEXT);
CREATE TABLE teacher (id INTEGER PRIMARY KEY, person INTEGER, school INTEGER);
CREATE TABLE teaches (id INTEGER PRIMARY KEY, teacher INTEGER, class INTEGER, subject INTEGER);
CREATE TABLE lesson (id INTEGER PRIMARY KEY, class INTEGER, subject INTEGER, teacher INTEGER, number INTEGER,
                     begins TEXT, room TEXT, topic TEXT);
CREATE TABLE task (id INTEGER PRIMARY KEY, lesson INTEGER, body TEXT);  -- body '' значит «не задано»
CREATE TABLE mark (id INTEGER PRIMARY KEY, lesson INTEGER, pupil INTEGER, value TEXT, weight REAL);
CREATE TABLE absence (lesson INTEGER, pupil INTEGER, code TEXT, PRIMARY KEY (lesson, pupil));
"""
SUBJECTS = ("Алгебра", "Русский язык", "История", "Физика")
SNILS = (  # у каждого свой, как в порядке людей ниже: по нему портал узнаёт семью
    "25000000159",
    "25000000260",
    "25000000361",
    "25000000462",
    "25000000563",
    "25000000664",
    "25000000765",
)
PUPILS = ("Соколова Анна Ильинична", "Ким Тимур Олегович", "Орлов Денис Петрович")
PARENTS = ("Соколова Мария Сергеевна", "Ким Ольга Ивановна", "Орлов Пётр Андреевич")
BELLS = (time(8, 30), time(9, 25), time(10, 20))


def main(path: Path = Path("journal.sqlite"), today: date | None = None) -> None:
    """Пишет базу заново."""
    today = today or date.today()
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        db.executescript(SCHEMA)
        people(db, today)
        monday = today - timedelta(days=today.weekday() + 14)
        days = (monday + timedelta(days=n) for n in range(35))
        for day in (day for day in days if day.weekday() < 5):
            lessons(db, day, is_past=day <= today)
    print(f"{path}: школа, {len(PUPILS)} ученика; спросите об ученике 1")


def people(db: sqlite3.Connection, today: date) -> None:
    """Школа, класс, предметы и люди на учебный год этого дня."""
    year = today.year if today.month >= 8 else today.year - 1
    since = f"{year}-09-01"
    db.execute(
        "INSERT INTO school VALUES (1, 'Школа № 7 посёлка Лазурный', '2500000000', 'Asia/Vladivostok')"
    )
    db.execute("INSERT INTO quarter VALUES (1, 1, ?, 1, '1 четверть', ?, ?)", [year, since, f"{year}-10-25"])
    db.execute("INSERT INTO class VALUES (1, 1, ?, '9 «Б»', 9)", [year])
    db.executemany("INSERT INTO subject VALUES (?, 1, ?)", enumerate(SUBJECTS, 1))
    for number, name in enumerate((*PUPILS, *PARENTS, "Светлова Анна Павловна"), 1):
        birth = f"{year - 15 if number <= len(PUPILS) else year - 40}-05-1{number}"
        values = [number, *name.split(), birth, SNILS[number - 1]]
        db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)", values)
    for child in range(1, len(PUPILS) + 1):
        db.execute("INSERT INTO pupil VALUES (?, 1, ?)", [child, since])
        db.execute("INSERT INTO parent VALUES (?, ?, ?, ?)", [child, child + len(PUPILS), child, since])
    db.execute("INSERT INTO teacher VALUES (1, 7, 1)")
    db.executemany("INSERT INTO teaches VALUES (?, 1, 1, ?)", [(n, n) for n in range(1, len(SUBJECTS) + 1)])


def lessons(db: sqlite3.Connection, day: date, is_past: bool) -> None:
    """Уроки одного дня; у прошедших есть темы, отметки и опоздания."""
    for number, begins in enumerate(BELLS, 1):
        subject = (day.toordinal() + number) % len(SUBJECTS) + 1
        lesson = db.execute(
            "INSERT INTO lesson (class, subject, teacher, number, begins, room, topic)"
            " VALUES (1, ?, 1, ?, ?, '204', ?)",
            [subject, number, datetime.combine(day, begins).isoformat(), "Повторение" if is_past else None],
        ).lastrowid
        if number == 1:
            db.execute("INSERT INTO task (lesson, body) VALUES (?, '№ 312, 315')", [lesson])
        if number == 2:
            db.execute("INSERT INTO task (lesson, body) VALUES (?, '')", [lesson])
        if is_past and number == 3:
            pupil, value = day.toordinal() % len(PUPILS) + 1, str(3 + day.toordinal() % 3)
            db.execute(
                "INSERT INTO mark (lesson, pupil, value, weight) VALUES (?, ?, ?, 1)", [lesson, pupil, value]
            )
            db.execute("INSERT INTO absence VALUES (?, ?, 'late')", [lesson, pupil % len(PUPILS) + 1])


if __name__ == "__main__":
    main()
