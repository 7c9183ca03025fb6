"""Families for benchmarks: mothers of two who have signed in, with a good copy of each child's week."""

import hashlib
import itertools
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import psycopg

from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson, Homework, Lesson, Mark, Ref
from myedu.contract.windows import Window
from myedu.kit.encryption import Keyring, read_keys

ZONE = ZoneInfo("Asia/Yakutsk")
SUBJECTS = [
    "Алгебра",
    "Русский язык",
    "История России",
    "Физика",
    "Биология",
    "Иностранный язык (английский)",
    "Физическая культура",
]
OTHERS = 10_000
"""Families who don't visit: PostgreSQL reads some hundred people whole, and a region's by their indexes."""
CLASS = Ref(id="g1", name="9 «Б»")
TEACHER = Ref(id="t-1", name="Лебедева Анна Павловна")


class Visit(msgspec.Struct, frozen=True):
    """A mother's session and one of her children."""

    token: str
    child: UUID


def diary(student_id: str, week: Window) -> Diary:
    """A week of six days and 35 lessons, homework at each, a mark at every third."""
    numbers = itertools.count()
    lessons = [
        _lesson(day, number, next(numbers))
        for day in (week.first + timedelta(days=n) for n in range(6))
        for number in range(1, 6 if day.weekday() == 5 else 7)
    ]
    return Diary(
        student_id=student_id,
        first_day=week.first,
        last_day=week.last,
        time_zone=str(ZONE),
        group=CLASS,
        lessons=tuple(lessons),
    )


def _lesson(day: date, number: int, place: int) -> DiaryLesson:
    starts = datetime.combine(day, time(8), ZONE) + timedelta(minutes=55 * (number - 1))
    subject = Ref(id=f"s{place % len(SUBJECTS)}", name=SUBJECTS[place % len(SUBJECTS)])
    lesson = Lesson(
        id=f"l{place}",
        subject=subject,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=45),
        number=number,
        room=str(100 + place),
        group=CLASS,
        teachers=(TEACHER,),
    )
    text = f"§ {place + 1}, упражнения {place * 2 + 10}–{place * 2 + 14}"
    homework = Homework(id=f"h{place}", subject=subject, due_on=day, lesson_id=lesson.id, text=text)
    mark = Mark(id=f"m{place}", subject=subject, day=day, value=str(3 + place % 3), lesson_id=lesson.id)
    return DiaryLesson(lesson=lesson, homework=(homework,), marks=(mark,) if place % 3 == 0 else ())


def settle(url: str, week: Window, mothers: int, copy_key: str) -> list[Visit]:
    """Write `mothers` families with their sealed copies, among others; a visit to each elder child."""
    now = datetime.now(UTC)
    keyring = Keyring(read_keys([copy_key]))
    with psycopg.connect(url) as conn:
        for statement in _STATEMENTS:
            families = mothers + OTHERS
            parameters = {"mothers": families, "children": 2 * families, "now": now}
            conn.execute(statement, parameters)
        tokens = [f"session-of-{number}" for number in range(1, mothers + 1)]
        with conn.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO identity.login_sessions (token_sha256, account_id, created_at, expires_at)"
                " SELECT %s, id, %s, %s FROM identity.accounts WHERE esia_oid = %s",
                [
                    (hashlib.sha256(token.encode()).digest(), now, now + timedelta(days=30), f"oid-{number}")
                    for number, token in enumerate(tokens, start=1)
                ],
            )
            cursor.executemany(
                "INSERT INTO federation.copies VALUES ('14', 'bench', %s, 'diary', %s, %s, %s, NULL, %s)",
                [
                    (f"c{number}", week.first, week.last, _sealed(keyring, f"c{number}", week), now)
                    for number in range(1, 2 * mothers + 1)
                ],
            )
        found = conn.execute("SELECT substr(id, 2)::int, public_id FROM people.persons WHERE id LIKE 'c%%'")
        children = dict(found.fetchall())
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("VACUUM ANALYZE")
    return [Visit(token, children[2 * number - 1]) for number, token in enumerate(tokens, start=1)]


def _sealed(keyring: Keyring, student_id: str, week: Window) -> bytes:
    name = msgspec.json.encode(["14", "bench", student_id, "diary", week.first, week.last])
    return keyring.encrypt(msgspec.json.encode(diary(student_id, week)), name)


_STATEMENTS = (
    "INSERT INTO people.systems (id, region, name, base_url, client_id, registered_at)"
    " VALUES ('bench', '14', 'Журнал', 'http://127.0.0.1:1', 'portal', %(now)s)",
    "SELECT people.open_region('14')",  # an export package would have
    "INSERT INTO people.organizations (region, system_id, id, name, kind, time_zone, updated_at)"
    " SELECT '14', 'bench', 'o' || n, 'Школа № ' || n, 'school', 'Asia/Yakutsk', %(now)s"
    " FROM generate_series(0, 999) n",
    "INSERT INTO people.groups"
    " (region, system_id, id, organization_id, academic_year, kind, name, grade, updated_at)"
    " SELECT '14', 'bench', 'g' || n, 'o' || n %% 1000, 2026, 'class', '9 «Б»', 9, %(now)s"
    " FROM generate_series(0, 9999) n",
    "INSERT INTO people.persons"
    " (region, system_id, id, last_name, first_name, birth_date, snils, updated_at)"
    " SELECT '14', 'bench', 'c' || n, 'Лебедева', 'Айталина', date '2012-01-01' + n %% 300,"
    " '1' || lpad(n::text, 10, '0'), %(now)s FROM generate_series(1, %(children)s) n",
    "INSERT INTO people.persons"
    " (region, system_id, id, last_name, first_name, birth_date, snils, updated_at)"
    " SELECT '14', 'bench', 'm' || n, 'Лебедева', 'Анна', '1985-01-01',"
    " '2' || lpad(n::text, 10, '0'), %(now)s FROM generate_series(1, %(mothers)s) n",
    "INSERT INTO people.enrollments"
    " (region, system_id, id, person_id, organization_id, group_id, starts_on, updated_at)"
    " SELECT '14', 'bench', 'e' || n, 'c' || n, 'o' || n %% 1000, 'g' || n %% 10000, '2020-09-01', %(now)s"
    " FROM generate_series(1, %(children)s) n",
    "INSERT INTO people.guardianships"
    " (region, system_id, id, guardian_id, child_id, starts_on, updated_at)"
    " SELECT '14', 'bench', 'w' || n, 'm' || (n + 1) / 2, 'c' || n, '2020-01-01', %(now)s"
    " FROM generate_series(1, %(children)s) n",
    "INSERT INTO identity.accounts"
    " (esia_oid, snils, first_name, last_name, birth_date, level, trusted, created_at, seen_at)"
    " SELECT 'oid-' || n, '2' || lpad(n::text, 10, '0'), 'Анна', 'Лебедева', '1985-01-01', 'PR', true,"
    " %(now)s, %(now)s FROM generate_series(1, %(mothers)s) n",
    "INSERT INTO people.esia_kids (parent_oid, kid_snils, birth_date, seen_at)"
    " SELECT 'oid-' || (n + 1) / 2, '1' || lpad(n::text, 10, '0'), date '2012-01-01' + n %% 300, %(now)s"
    " FROM generate_series(1, %(children)s) n",
)
