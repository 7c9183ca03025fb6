"""Здесь всё, что нужно написать: функции, которые отдают строки вашего журнала.

Сейчас они читают journal.sqlite (его делает sample.py). Замените запросы на свои. Имена колонок важны:
их полный список — в описаниях функций класса SimpleJournal и в docs/exchange. Чего у вас нет, то удалите
(необязательные функции) или верните пустой список (таблицы выгрузки).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from myedu.connector.simple import FileContent, SimpleJournal

DATABASE = Path(__file__).with_name("journal.sqlite")
ZONE = ZoneInfo("Asia/Yakutsk")
SIGNS = "CASE m.sign WHEN 'Н' THEN 'absent' WHEN 'Б' THEN 'ill' WHEN 'О' THEN 'late' END"
KINDS = "CASE g.kind WHEN 0 THEN 'answer' WHEN 1 THEN 'control' ELSE 'independent' END"


class Journal(SimpleJournal):
    """Ваш журнал, прочитанный из journal.sqlite."""

    vendor = "ООО «Тайга»"
    product = "Тайга.Журнал"
    version = "7.4"
    region = "14"
    time_zone = "Asia/Yakutsk"
    requests_per_second = 50

    # Ученик. None: такого нет, портал получит 404.

    def student(self, student_id: str) -> Any:
        """Школа и класс ученика."""
        found = self.rows(
            "SELECT o.org_guid AS organization_id, o.full_name AS organization, c.class_guid AS group_id,"
            " c.parallel || ' «' || c.letter || '»' AS 'group' FROM seats s JOIN classes c USING (class_guid)"
            " JOIN orgs o USING (org_guid) WHERE s.guid = ?",
            student_id,
        )
        return next(found, None)

    def lessons(self, student_id: str, first: date, last: date) -> Any:
        """Уроки класса ученика с first по last включительно."""
        return self.rows(
            LESSONS + " JOIN seats s USING (class_guid) WHERE s.guid = ? AND x.t1 BETWEEN ? AND ?",
            student_id,
            *seconds(first, last),
        )

    def homework(self, student_id: str, first: date, last: date) -> Any:
        """Задания к урокам этих дней; none: учитель отметил, что задания нет."""
        for row in self.rows(
            "SELECT z.dz_guid AS id, d.disc_guid AS subject_id, d.title AS subject, day(x.t1) AS due_on,"
            " z.slot_guid AS lesson_id, z.body AS text, z.empty AS none, z.minutes FROM dz z"
            " JOIN slots x USING (slot_guid) JOIN loads USING (load_guid) JOIN discs d USING (disc_guid)"
            " JOIN seats s USING (class_guid) WHERE s.guid = ? AND x.t1 BETWEEN ? AND ?",
            student_id,
            *seconds(first, last),
        ):
            yield {**row, "attachments": list(self.rows(FILES, row["id"]))}

    def marks(self, student_id: str, first: date, last: date) -> Any:
        """Отметки ученика за уроки этих дней."""
        return self.rows(
            "SELECT g.grade_guid AS id, d.disc_guid AS subject_id, d.title AS subject, day(x.t1) AS day,"
            f" g.slot_guid AS lesson_id, g.val AS value, g.w AS weight, {KINDS} AS work, g.remark AS comment"
            " FROM grades g JOIN slots x USING (slot_guid) JOIN loads USING (load_guid)"
            " JOIN discs d USING (disc_guid) WHERE g.guid = ? AND x.t1 BETWEEN ? AND ?",
            student_id,
            *seconds(first, last),
        )

    # Необязательное: написанная функция объявляется сама. Ещё бывают final_marks, file, touched_students,
    # changed_since, put_meeting и put_presence, student_by_esia_oid — см. SimpleJournal.

    def attendance(self, student_id: str, first: date, last: date) -> Any:
        """Пропуски и опоздания ученика в эти дни."""
        return self.rows(
            f"SELECT m.slot_guid AS lesson_id, {SIGNS} AS code, day(x.t1) AS day, m.late AS minutes"
            " FROM misses m JOIN slots x USING (slot_guid) WHERE m.guid = ? AND x.t1 BETWEEN ? AND ?",
            student_id,
            *seconds(first, last),
        )

    def final_marks(self, student_id: str, academic_year: int) -> Any:
        return self.rows(
            "SELECT y.total_guid AS id, d.disc_guid AS subject_id, d.title AS subject, 'period' AS kind,"
            " y.val AS value, y.avg AS average, t.term_guid AS period_id, t.n || ' четверть' AS period"
            " FROM totals y JOIN discs d USING (disc_guid) JOIN terms t USING (term_guid)"
            " WHERE y.guid = ? AND t.y = ?",
            student_id,
            academic_year,
        )

    def teacher_lessons(self, teacher_id: str, first: date, last: date) -> Any:
        """Уроки учителя в эти дни; None: такого учителя нет."""
        if not any(self.rows("SELECT 1 FROM humans WHERE role = 'teacher' AND guid = ?", teacher_id)):
            return None
        return self.rows(
            LESSONS + " WHERE w.guid = ? AND x.t1 BETWEEN ? AND ?", teacher_id, *seconds(first, last)
        )

    def file(self, file_id: str) -> Any:
        for row in self.rows("SELECT * FROM blobs WHERE blob_guid = ?", file_id):
            return FileContent(row["fname"], row["mime"], row["body"])
        return None

    def touched_students(self, since: datetime) -> Any:
        return self.rows(
            "SELECT guid AS student_id, moment(g.changed) AS updated_at, 'marks' AS what,"
            " day(x.t1) AS first_day FROM grades g JOIN slots x USING (slot_guid) WHERE g.changed >= ?",
            int(since.timestamp()),
        )

    def student_by_esia_oid(self, oid: str) -> Any:
        found = self.rows("SELECT guid FROM humans WHERE role = 'child' AND esia = ?", oid)
        return next((row["guid"] for row in found), None)

    # Выгрузка: девять таблиц целиком. Изменения с прошлого раза находятся сравнением.

    def organizations(self) -> Any:
        """Школы."""
        return self.rows(
            "SELECT org_guid AS id, full_name AS name, short AS short_name, 'school' AS kind, inn FROM orgs"
        )

    def periods(self) -> Any:
        """Четверти."""
        return self.rows(
            "SELECT term_guid AS id, org_guid AS organization_id, y AS academic_year, 'quarter' AS kind,"
            " n AS number, n || ' четверть' AS name, day(d1) AS starts_on, day(d2) AS ends_on FROM terms"
        )

    def groups(self) -> Any:
        """Классы."""
        return self.rows(
            "SELECT class_guid AS id, org_guid AS organization_id, y AS academic_year, 'class' AS kind,"
            " parallel || ' «' || letter || '»' AS name, parallel AS grade, letter FROM classes"
        )

    def subjects(self) -> Any:
        """Предметы."""
        return self.rows("SELECT disc_guid AS id, org_guid AS organization_id, title AS name FROM discs")

    def persons(self) -> Any:
        """Ученики, родители и учителя."""
        return self.rows(
            "SELECT guid AS id, fam AS last_name, im AS first_name, ot AS middle_name, day(dr) AS birth_date,"
            " CASE pol WHEN 1 THEN 'm' ELSE 'f' END AS sex, snils, esia AS esia_oid, removed AS deleted,"
            " moment(changed) AS updated_at FROM humans"
        )

    def enrollments(self) -> Any:
        """Кто в каком классе учится и с какого дня."""
        return self.rows(
            "SELECT seat_guid AS id, guid AS person_id, org_guid AS organization_id, class_guid AS group_id,"
            " day(d1) AS starts_on FROM seats JOIN classes USING (class_guid)"
        )

    def guardianships(self) -> Any:
        """Кто чей родитель и с какого дня."""
        return self.rows(
            "SELECT fam_guid AS id, adult AS guardian_id, child AS child_id, kind AS relation,"
            " day(d1) AS starts_on FROM family"
        )

    def staff(self) -> Any:
        """Кто где работает."""
        return self.rows(
            "SELECT guid AS id, guid AS person_id, 'o-1' AS organization_id, 'teacher' AS role"
            " FROM humans WHERE role = 'teacher'"
        )

    def teaching(self) -> Any:
        """Кто какой класс чему учит."""
        return self.rows(
            "SELECT load_guid AS id, teacher AS staff_id, class_guid AS group_id, disc_guid AS subject_id"
            " FROM loads"
        )

    def rows(self, query: str, *values: Any) -> Iterator[Any]:
        """Строки запроса: колонки видны по именам."""
        # соединение на запрос: функции вызываются из разных потоков
        with closing(sqlite3.connect(f"file:{DATABASE}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            connection.create_function("day", 1, lambda at: str(local(at).date()))
            connection.create_function("moment", 1, lambda at: local(at).isoformat())
            yield from connection.execute(query, values)


LESSONS = (
    "SELECT x.slot_guid AS id, x.pair AS number, moment(x.t1) AS starts_at, moment(x.t2) AS ends_at,"
    " x.cab AS room, x.theme AS topic, CASE x.state WHEN 1 THEN 'held' ELSE 'planned' END AS status,"
    " d.disc_guid AS subject_id, d.title AS subject, c.class_guid AS group_id,"
    " c.parallel || ' «' || c.letter || '»' AS 'group', w.guid AS teacher_id,"
    " w.fam || ' ' || w.im || ' ' || w.ot AS teacher, rd.disc_guid AS replaces_subject_id,"
    " rd.title AS replaces_subject FROM slots x JOIN loads l USING (load_guid) JOIN discs d USING (disc_guid)"
    " JOIN classes c USING (class_guid) JOIN humans w ON w.guid = l.teacher"
    " LEFT JOIN loads rl ON rl.load_guid = x.instead_of LEFT JOIN discs rd ON rd.disc_guid = rl.disc_guid"
)
FILES = (
    "SELECT blob_guid AS id, fname AS name, mime AS media_type, length(body) AS size"
    " FROM blobs WHERE dz_guid = ?"
)


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at, ZONE)


def seconds(first: date, last: date) -> tuple[int, int]:
    """Первая и последняя секунда дней: в базе время в секундах UTC."""
    begins = datetime.combine(first, time(0), ZONE)
    return int(begins.timestamp()), int((begins + timedelta(days=(last - first).days + 1)).timestamp()) - 1
