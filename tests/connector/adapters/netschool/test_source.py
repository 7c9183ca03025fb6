"""Recorded answers: as they are, replayed into other weeks, or generated."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from myedu.connector.adapters.netschool import models, translate
from myedu.connector.adapters.netschool.roster import EnrolledStudent
from myedu.connector.adapters.netschool.sample import write_sample
from myedu.connector.adapters.netschool.source import (
    RecordedSource,
    SourceRefuses,
    read_neighbours,
)
from myedu.connector.sdk.diary import homework_of, marks_of
from myedu.contract.answers import Diary
from myedu.contract.windows import week_of
from myedu.kit.clock import FixedClock

LONG_AFTER = date(2026, 11, 23)  # a Monday


@pytest.fixture
def generated(tmp_path: Path) -> Path:
    write_sample(tmp_path)
    return tmp_path


def as_diary(week: models.Week | None, enrolled: EnrolledStudent, monday: date) -> Diary:
    assert week is not None
    return translate.diary([week], enrolled.place, week_of(monday), translate.Rules())


async def test_a_recorded_week_comes_as_it_was(recordings: Path, enrolled: EnrolledStudent) -> None:
    for replay in (False, True):
        source = RecordedSource(recordings, replay=replay)
        first = as_diary(await source.week(enrolled, date(2022, 1, 10)), enrolled, date(2022, 1, 10))
        second = as_diary(await source.week(enrolled, date(2022, 1, 24)), enrolled, date(2022, 1, 24))
        assert (len(first.lessons), len(second.lessons)) == (19, 35)
        assert first.lessons[0].lesson.id == "192287987"


async def test_without_replay_an_unrecorded_week_is_empty(
    recordings: Path, enrolled: EnrolledStudent
) -> None:
    source = RecordedSource(recordings)
    assert as_diary(await source.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER).lessons == ()


async def test_replay_shows_the_fullest_week_moved_by_whole_weeks(
    recordings: Path, enrolled: EnrolledStudent
) -> None:
    source = RecordedSource(recordings, replay=True)
    recorded = as_diary(await source.week(enrolled, date(2022, 1, 24)), enrolled, date(2022, 1, 24))
    replayed = as_diary(await source.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER)
    shift = LONG_AFTER - date(2022, 1, 24)
    assert [entry.lesson.starts_at for entry in replayed.lessons] == [
        entry.lesson.starts_at + shift for entry in recorded.lessons
    ]
    assert [task.due_on for task in homework_of(replayed).homework] == [
        task.due_on + shift for task in homework_of(recorded).homework
    ]
    assert len({day.lesson.starts_at.date() for day in replayed.lessons}) == 6


async def test_replayed_weeks_are_the_same_each_time_and_have_ids_of_their_own(
    recordings: Path, enrolled: EnrolledStudent
) -> None:
    source = RecordedSource(recordings, replay=True)
    again = RecordedSource(recordings, replay=True)
    next_week = LONG_AFTER + timedelta(days=7)
    here = as_diary(await source.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER)
    there = as_diary(await source.week(enrolled, next_week), enrolled, next_week)
    assert here == as_diary(await again.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER)
    ids = [entry.lesson.id for whole in (here, there) for entry in whole.lessons]
    assert len(ids) == len(set(ids)) == 70


async def test_replayed_lessons_that_have_not_been_have_no_marks(
    recordings: Path, enrolled: EnrolledStudent
) -> None:
    # 20:00 in UTC on Tuesday is Wednesday in Vladivostok.
    clock = FixedClock(datetime(2026, 11, 24, 20, tzinfo=UTC))
    source = RecordedSource(recordings, replay=True, clock=clock)
    whole = as_diary(await source.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER)
    assert [mark.day for mark in marks_of(whole).marks] == [
        date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 24), date(2026, 11, 24),
    ]  # fmt: skip
    assert len(whole.lessons) == 35
    clock.set(datetime(2026, 11, 23, 20, tzinfo=UTC))  # Tuesday there too, two hours before its lessons
    early = as_diary(await source.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER)
    assert [mark.day for mark in marks_of(early).marks] == [date(2026, 11, 23)]
    clock.advance(timedelta(days=7))
    later = as_diary(await source.week(enrolled, LONG_AFTER), enrolled, LONG_AFTER)
    assert len(marks_of(later).marks) == 12


async def test_generated_weeks_have_the_quirks_of_the_real_ones(
    generated: Path, enrolled: EnrolledStudent
) -> None:
    source = RecordedSource(generated, replay=True)
    week = await source.week(enrolled, LONG_AFTER)
    assert week is not None
    lessons = [lesson for day in week.week_days or () for lesson in day.lessons or ()]
    numbers = [[lesson.number for lesson in day.lessons or ()] for day in week.week_days or ()]
    assert any(day != sorted(day) for day in numbers)
    assert any(len(day) != len(set(day)) for day in numbers)
    assert any(lesson.room is None for lesson in lessons)
    assert any(lesson.room for lesson in lessons)
    works = [work for lesson in lessons for work in lesson.assignments or ()]
    assert any(not lesson.assignments for lesson in lessons)
    assert any(work.mark and work.mark.duty_mark for work in works)
    whole = as_diary(week, enrolled, LONG_AFTER)
    assert any(task.none for task in homework_of(whole).homework)
    marks = marks_of(whole).marks
    assert {mark.value for mark in marks} >= {"5", "зч", "."}
    assert len({mark.work.name for mark in marks}) == len(marks) < len(lessons) / 3
    assert not [mark for mark in marks if mark.subject.name in ("Разговоры о важном", "Физическая культура")]


def test_generated_weeks_are_always_the_same(tmp_path: Path) -> None:
    write_sample(tmp_path / "one")
    write_sample(tmp_path / "two")
    assert [file.read_bytes() for file in sorted((tmp_path / "one").iterdir())] == [
        file.read_bytes() for file in sorted((tmp_path / "two").iterdir())
    ]


def test_a_folder_without_answers_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SourceRefuses, match="--sample"):
        RecordedSource(tmp_path)


def test_a_file_that_is_not_an_answer_is_named(tmp_path: Path) -> None:
    (tmp_path / "diary.json").write_text('{"weekStart": "2022-01-10T00:00:00"}')
    with pytest.raises(models.WrongShape, match=r"diary\.json.*weekEnd"):
        RecordedSource(tmp_path)


def test_the_journals_organisations_repeat_inn_and_ogrn(recordings: Path) -> None:
    found = read_neighbours(recordings)
    assert len(found) == len({school.id for school in found}) == 18
    assert len({school.inn for school in found}) < 18
    assert len({school.ogrn for school in found}) < 18
