"""A vendor's database as it might be: a schema unlike the template's, text keys, times in UTC seconds."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from myedu.contract.snils import make_snils

ZONE = ZoneInfo("Asia/Yakutsk")
SCHEMA = """
CREATE TABLE orgs (org_guid TEXT PRIMARY KEY, full_name TEXT, short TEXT, inn TEXT, changed INTEGER);
CREATE TABLE terms (term_guid TEXT PRIMARY KEY, org_guid TEXT, y INTEGER, n INTEGER, d1 INTEGER, d2 INTEGER,
                    changed INTEGER);
CREATE TABLE classes (class_guid TEXT PRIMARY KEY, org_guid TEXT, y INTEGER, parallel INTEGER, letter TEXT,
                      changed INTEGER);
CREATE TABLE discs (disc_guid TEXT PRIMARY KEY, org_guid TEXT, title TEXT, changed INTEGER);
CREATE TABLE humans (guid TEXT PRIMARY KEY, fam TEXT, im TEXT, ot TEXT, dr INTEGER, pol INTEGER, snils TEXT,
                     esia TEXT, role TEXT, removed INTEGER DEFAULT 0, changed INTEGER);
CREATE TABLE seats (seat_guid TEXT PRIMARY KEY, guid TEXT, class_guid TEXT, d1 INTEGER, changed INTEGER);
CREATE TABLE family (fam_guid TEXT PRIMARY KEY, adult TEXT, child TEXT, kind TEXT, d1 INTEGER,
                     changed INTEGER);
CREATE TABLE loads (load_guid TEXT PRIMARY KEY, teacher TEXT, class_guid TEXT, disc_guid TEXT,
                    changed INTEGER);
CREATE TABLE slots (slot_guid TEXT PRIMARY KEY, load_guid TEXT, instead_of TEXT, pair INTEGER, t1 INTEGER,
                    t2 INTEGER, cab TEXT, theme TEXT, state INTEGER, changed INTEGER);
CREATE TABLE dz (dz_guid TEXT PRIMARY KEY, slot_guid TEXT, given_slot TEXT, body TEXT, empty INTEGER,
                 minutes INTEGER, changed INTEGER);
CREATE TABLE grades (grade_guid TEXT PRIMARY KEY, slot_guid TEXT, guid TEXT, val INTEGER, w REAL,
                     kind INTEGER, remark TEXT, made INTEGER, changed INTEGER);
CREATE TABLE misses (slot_guid TEXT, guid TEXT, sign TEXT, late INTEGER, changed INTEGER);
CREATE TABLE totals (total_guid TEXT PRIMARY KEY, guid TEXT, disc_guid TEXT, term_guid TEXT, val INTEGER,
                     avg REAL, changed INTEGER);
