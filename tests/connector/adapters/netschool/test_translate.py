"""Their week as ours: the real weeks counted against the files, then one quirk a test."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from myedu.connector.adapters.netschool import models, translate
from myedu.connector.adapters.netschool.translate import Place, Rules
from myedu.connector.sdk.diary import homework_of, marks_of
from myedu.contract.answers import Diary
from myedu.contract.windows import Window

PLACE = Place(student_id="1", organization_id="10", time_zone="Asia/Vladivostok")
RECORDED = Window(first=date(2022, 1, 10), last=date(2022, 1, 30))
DAY = "2022-01-13T00:00:00"


@pytest.fixture
def recorded(recordings: Path) -> Diary:
    files = sorted(recordings.glob("*diary*.json"))
    weeks = [models.decode(file.read_bytes(), models.Week, file.name) for file in files]
    return translate.diary(weeks, PLACE, RECORDED, Rules())


def lesson(**fields: Any) -> dict[str, Any]:
    usual = {
        "classmeetingId": 7,
        "number": 1,
        "startTime": "08:00",
        "endTime": "08:40",
        "subjectName": "Физика",
    }
    return {**usual, **fields}


def work(**fields: Any) -> dict[str, Any]:
    return {"id": 70, "typeId": 10, "assignmentName": "Тема", "weight": 0, "dueDate": DAY, **fields}


def diary(*lessons: dict[str, Any], rules: Rules | None = None, place: Place = PLACE) -> Diary:
    days = [{"date": DAY, "lessons": list(lessons)}]
    body = msgspec.json.encode({"weekStart": DAY, "weekEnd": DAY, "weekDays": days})
    week = models.decode(body, models.Week, "a test's week")
    day = Window(first=date(2022, 1, 13), last=date(2022, 1, 13))
    return translate.diary([week], place, day, rules or Rules())


def homework_texts(*assignments: dict[str, Any]) -> list[tuple[str, bool]]:
    entry = diary(lesson(assignments=list(assignments))).lessons[0]
    return [(task.text, task.none) for task in entry.homework]


def mark_of(assignment: dict[str, Any], rules: Rules | None = None) -> Any:
    (mark,) = diary(lesson(assignments=[assignment]), rules=rules).lessons[0].marks
    return mark


# --- the real weeks


def test_every_recorded_lesson_is_there_once(recorded: Diary, recorded_lessons: list[dict[str, Any]]) -> None:
    ids = sorted(entry.lesson.id for entry in recorded.lessons)
    assert ids == sorted(str(lesson["classmeetingId"]) for lesson in recorded_lessons)
    assert len(ids) == 54


def test_every_recorded_homework_is_there_with_its_text(
    recorded: Diary, recorded_lessons: list[dict[str, Any]]
) -> None:
    theirs = {
        str(work["id"]): " ".join(work["assignmentName"].split())
        for lesson in recorded_lessons
        for work in lesson.get("assignments", [])
        if work["typeId"] == 3
    }
    tasks = homework_of(recorded).homework
    assert {task.id: "-" if task.none else " ".join(task.text.split()) for task in tasks} == {
        work_id: "-" if text in ("-", "не задано") else text for work_id, text in theirs.items()
    }
    assert (len(tasks), sum(task.none for task in tasks)) == (45, 4)


def test_every_recorded_mark_is_there_with_its_value(
    recorded: Diary, recorded_lessons: list[dict[str, Any]]
) -> None:
    theirs = sorted(
        (str(lesson["classmeetingId"]), str(work["mark"]["mark"]))
        for lesson in recorded_lessons
        for work in lesson.get("assignments", [])
        if "mark" in work
    )
    marks = marks_of(recorded).marks
    assert sorted((mark.lesson_id, mark.value) for mark in marks) == theirs
    assert len(marks) == 14
    assert all(mark.scale == "5" and mark.counts and mark.weight == 1.0 for mark in marks)


def test_two_marks_of_one_recorded_lesson_stay_two(recorded: Diary) -> None:
    (entry,) = [entry for entry in recorded.lessons if entry.lesson.id == "190808598"]
    assert [(mark.value, mark.work.kind) for mark in entry.marks] == [("4", "answer"), ("5", "53")]


def test_recorded_lessons_without_assignments_say_nothing_of_homework(
    recorded: Diary, recorded_lessons: list[dict[str, Any]]
) -> None:
    bare = {str(lesson["classmeetingId"]) for lesson in recorded_lessons if "assignments" not in lesson}
    assert len(bare) == 9
    assert bare == {entry.lesson.id for entry in recorded.lessons if not entry.homework and not entry.marks}


def test_recorded_lessons_stand_in_the_order_of_their_beginning(
    recorded: Diary, recorded_lessons: list[dict[str, Any]]
) -> None:
    starts = [entry.lesson.starts_at for entry in recorded.lessons]
    assert starts == sorted(starts)
    # Saturday came as 7, 3, 4, 5, 6.
    saturday = [entry.lesson.number for entry in recorded.lessons if entry.lesson.starts_at.day == 29]
    assert saturday == [3, 4, 5, 6, 7]


def test_two_recorded_subgroups_share_a_number(recorded: Diary) -> None:
    seventh = [
        entry.lesson
        for entry in recorded.lessons
        if entry.lesson.starts_at.day == 28 and entry.lesson.number == 7
    ]
    assert [lesson.subject.name for lesson in seventh] == ["Математика профиль", "Физическая культура"]
    assert seventh[0].starts_at == seventh[1].starts_at


def test_recorded_answers_obey_the_contract(recorded: Diary) -> None:
    assert msgspec.json.decode(msgspec.json.encode(recorded), type=Diary) == recorded


def test_a_window_keeps_only_its_days(recorded: Diary, recordings: Path) -> None:
    files = sorted(recordings.glob("*diary*.json"))
    weeks = [models.decode(file.read_bytes(), models.Week, file.name) for file in files]
    day = Window(first=date(2022, 1, 25), last=date(2022, 1, 25))
    one = translate.diary(weeks, PLACE, day, Rules())
    assert len(one.lessons) == 7
    assert {entry.lesson.starts_at.date() for entry in one.lessons} == {date(2022, 1, 25)}


# --- time


def test_local_time_gets_the_offset_of_the_schools_zone() -> None:
    for zone, hours in (("Asia/Vladivostok", 10), ("Asia/Yakutsk", 9), ("Europe/Kaliningrad", 2)):
        starts = diary(lesson(), place=Place("1", "10", zone)).lessons[0].lesson.starts_at
        assert starts.replace(tzinfo=None) == datetime(2022, 1, 13, 8)  # noqa: DTZ001 - the wall clock
        assert starts.utcoffset() == timedelta(hours=hours)


ODD_LESSONS = {
    "no id": lesson(classmeetingId=None),
    "no start": lesson(startTime=None),
    "no end": {key: value for key, value in lesson().items() if key != "endTime"},
    "subject is null": lesson(subjectName=None),
    "no subject": {key: value for key, value in lesson().items() if key != "subjectName"},
    "number as text": lesson(number="1-й"),
    "a time of words": lesson(startTime="noon"),
    "an hour too many": lesson(startTime="25:00"),
    "a minute too many": lesson(startTime="08:61"),
    "an empty time": lesson(startTime=""),
    "an address": "https://journal.example/lessons/7",
    "nothing": None,
}


@pytest.mark.parametrize("odd", ODD_LESSONS.values(), ids=ODD_LESSONS)
def test_an_odd_lesson_costs_only_itself(odd: Any, caplog: pytest.LogCaptureFixture) -> None:
    good = lesson(classmeetingId=8, subjectName="Алгебра", startTime="09:00", endTime="09:40")
    found = diary(odd, good).lessons
    assert [entry.lesson.subject.name for entry in found] == ["Алгебра"]
    assert "left out" in caplog.text
    assert "2022-01-13" in caplog.text


@pytest.mark.parametrize("odd", [None, [], "4", work(id=None), work(mark=[5]), work(mark={"mark": {}})])
def test_an_odd_assignment_costs_only_itself(odd: Any, caplog: pytest.LogCaptureFixture) -> None:
    good = work(id=71, mark={"mark": 4})
    (entry,) = diary(lesson(assignments=[odd, good])).lessons
    assert [mark.value for mark in entry.marks] == ["4"]
    assert "an assignment of the lesson 7" in caplog.text


@pytest.mark.parametrize("odd", [None, "2022-01-12", {"lessons": []}, {"date": "tomorrow", "lessons": []}])
def test_an_odd_day_costs_only_itself(odd: Any) -> None:
    body = {"weekStart": DAY, "weekEnd": DAY, "weekDays": [odd, {"date": DAY, "lessons": [lesson()]}]}
    week = models.decode(msgspec.json.encode(body), models.Week, "a test's week")
    assert (
        len(
            translate.diary(
                [week], PLACE, Window(first=date(2022, 1, 13), last=date(2022, 1, 13)), Rules()
            ).lessons
        )
        == 1
    )


def test_a_bare_mark_and_a_bare_assignment_are_what_they_are_elsewhere() -> None:
    assert mark_of(work(mark=4)).value == "4"
    (entry,) = diary(lesson(assignments=work(mark={"mark": 5}))).lessons
    assert [mark.value for mark in entry.marks] == ["5"]


def test_a_mark_without_a_type_is_one_for_an_answer() -> None:
    assert mark_of(work(typeId=None, mark={"mark": 4})).work.kind == "answer"


def test_an_absence_may_stand_in_the_marks_abbreviation() -> None:
    absent = {"mark": None, "dutyMark": False, "abbr": "УП"}
    (entry,) = diary(lesson(assignments=[work(mark=absent)])).lessons
    assert ([absence.code for absence in entry.attendance], entry.marks) == (["excused"], ())


@pytest.mark.parametrize(
    ("due", "zone", "day"),
    [
        ("tomorrow", "Asia/Vladivostok", 13),  # the day of the lesson
        ("2022-01-14T00:00:00", "Asia/Vladivostok", 14),
        ("2022-01-13T21:30:00Z", "Europe/Moscow", 14),
        ("2022-01-13T20:30:00Z", "Europe/Moscow", 13),
        ("2022-01-14T01:00:00+10:00", "Asia/Vladivostok", 14),
        ("2022-01-14T00:00:00.0000000", "Asia/Vladivostok", 14),
        ("2022-01-14Tmidnight", "Asia/Vladivostok", 14),
    ],
)
def test_the_day_on_which_a_task_is_due(due: str, zone: str, day: int) -> None:
    entry = diary(lesson(assignments=[work(typeId=3, dueDate=due)]), place=Place("1", "10", zone)).lessons[0]
    assert [task.due_on for task in entry.homework] == [date(2022, 1, day)]


# --- ids and names


def test_ids_of_any_size_become_text() -> None:
    whole = diary(lesson(classmeetingId=2**70, assignments=[work(id=2**53 + 1, mark={"mark": 5})]))
    entry = whole.lessons[0]
    assert entry.lesson.id == str(2**70)
    assert entry.marks[0].id == "9007199254740993"


def test_the_id_of_a_subject_ignores_case() -> None:
    here = translate.subject_ref("10", "Физика")
    assert translate.subject_ref("10", " физика\u200b").id == here.id
    assert translate.subject_ref("11", "Физика").id != here.id
    assert translate.subject_ref("10", "Физика профиль").id != here.id


@pytest.mark.parametrize(
    ("room", "shown"), [(None, None), ("", None), (" 214 ", "214"), ("<b>7</b>", "7"), ("---", None)]
)
def test_room(room: str | None, shown: str | None) -> None:
    assert diary(lesson(room=room)).lessons[0].lesson.room == shown


def test_extracurricular_lessons_are_marked_so() -> None:
    kinds = [entry.lesson.kind for entry in diary(lesson(isEaLesson=True), lesson(isEaLesson=None)).lessons]
    assert sorted(kinds) == ["extra", "lesson"]


def test_an_odd_part_of_another_answer_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    types = b'[{"id": null, "abbr": "\xd0\x9a"}, {"id": 7, "abbr": "\xd0\x9a"}, 3, null]'
    assert [kind.id for kind in models.decode(types, list[models.WorkType], "types")] == [7]
    init = b'{"students": [{"studentId": null}, {"studentId": 5}, "x"], "maxMark": "10", "weight": null}'
    found = models.decode(init, models.DiaryInit, "init")
    assert ([student.student_id for student in found.students], found.max_mark) == ([5], 10)
    odd = models.decode(b'{"students": {"studentId": 5}, "maxMark": {}}', models.DiaryInit, "init")
    assert ([student.student_id for student in odd.students], odd.max_mark) == ([5], 5)
    assert "a part of types that can't be read" in caplog.text
    with pytest.raises(models.WrongShape, match="types is not an answer"):
        models.decode(b"<html>", list[models.WorkType], "types")


# --- homework


@pytest.mark.parametrize(
    "text", ["-", "", None, " — ", "Не задано.", "<p></p>", "\u200b", "---", "---Не указана---", "..."]
)
def test_a_text_that_means_nothing_is_set(text: str | None) -> None:
    assert homework_texts(work(typeId=3, assignmentName=text)) == [("", True)]


def test_homework_not_filled_in_yet() -> None:
    assert homework_texts(work(typeId=10)) == []
    assert diary(lesson(assignments=None)).lessons[0].homework == ()


def test_several_tasks_stay_several_and_a_dash_beside_them_is_dropped() -> None:
    found = homework_texts(
        work(id=1, typeId=3, assignmentName="п. 5"),
        work(id=2, typeId=3, assignmentName="-"),
        work(id=3, typeId=3, assignmentName="№ 71"),
    )
    assert found == [("п. 5", False), ("№ 71", False)]


# --- marks


def test_a_debt_is_a_point_that_does_not_count() -> None:
    mark = mark_of(work(mark={"mark": None, "dutyMark": True}))
    assert (mark.value, mark.scale, mark.counts, mark.comment) == (".", "text", False, "задолженность")


@pytest.mark.parametrize("dashes", ["-", "---", "—", " "])
def test_a_cell_of_dashes_has_no_mark(dashes: str) -> None:
    assert diary(lesson(assignments=[work(mark={"mark": dashes})])).lessons[0].marks == ()


def test_the_point_of_a_debt_is_no_placeholder() -> None:
    assert mark_of(work(mark={"mark": "."})).value == "."


def test_a_topic_that_nobody_has_set_is_no_name_of_a_work() -> None:
    mark = mark_of(work(assignmentName="---Не указана---", mark={"mark": 5}, markComment={"name": "-"}))
    assert (mark.work.name, mark.comment) == (None, None)


def test_no_mark_and_no_debt_is_nothing() -> None:
    assert diary(lesson(assignments=[work(mark={"mark": None, "dutyMark": False})])).lessons[0].marks == ()


@pytest.mark.parametrize(
    ("value", "text", "scale", "counts"),
    [
        (5, "5", "5", True),
        (4.0, "4", "5", True),
        ("зч", "зч", "pass", False),
        ("осв.", "осв.", "text", False),
    ],
)
def test_values(value: object, text: str, scale: str, counts: bool) -> None:
    mark = mark_of(work(mark={"mark": value}))
    assert (mark.value, mark.scale, mark.counts) == (text, scale, counts)


def test_weight_nought_counts_once_where_the_school_does_not_weigh() -> None:
    mark = mark_of(work(weight=0, mark={"mark": 5}))
    assert (mark.weight, mark.counts) == (1.0, True)


def test_weight_nought_does_not_count_where_the_school_weighs() -> None:
    weighed = Rules(weighted=True)
    light = mark_of(work(weight=0, mark={"mark": 5}), weighed)
    heavy = mark_of(work(weight=30, mark={"mark": 5}), weighed)
    assert (light.weight, light.counts, heavy.weight, heavy.counts) == (0.0, False, 30.0, True)


def test_another_scale_comes_from_the_school() -> None:
    assert mark_of(work(mark={"mark": 9}), Rules(max_mark=10)).scale == "10"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("А", "practical"), ("В", "test"), ("К", "control"), ("О", "answer"), ("З", "credit"), ("Э", "99")],
)
def test_work_types_of_the_server_are_read_by_their_letters(code: str, kind: str) -> None:
    init = models.DiaryInit(max_mark=5, weight=False)
    rules = translate.rules_of(init, [models.WorkType(id=99, abbr=code)])
    assert mark_of(work(typeId=99, mark={"mark": 5}), rules).work.kind == kind


def test_a_marks_comment_is_kept() -> None:
    assert mark_of(work(mark={"mark": 3}, markComment={"name": "списал"})).comment == "списал"


# --- attendance


@pytest.mark.parametrize(
    ("code", "ours"),
    [
        ("УП", "excused"), ("НП", "absent"), ("ОТ", "absent"), ("ОП", "late"), ("Б", "ill"),
        ("ОСВ", "exempt"), ("нп", "absent"), ("ДО", "ДО"),
    ],
)  # fmt: skip
def test_codes_of_absence(code: str, ours: str) -> None:
    (absence,) = diary(lesson(attendance=code)).lessons[0].attendance
    assert (absence.code, absence.lesson_id) == (ours, "7")


def test_an_absence_in_place_of_a_mark_is_not_a_mark() -> None:
    entry = diary(lesson(assignments=[work(mark={"mark": "НП"})])).lessons[0]
    assert entry.marks == ()
    assert [absence.code for absence in entry.attendance] == ["absent"]


# --- text


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("учить <b>правило</b><br/>и&nbsp;примеры", "учить правило\nи примеры"),
        ('<p style="x">п. 5</p><p>п. 6</p>', "п. 5\nп. 6"),
        ("вы\u200bучить\ufeff", "выучить"),
        ("решить x<b и c>d", "решить x<b и c>d"),
        ("a &lt; b", "a < b"),
        ("\tSb  p.47", "Sb p.47"),
    ],
)
def test_text_is_plain(theirs: str, ours: str) -> None:
    assert homework_texts(work(typeId=3, assignmentName=theirs)) == [(ours, False)]


def test_a_day_sent_as_an_instant_is_that_of_the_school() -> None:
    days = [{"date": "2022-01-12T21:00:00Z", "lessons": [lesson()]}]
    body = msgspec.json.encode({"weekStart": DAY, "weekEnd": DAY, "weekDays": days})
    week = models.decode(body, models.Week, "a test's week")
    window = Window(first=date(2022, 1, 13), last=date(2022, 1, 13))
    found = translate.diary([week], Place("1", "10", "Europe/Moscow"), window, Rules()).lessons
    assert [entry.lesson.starts_at.day for entry in found] == [13]


def test_an_answer_that_is_nested_too_deep_is_of_the_wrong_shape() -> None:
    body = b'{"weekStart": "x", "weekEnd": "x", "weekDays": ' + b"[" * 100_000
    with pytest.raises(models.WrongShape):
        models.decode(body, models.Week, "a test's week")
