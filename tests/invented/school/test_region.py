"""The generated region is believable, and the same for the same seed."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from itertools import pairwise

import pytest

from myedu.contract.snils import normalise_snils
from myedu.contract.tables import REFERENCES
from myedu.invented.regions import REGIONS, UnknownRegion
from myedu.invented.school import Cast, CastPerson, CastPupil, CastTeacher, generate_region
from tests.invented.cast import CAST, MOTHER, PUPIL, TODAY

Region = dict[str, list]


@cache
def region(code: str = "16", seed: int = 7, today: date = TODAY, pupils: int = 150) -> Region:
    rows: Region = defaultdict(list)
    for batch in generate_region(seed, code, today, pupils=pupils, school_size=75, cast=CAST):
        for table, found in batch.items():
            rows[table] += found
    return rows


def test_the_same_seed_gives_the_same_rows():
    again = generate_region(7, "16", TODAY, pupils=150, school_size=75, cast=CAST)
    rows: Region = defaultdict(list)
    for batch in again:
        for table, found in batch.items():
            rows[table] += found

    assert rows == region()


def test_other_seeds_and_regions_are_other_people():
    def snils(rows: Region) -> set[str]:
        return {person.snils for person in rows["persons"]} - {MOTHER.snils, PUPIL.snils}

    assert not snils(region()) & snils(region("14"))
    assert snils(region()) != snils(region(seed=8))
    assert {school.time_zone for school in region("14")["organizations"]} == {
        "Asia/Yakutsk",
        "Asia/Vladivostok",
    }


def test_every_reference_resolves():
    rows = region()
    ids = {table: {row.id for row in found if hasattr(row, "id")} for table, found in rows.items()}

    for table, references in REFERENCES.items():
        for column, target in references.items():
            named = {getattr(row, column) for row in rows[table]} - {None}
            assert named <= ids[target], (table, column)
    assert all(len(found) == len(ids[table]) for table, found in rows.items() if ids[table])


def test_snils_are_valid_and_belong_to_one_person():
    numbers = [person.snils for person in region()["persons"]]

    assert len(set(numbers)) == len(numbers)
    assert all(normalise_snils(number) == number for number in numbers)


def test_ids_pass_two_to_the_fifty_third():
    assert all(int(lesson.id) > 2**53 for lesson in region()["lessons"])


def _lessons_of_pupils(rows: Region) -> dict[str, list]:
    by_group = defaultdict(list)
    for lesson in rows["lessons"]:
        by_group[lesson.group_id].append(lesson)
    lessons = defaultdict(list)
    for enrollment in rows["enrollments"]:
        lessons[enrollment.person_id] += by_group[enrollment.group_id]
    return lessons


def test_no_pupil_is_in_two_places_at_once():
    for pupil, lessons in _lessons_of_pupils(region()).items():
        held = [lesson for lesson in lessons if lesson.status in ("held", "planned")]
        starts = Counter(lesson.starts_at for lesson in held)
        assert max(starts.values()) == 1, (pupil, starts.most_common(2))


def test_no_teacher_is_in_two_places_at_once():
    rows = region()
    lessons = {lesson.id: lesson for lesson in rows["lessons"]}
    person_of = {post.id: post.person_id for post in rows["staff"]}
    slots: dict[str, list] = defaultdict(list)
    for link in rows["lesson_teachers"]:
        lesson = lessons[link.lesson_id]
        if lesson.status in ("held", "planned"):
            slots[person_of[link.staff_id]].append((lesson.starts_at, lesson.ends_at, lesson.id))
    for teacher, busy in slots.items():
        busy.sort()
        for (_, ends, lesson_id), (starts, _, next_id) in pairwise(busy):
            assert ends <= starts, (teacher, lessons[lesson_id], lessons[next_id])


def test_a_day_has_no_more_than_eight_lessons_and_no_gaps():
    for lessons in _lessons_of_pupils(region()).values():
        days = defaultdict(set)
        for lesson in lessons:
            days[lesson.day].add(lesson.number)
        assert max(len(numbers) for numbers in days.values()) <= 8
        for day, numbers in days.items():
            assert numbers == set(range(1, max(numbers) + 1)), day


def test_every_class_has_a_class_teacher():
    rows = region()
    class_teachers = {post.id for post in rows["staff"] if post.role == "class_teacher"}
    led = {row.group_id for row in rows["teaching"] if row.staff_id in class_teachers}

    assert led == {group.id for group in rows["groups"] if group.kind == "class"}


def test_subjects_follow_the_grade():
    rows = region()
    subjects = {subject.id: subject.name for subject in rows["subjects"]}
    grade_of = {group.id: group.grade for group in rows["groups"]}
    by_grade = defaultdict(set)
    for entry in rows["timetable"]:
        by_grade[grade_of[entry.group_id]].add(subjects[entry.subject_id])

    assert {"Литературное чтение", "Математика"} <= by_grade[4]
    assert {"Литература", "Математика"} <= by_grade[6]
    assert {"Алгебра", "Геометрия", "Вероятность и статистика", "Татарский язык"} <= by_grade[7]
    assert "Математика" not in by_grade[7]
    assert "ОБЗР" in by_grade[10]
    first = [one for one in rows["timetable"] if (one.weekday, one.number) == (1, 1)]
    assert {subjects[one.subject_id] for one in first} == {"Разговоры о важном"}


def test_there_are_subgroups_second_shifts_substitutions_and_cancelled_lessons():
    rows = region()
    kinds = Counter(group.kind for group in rows["groups"])

    assert {group.shift for group in rows["groups"]} == {1, 2, None}
    assert set(kinds) == {"class", "subgroup", "elective", "individual"}
    assert {lesson.status for lesson in rows["lessons"]} == {"planned", "held", "cancelled", "moved"}
    assert any(lesson.replaces_staff_id for lesson in rows["lessons"])
    assert any(lesson.replaces_lesson_id for lesson in rows["lessons"])
    assert any(lesson.replaces_room and not lesson.replaces_staff_id for lesson in rows["lessons"])
    assert any(lesson.online for lesson in rows["lessons"])
    assert any(link.revoked_at for link in region(seed=9)["guardianships"])


def test_marks_end_today_and_grade_1_has_none():
    rows = region()
    grade_of_group = {group.id: group.grade for group in rows["groups"]}
    grade_of = {row.person_id: grade_of_group[row.group_id] for row in rows["enrollments"]}

    assert max(mark.day for mark in rows["marks"]) == TODAY
    assert 1 not in {grade_of[mark.person_id] for mark in rows["marks"]}
    values = Counter(mark.value for mark in rows["marks"])
    assert set(values) == {"2", "3", "4", "5", "н/а"}
    assert values["4"] + values["5"] > values["2"] + values["3"]
    assert {mark.position for mark in rows["marks"]} == {1, 2}
    assert len({mark.weight for mark in rows["marks"]}) >= 4


def test_absent_pupils_have_no_marks():
    rows = region()
    away = {(a.person_id, a.lesson_id) for a in rows["attendance"] if a.code in ("absent", "excused", "ill")}

    assert away
    assert not away & {(mark.person_id, mark.lesson_id) for mark in rows["marks"]}


def test_homework_goes_past_today_and_half_of_today_is_held():
    rows = region()
    due = {task.due_on for task in rows["homework"]}
    today = {lesson.status for lesson in rows["lessons"] if lesson.day == TODAY}

    assert max(due) >= TODAY + timedelta(days=2)
    assert all(task.set_on < task.due_on or task.set_on == task.due_on for task in rows["homework"])
    assert {"held", "planned"} <= today


def test_families_have_siblings_and_mothers_older_than_children():
    rows = region()
    persons = {person.id: person for person in rows["persons"]}
    children = Counter(link.guardian_id for link in rows["guardianships"])

    assert max(children.values()) >= 2
    for link in rows["guardianships"]:
        guardian, child = persons[link.guardian_id], persons[link.child_id]
        assert child.birth_date.year - guardian.birth_date.year >= 17


def test_the_cast_is_in_the_region():
    rows = region()
    by_snils = {person.snils: person for person in rows["persons"]}
    mother, pupil = by_snils[MOTHER.snils], by_snils[PUPIL.snils]
    links = [link for link in rows["guardianships"] if link.child_id == pupil.id]

    assert [(link.guardian_id, link.revoked_at) for link in links] == [(mother.id, None)]
    assert mother.esia_oid == MOTHER.esia_oid


def test_a_mother_who_teaches_is_one_person():
    cast = Cast(pupils=CAST.pupils, teachers=(CastTeacher(person=MOTHER, subject="Алгебра"),))
    batches = list(generate_region(1, "78", TODAY, pupils=66, school_size=66, cast=cast))
    mothers = [one for batch in batches for one in batch["persons"] if one.snils == MOTHER.snils]
    posts = {post.role for post in batches[1]["staff"] if post.person_id == mothers[0].id}
    subjects = {subject.id: subject.name for subject in batches[1]["subjects"]}
    own = {post.id for post in batches[1]["staff"] if post.person_id == mothers[0].id}
    taught = {subjects[row.subject_id] for row in batches[1]["teaching"] if row.staff_id in own}

    assert len(mothers) == 1
    assert "teacher" in posts
    assert taught & {"Математика", "Алгебра"}


def test_a_cast_pupil_without_a_grade_gets_one_by_age():
    born = date(2013, 7, 1)
    cast = Cast(pupils=(CastPupil(person=CastPerson(last_name="Я", first_name="Я", birth_date=born)),))
    batches = list(generate_region(1, "78", TODAY, pupils=66, school_size=66, cast=cast))
    pupil = next(person for person in batches[1]["persons"] if person.last_name == "Я")
    group_id = next(row.group_id for row in batches[1]["enrollments"] if row.person_id == pupil.id)

    assert next(one.grade for one in batches[1]["groups"] if one.id == group_id) == 7


def test_batches_come_one_by_one():
    batches = generate_region(1, "50", TODAY, pupils=300_000, school_size=300)
    next(batches)

    assert len(list(next(batches)["enrollments"])) > 300


@pytest.mark.parametrize("code", sorted(REGIONS))
def test_every_pilot_region_can_be_made(code: str):
    batches = generate_region(3, code, TODAY, pupils=30, school_size=30)

    assert sum(len(batch.get("lessons", ())) for batch in batches) > 5_000


def test_an_unknown_region_names_the_known_ones():
    with pytest.raises(UnknownRegion, match="16"):
        next(generate_region(1, "99", TODAY))
