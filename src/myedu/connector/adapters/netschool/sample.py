"""Generates answers in the journal's shape, with its quirks, for machines without recorded ones."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from myedu.connector.adapters.netschool.roster import Guardian, Roster, School, SchoolClass, Student, Term
from myedu.contract.snils import make_snils

JsonObject = dict[str, Any]

BELLS = (
    ("08:00", "08:40"),
    ("08:45", "09:25"),
    ("09:35", "10:15"),
    ("10:25", "11:05"),
    ("11:15", "11:55"),
    ("12:05", "12:45"),
    ("12:50", "13:30"),
)
TIMETABLE = (
    ("Алгебра", "Русский язык", "Физика", "История", "Физическая культура", "Литература"),
    ("Биология", "Алгебра", "Иностранный язык", "Информатика", "География", "Литература"),
    ("Геометрия", "Химия", "Русский язык", "Физика", "Обществознание", "Физическая культура"),
    ("Алгебра", "Иностранный язык", "История", "Биология", "Литература", "Вероятность и статистика"),
    ("Русский язык", "Геометрия", "Химия", "Информатика", "Физика", "Индивидуальный проект"),
    ("Иностранный язык", "Литература", "Информатика"),
)
TASKS = (
    "п. 12, № 71, 72, 73",
    "-",
    "учить формулы <b>&quot;наизусть&quot;</b>",
    "",
    "прочитать главу 3\u200b, ответить на вопросы 1–4",
    "не задано",
    "повторить тему",
)
ANSWERS: dict[int, tuple[str, int | str | None]] = {
    1: ("Правописание приставок", 4),
    3: ("Реформы Сперанского", 5),
    11: ("Квадратные уравнения", 4),
    13: ("Таблицы и формулы", "зч"),
    23: ("Закон Ома", None),  # owed: a mark without a value
    24: ("Права потребителя", 5),
    31: ("Диалог о путешествии", 5),
    32: ("Отечественная война 1812 года", 3),
    41: ("Подобие треугольников", 4),
    45: ("Цели проекта", "зч"),
    50: ("Чтение и перевод", 5),
}
"""Day · 10 + position in the timetable → name of the work and mark: for about one lesson in four."""
_RECORDED = (date(2025, 9, 8), date(2025, 9, 15))  # Mondays


def sample_week(monday: date) -> JsonObject:
    """A week as the server answers it: six days; the lesson of a subgroup is appended out of order."""
    days = [_day(monday + timedelta(days=number), number) for number in range(len(TIMETABLE))]
    return {
        "weekStart": f"{monday}T00:00:00",
        "weekEnd": f"{monday + timedelta(days=6)}T00:00:00",
        "weekDays": days,
        "laAssigns": [],
        "termName": "1 четверть",
        "className": "9Б",
    }


def write_sample(folder: Path) -> None:
    """Write two weeks into `folder` under the names of recorded answers."""
    folder.mkdir(parents=True, exist_ok=True)
    for monday in _RECORDED:
        (folder / f"netschool_diary_{monday}.json").write_bytes(msgspec.json.encode(sample_week(monday)))


def sample_roster(region: str, academic_year: int, *, time_zone: str = "Asia/Vladivostok") -> Roster:
    """One school, one class, two brothers and their mother; all invented."""
    school = School(
        id="10",
        name="МБОУ «Средняя общеобразовательная школа № 7»",
        short_name="СОШ № 7",
        time_zone=time_zone,
        academic_year=academic_year,
        terms=_quarters(academic_year),
    )
    group = SchoolClass(id="10-9b", school_id="10", name="9 «Б»", grade=9, letter="Б")
    sons = tuple(
        Student(
            id=str(journal_id),
            journal_id=journal_id,
            class_id=group.id,
            last_name="Ковалёв",
            first_name=first_name,
            middle_name="Андреевич",
            birth_date=date(academic_year - 15, month, 14),
            sex="m",
            snils=make_snils(112_000_000 + month),
        )
        for journal_id, first_name, month in ((1, "Тимофей", 2), (2, "Егор", 11))
    )
    mother = Guardian(
        id="g1",
        last_name="Ковалёва",
        first_name="Ирина",
        middle_name="Олеговна",
        birth_date=date(1986, 5, 9),
        sex="f",
        snils=make_snils(112_000_100),
        children=tuple(son.id for son in sons),
        relation="mother",
    )
    return Roster(region=region, schools=(school,), classes=(group,), students=sons, guardians=(mother,))


def _day(day: date, number: int) -> JsonObject:
    lessons = [
        _lesson(day, position + 1, subject, number * 10 + position)
        for position, subject in enumerate(TIMETABLE[number])
    ]
    # the lesson of the other subgroup is appended to the day and repeats a number
    lessons.append(_lesson(day, 2, "Иностранный язык", number * 10 + 7))
    if number == 0:
        lessons.insert(0, _lesson(day, 7, "Разговоры о важном", 8, extra=True))
    return {"date": f"{day}T00:00:00", "lessons": lessons}


def _lesson(day: date, number: int, subject: str, seed: int, *, extra: bool = False) -> JsonObject:
    lesson_id = int(f"{day:%Y%m%d}") * 100 + seed
    starts, ends = BELLS[number - 1]
    lesson: JsonObject = {
        "classmeetingId": lesson_id,
        "day": f"{day}T00:00:00",
        "number": number,
        "relay": 1,
        "room": None if seed % 3 else f"каб. {200 + seed}",
        "startTime": starts,
        "endTime": ends,
        "subjectName": subject,
        "isEaLesson": extra,
    }
    if seed % 6 != 4:  # some lessons come without the key
        lesson["assignments"] = _assignments(day, lesson_id, seed)
    return lesson


def _assignments(day: date, lesson_id: int, seed: int) -> list[JsonObject]:
    common = {"weight": 0, "dueDate": f"{day}T00:00:00", "classMeetingId": lesson_id}
    works: list[JsonObject] = [
        {"id": lesson_id * 10, "typeId": 3, "assignmentName": TASKS[seed % len(TASKS)], **common},
    ]
    if seed in ANSWERS:
        name, value = ANSWERS[seed]
        work_id = lesson_id * 10 + 1
        mark = {"assignmentId": work_id, "studentId": 1, "mark": value, "dutyMark": value is None}
        works.append({"id": work_id, "typeId": 10, "assignmentName": name, **common, "mark": mark})
    return works


def _quarters(year: int) -> tuple[Term, ...]:
    days = (
        (date(year, 9, 1), date(year, 10, 25)),
        (date(year, 11, 4), date(year, 12, 28)),
        (date(year + 1, 1, 11), date(year + 1, 3, 22)),
        (date(year + 1, 4, 1), date(year + 1, 5, 26)),
    )
    return tuple(
        Term(kind="quarter", number=number, name=f"{number} четверть", starts_on=first, ends_on=last)
        for number, (first, last) in enumerate(days, start=1)
    )
