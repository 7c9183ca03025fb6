"""Здесь всё, что нужно написать: функции, которые отдают строки вашего журнала.

Сейчас они читают journal.sqlite (его делает sample.py). Замените запросы на свои. Имена колонок важны:
их полный список — в описаниях функций класса SimpleJournal и в docs/exchange. Чего у вас нет, то удалите
(необязательные функции) или верните пустой список (таблицы выгрузки).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from myedu.connector.simple import SimpleJournal

DATABASE = Path(__file__).with_name("journal.sqlite")


class Journal(SimpleJournal):
    """Ваш журнал, прочитанный из journal.sqlite."""

    vendor = "ООО «Пример»"
    product = "mysystem"
    version = "1.0"
    region = "25"  # код субъекта РФ
    time_zone = "Asia/Vladivostok"  # время без смещения читается в этом поясе

    # Ученик. None: такого нет, портал получит 404. Идентификатор приходит текстом, и сравнивать его надо как
    # текст: без CAST колонка чисел нашла бы ученика 1 и по «01», а это другой идентификатор.

    def student(self, student_id: str) -> Any:
        """Школа и класс ученика."""
        found = self.rows(
            "SELECT s.id AS organization_id, s.name AS organization, c.id AS group_id, c.name AS 'group'"
            " FROM pupil p JOIN class c ON c.id = p.class JOIN school s ON s.id = c.school"
            " WHERE CAST(p.person AS TEXT) = ?",
            student_id,
        )
        return next(found, None)

    def lessons(self, student_id: str, first: date, last: date) -> Any:
        """Уроки класса ученика с first по last включительно."""
        return self.rows(
            LESSONS + " JOIN pupil p ON p.class = l.class"
            " WHERE CAST(p.person AS TEXT) = ? AND date(l.begins) BETWEEN ? AND ?",
            student_id,
            first.isoformat(),
            last.isoformat(),
        )

    def homework(self, student_id: str, first: date, last: date) -> Any:
        """Задания к урокам этих дней; none: учитель отметил, что задания нет."""
        return self.rows(
            "SELECT t.id, l.subject AS subject_id, s.name AS subject, date(l.begins) AS due_on,"
            " l.id AS lesson_id, t.body AS text, t.body = '' AS none"
            " FROM task t JOIN lesson l ON l.id = t.lesson JOIN subject s ON s.id = l.subject"
            " JOIN pupil p ON p.class = l.class"
            " WHERE CAST(p.person AS TEXT) = ? AND date(l.begins) BETWEEN ? AND ?",
            student_id,
            first.isoformat(),
            last.isoformat(),
        )

    def marks(self, student_id: str, first: date, last: date) -> Any:
        """Отметки ученика за уроки этих дней."""
        return self.rows(
            "SELECT m.id, l.subject AS subject_id, s.name AS subject, date(l.begins) AS day,"
            " l.id AS lesson_id, m.value, m.weight"
            " FROM mark m JOIN lesson l ON l.id = m.lesson JOIN subject s ON s.id = l.subject"
            " WHERE CAST(m.pupil AS TEXT) = ? AND date(l.begins) BETWEEN ? AND ?",
            student_id,
            first.isoformat(),
            last.isoformat(),
        )

    # Необязательное: написанная функция объявляется сама. Ещё бывают final_marks, file, touched_students,
    # changed_since, put_meeting и put_presence, student_by_esia_oid — см. SimpleJournal.

    def attendance(self, student_id: str, first: date, last: date) -> Any:
        """Пропуски и опоздания ученика в эти дни."""
        return self.rows(
            "SELECT a.lesson AS lesson_id, a.code, date(l.begins) AS day"
            " FROM absence a JOIN lesson l ON l.id = a.lesson"
            " WHERE CAST(a.pupil AS TEXT) = ? AND date(l.begins) BETWEEN ? AND ?",
            student_id,
            first.isoformat(),
            last.isoformat(),
        )

    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Any:
        """Уроки учителя в эти дни; None: такого учителя нет."""
        if not any(self.rows("SELECT 1 FROM teacher WHERE CAST(id AS TEXT) = ?", teacher_id)):
            return None
        return self.rows(
            LESSONS + " WHERE CAST(l.teacher AS TEXT) = ? AND date(l.begins) BETWEEN ? AND ?",
            teacher_id,
            first.isoformat(),
            last.isoformat(),
        )

    # Выгрузка: девять таблиц целиком. Изменения с прошлого раза находятся сравнением.

    def organizations(self) -> Any:
        """Школы."""
        return self.rows("SELECT id, name, 'school' AS kind, inn, time_zone FROM school")

    def periods(self) -> Any:
        """Четверти."""
        return self.rows(
            "SELECT id, school AS organization_id, year AS academic_year, 'quarter' AS kind, number, name,"
            " first AS starts_on, last AS ends_on FROM quarter"
        )

    def groups(self) -> Any:
        """Классы."""
        return self.rows(
            "SELECT id, school AS organization_id, year AS academic_year, 'class' AS kind, name, grade"
            " FROM class"
        )

    def subjects(self) -> Any:
        """Предметы."""
        return self.rows("SELECT id, school AS organization_id, name FROM subject")

    def persons(self) -> Any:
        """Ученики, родители и учителя."""
        return self.rows(
            "SELECT id, last_name, first_name, middle_name, birth AS birth_date, snils FROM person"
        )

    def enrollments(self) -> Any:
        """Кто в каком классе учится и с какого дня."""
        return self.rows(
            "SELECT p.person AS id, p.person AS person_id, c.school AS organization_id, c.id AS group_id,"
            " p.since AS starts_on FROM pupil p JOIN class c ON c.id = p.class"
        )

    def guardianships(self) -> Any:
        """Кто чей родитель и с какого дня."""
        return self.rows(
            "SELECT id, parent AS guardian_id, child AS child_id, since AS starts_on FROM parent"
        )

    def staff(self) -> Any:
        """Кто где работает."""
        return self.rows(
            "SELECT id, person AS person_id, school AS organization_id, 'teacher' AS role FROM teacher"
        )

    def teaching(self) -> Any:
        """Кто какой класс чему учит."""
        return self.rows(
            "SELECT id, teacher AS staff_id, class AS group_id, subject AS subject_id FROM teaches"
        )

    def rows(self, query: str, *values: Any) -> Iterator[Any]:
        """Строки запроса: колонки видны по именам."""
        # соединение на запрос: функции вызываются из разных потоков
        with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            yield from connection.execute(query, values)


LESSONS = (
    "SELECT l.id, l.number, l.begins AS starts_at, 45 AS minutes, l.room, l.topic,"
    " l.subject AS subject_id, s.name AS subject, c.id AS group_id, c.name AS 'group',"
    " t.id AS teacher_id, w.last_name || ' ' || w.first_name || ' ' || w.middle_name AS teacher"
    " FROM lesson l JOIN subject s ON s.id = l.subject JOIN class c ON c.id = l.class"
    " JOIN teacher t ON t.id = l.teacher JOIN person w ON w.id = t.person"
)
