"""Replaces derived ids in a diary by the ids of the export: the federal format has only names."""

from msgspec.structs import replace

from myedu.connector.adapters.fgis.models import EnrolledStudent, folded
from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson, Ref


def with_export_ids(diary: Diary, enrolled: EnrolledStudent) -> Diary:
    """The diary with the export's school, class and subjects; other subjects keep their derived ids."""
    return replace(
        diary,
        organization=enrolled.organization,
        group=enrolled.group,
        lessons=tuple(_lesson(entry, enrolled) for entry in diary.lessons),
    )


def _lesson(entry: DiaryLesson, enrolled: EnrolledStudent) -> DiaryLesson:
    subject = _subject(entry.lesson.subject, enrolled)
    replaces = entry.lesson.replaces
    if replaces is not None and replaces.subject is not None:
        replaces = replace(replaces, subject=_subject(replaces.subject, enrolled))
    return DiaryLesson(
        lesson=replace(entry.lesson, subject=subject, group=enrolled.group, replaces=replaces),
        homework=tuple(replace(task, subject=subject) for task in entry.homework),
        marks=tuple(replace(mark, subject=subject) for mark in entry.marks),
        attendance=tuple(replace(absence, subject=subject) for absence in entry.attendance),
    )


def _subject(subject: Ref, enrolled: EnrolledStudent) -> Ref:
    return Ref(id=enrolled.subjects.get(folded(subject.name), subject.id), name=subject.name)