CREATE TABLE blobs (blob_guid TEXT PRIMARY KEY, dz_guid TEXT, fname TEXT, mime TEXT, body BLOB);
CREATE INDEX slots_load ON slots (load_guid, t1);
CREATE INDEX grades_guid ON grades (guid);
"""
SUBJECTS = ("Алгебра", "Геометрия", "Русский язык", "Литература", "История", "Физика", "Саха тыла", "ОБЗР")
FAMILIES = ("Ковалёв", "Захаров", "Лебедев", "Орлов", "Семёнов", "Петров", "Власов", "Ершов", "Громов")
NAMES = (("Иван", "Ильич"), ("Тимур", "Олегович"), ("Айсен", "Петрович"), ("Денис", "Андреевич"))
BELLS = (time(8), time(8, 55), time(9, 55), time(10, 55), time(11, 50))
PUPILS = 50


def make(path: Path, today: date) -> None:
    """Write a database of two classes of 25, with four weeks before `today` and two after."""
    path.unlink(missing_ok=True)
    db = sqlite3.connect(path)
    with db:
        db.executescript(SCHEMA)
        _people(db, today)
        monday = today - timedelta(days=today.weekday() + 28)
        for day in (monday + timedelta(days=n) for n in range(49)):
            if day.weekday() < 5:
                _day(db, day, is_past=day < today)
    db.close()


def _put(db: sqlite3.Connection, table: str, rows: Iterator[tuple[object, ...]]) -> None:
    width = len(db.execute(f"SELECT * FROM {table} LIMIT 0").description)
    db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * width)})", rows)


def _guid(kind: str, number: int) -> str:
    return f"{kind}-{number:08x}"


def _seconds(day: date, at: time = time(0)) -> int:
    return int(datetime.combine(day, at, ZONE).timestamp())


def _people(db: sqlite3.Connection, today: date) -> None:
    year = today.year if today.month >= 8 else today.year - 1
    first, now = date(year, 9, 1), int(datetime.combine(today, time(0), UTC).timestamp()) - 86_400 * 60
    adults, teachers = range(PUPILS, 2 * PUPILS), range(2 * PUPILS, 2 * PUPILS + len(SUBJECTS))
    _put(db, "orgs", iter([("o-1", "Школа № 3 села Тёплый Ключ", "СОШ № 3", "1400000005", now)]))
    terms = ((1, date(year, 9, 1), date(year, 10, 25)), (2, date(year, 11, 2), date(year, 12, 30)))
    _put(db, "terms", ((f"t-{n}", "o-1", year, n, _seconds(a), _seconds(b), now) for n, a, b in terms))
    _put(db, "classes", ((f"c-{n}", "o-1", year, 8, "АБ"[n], now) for n in range(2)))
    _put(db, "discs", ((f"d-{n}", "o-1", name, now) for n, name in enumerate(SUBJECTS)))
    _put(db, "humans", (_human(n, year, now) for n in (*range(PUPILS), *adults, *teachers)))
    _put(
        db,
        "seats",
        ((_guid("s", n), _guid("h", n), f"c-{n % 2}", _seconds(first), now) for n in range(PUPILS)),
    )
    _put(
        db,
        "family",
        (
            (_guid("f", n), _guid("h", n + PUPILS), _guid("h", n), "отец", _seconds(first), now)
            for n in range(PUPILS)
        ),
    )
    _put(
        db,
        "loads",
        (
            (f"l-{n}-{c}", _guid("h", teachers[n]), f"c-{c}", f"d-{n}", now)
            for n in range(len(SUBJECTS))
            for c in range(2)
        ),
    )
    _put(
        db,
        "totals",
        (
            (f"y-{n}-{d}", _guid("h", n), f"d-{d}", "t-1", 3 + (n + d) % 3, 3.1 + (n + d) % 3 / 2, now)
            for n in range(PUPILS)
            for d in range(len(SUBJECTS))
        ),
    )


def _human(number: int, year: int, now: int) -> tuple[object, ...]:
    family = FAMILIES[number % PUPILS % len(FAMILIES)]
    first, middle = NAMES[number % len(NAMES)]
    role = "child" if number < PUPILS else "adult" if number < 2 * PUPILS else "teacher"
    born = date(year - (14 if role == "child" else 38), number % 12 + 1, number % 28 + 1)
    name = (family, first, middle, _seconds(born), 1)
    return (
        _guid("h", number),
        *name,
        make_snils(200_000_000 + number),
        str(1_000_000 + number),
        role,
        0,
        now,
    )


def _day(db: sqlite3.Connection, day: date, *, is_past: bool) -> None:
    """Five lessons of each class, two of them with a task, one substitution a week; the past has marks."""
    changed = _seconds(day, time(16))
    theme = "Повторение" if is_past else None
    for c in range(2):
        for pair, begins in enumerate(BELLS, 1):
            number, slot, start = (
                day.toordinal() * 10 + pair,
                f"{day:%Y%m%d}-{c}-{pair}",
                _seconds(day, begins),
            )
            load, other = (f"l-{n % len(SUBJECTS)}-{c}" for n in (number, number + 1))
            replaced = other if pair == 5 and day.weekday() == 2 else None
            row = (
                slot,
                load,
                replaced,
                pair,
                start,
                start + 2700,
                f"{20 + pair}",
                theme,
                int(is_past),
                changed,
            )
            _put(db, "slots", iter([row]))
            if pair in (1, 3):
                _task(db, slot, changed, is_empty=pair == 3)
            if is_past:
                _marks(db, slot, c, number, changed)


def _task(db: sqlite3.Connection, slot: str, changed: int, *, is_empty: bool) -> None:
    """Homework with a file, or «не задано» if it is empty."""
    task = f"z-{slot}"
    body = "" if is_empty else "№ 512, 514"
    _put(db, "dz", iter([(task, slot, None, body, int(is_empty), 20, changed)]))
    if not is_empty:
        _put(db, "blobs", iter([(f"b-{slot}", task, "Задание.txt", "text/plain", b"1, 2, 3")]))


def _marks(db: sqlite3.Connection, slot: str, c: int, number: int, changed: int) -> None:
    present = [n for n in range(PUPILS) if n % 2 == c]
    marked = (n for n in present if (n // 2 + number) % 5 == 0)
    _put(
        db,
        "grades",
        (
            (
                f"g-{slot}-{n}",
                slot,
                _guid("h", n),
                3 + (n + number) % 3,
                1.5,
                number % 3,
                None,
                changed,
                changed,
            )
            for n in marked
        ),
    )
    away = (n for n in present if (n // 2 + number) % 11 == 0)
    signs = (("Н", None), ("Б", None), ("О", 7))
    _put(db, "misses", ((slot, _guid("h", n), *signs[(n + number) % 3], changed) for n in away))
