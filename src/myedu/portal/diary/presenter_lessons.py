"""Lessons, marks and tasks in words: the parts of the diary's pages."""

from collections.abc import Collection, Iterable
from datetime import date
from itertools import chain

from myedu.contract.answers import Diary
from myedu.contract.school import Attachment, Attendance, DiaryLesson, Homework, Lesson, Mark
from myedu.kit.i18n import Words
from myedu.portal.diary import links
from myedu.portal.diary.page_context import PageContext
from myedu.portal.diary.views import (
    ExtraMarkView,
    FileView,
    LessonView,
    MarkView,
    TagView,
    TaskView,
    TickView,
)
from myedu.portal.room_names import room_name

LONG_TEXT = 400
"""Characters of a task's text that are shown at once."""
_TONES = {"5": "m5", "4": "m4", "3": "m3", "2": "m2", "1": "m2"}


def lessons_of(diary: Diary, context: PageContext) -> dict[date, list[DiaryLesson]]:
    """Day at the school → its lessons in order; journals send them in any order."""
    days: dict[date, list[DiaryLesson]] = {}
    for entry in sorted(diary.lessons, key=_order):
        days.setdefault(context.local(entry.lesson.starts_at).date(), []).append(entry)
    return days


def homework_of(diary: Diary) -> list[Homework]:
    """Every task of an answer, with and without a lesson; each id once, as a tick is of an id."""
    by_id: dict[str, Homework] = {}
    for task in chain(diary.homework, *(entry.homework for entry in diary.lessons)):
        by_id.setdefault(task.id, task)
    return list(by_id.values())


def marks_of(diary: Diary) -> list[Mark]:
    """Every mark of an answer, with and without a lesson."""
    return [*diary.marks, *(mark for entry in diary.lessons for mark in entry.marks)]


def is_running(lesson: Lesson, context: PageContext) -> bool:
    """Whether the lesson is going on now; a cancelled one never is."""
    return lesson.status != "cancelled" and lesson.starts_at <= context.now < lesson.ends_at


def lesson_views(
    context: PageContext, entries: list[DiaryLesson], *, detailed: bool = False, awaits_homework: bool = False
) -> tuple[LessonView, ...]:
    """The rows of one day.

    `detailed` adds teachers and topics. `awaits_homework`: a lesson without homework says that it is not
    written down yet, which is not «не задано».
    """
    starts = [entry.lesson.starts_at for entry in entries]
    return tuple(
        _lesson_view(
            context,
            entry,
            detailed=detailed,
            awaits_homework=awaits_homework,
            shares_time=starts.count(entry.lesson.starts_at) > 1,
        )
        for entry in entries
    )


def _lesson_view(
    context: PageContext, entry: DiaryLesson, *, detailed: bool, awaits_homework: bool, shares_time: bool
) -> LessonView:
    words, lesson = context.words, entry.lesson
    starts, ends = context.local(lesson.starts_at), context.local(lesson.ends_at)
    off = lesson.status == "cancelled"
    is_tracked = starts.date() == context.today and not off  # by the script
    details = [room_name(words, lesson.room)]
    if shares_time and lesson.group:
        details.append(lesson.group.name)
    if detailed and not lesson.is_substitution:
        details += [short_name(teacher.name) for teacher in lesson.teachers]
    # If a lesson won't take place, its tasks still matter; its topic and «не задано» don't.
    tasks = tuple(task_view(context, task) for task in entry.homework if not (off and task.none))
    if not tasks and awaits_homework and not off:
        tasks = (not_written_yet(context, lesson.subject.name),)
    return LessonView(
        subject=lesson.subject.name,
        href=links.subject(context.student.child, lesson.subject.id, day=starts.date()),
        starts=words.time(starts),
        ends=words.time(ends),
        starts_iso=starts.isoformat() if is_tracked else "",
        ends_iso=ends.isoformat() if is_tracked else "",
        details=" · ".join(detail for detail in details if detail),
        topic=(lesson.topic or "") if detailed and not off else "",
        off=off,
        running=is_running(lesson, context),
        tags=_lesson_tags(words, lesson),
        marks=(
            *(mark_view(words, mark) for mark in sorted(entry.marks, key=lambda mark: mark.position)),
            *(attendance_view(words, absence) for absence in entry.attendance),
        ),
        tasks=tasks,
        online=lesson.online or "",
    )


def short_name(full: str) -> str:
    """«Иванова Мария Петровна» → «Иванова М. П.»; a name without three parts as it is."""
    parts = full.split()
    return f"{parts[0]} {parts[1][0]}. {parts[2][0]}." if len(parts) == 3 else full


def _lesson_tags(words: Words, lesson: Lesson) -> tuple[TagView, ...]:
    if lesson.status in ("planned", "held") and not lesson.replaces and lesson.kind == "lesson":
        return ()  # nearly every lesson
    _ = words.gettext
    if lesson.status == "cancelled":
        return (TagView(text=_("This lesson won't take place"), tone="bad"),)
    tags = []
    if lesson.status == "moved":
        tags.append(TagView(text=_("The lesson is moved here"), tone="warn"))
    if lesson.is_substitution:
        tags.append(TagView(text=_replacement(words, lesson), tone="warn"))
    if lesson.planned_room:
        text = _("Another room (was: {room})").format(room=room_name(words, lesson.planned_room))
        tags.append(TagView(text=text, tone="warn"))
    if lesson.kind == "extra":
        tags.append(TagView(text=_("Extra-curricular"), tone="info"))
    return tuple(tags)


def _replacement(words: Words, lesson: Lesson) -> str:
    _ = words.gettext
    replaced = lesson.replaces.subject if lesson.replaces else None
    if replaced and replaced.id != lesson.subject.id:
        return _("Instead of: {subject}").format(subject=replaced.name)
    if lesson.teachers:
        return _("Substitution: {teacher}").format(teacher=short_name(lesson.teachers[0].name))
    return _("Substitution")


def mark_view(words: Words, mark: Mark) -> MarkView:
    """A mark with its tone and spoken form; marks of other scales than five points have no tone."""
    _ = words.gettext
    names = {"5": _("five"), "4": _("four"), "3": _("three"), "2": _("two"), "1": _("one")}
    five_point = mark.scale == "5"
    spoken = names.get(mark.value, mark.value) if five_point else mark.value
    weight = "" if mark.weight == 1 else number(words, mark.weight)
    if weight:
        spoken = _("{mark}, weight {weight}").format(mark=spoken, weight=weight)
    return MarkView(
        value=mark.value,
        tone=_TONES.get(mark.value[:1], "") if five_point else "",
        spoken=spoken,
        weight=weight,
        comment=mark.comment or "",
    )


def attendance_view(words: Words, absence: Attendance) -> MarkView:
    """A letter as in a paper journal; an unknown code as it is."""
    _ = words.gettext
    known = {
        "absent": (words.pgettext("attendance", "A"), _("absent")),
        "excused": (words.pgettext("attendance", "E"), _("absent for a good reason")),
        "ill": (words.pgettext("attendance", "I"), _("ill")),
        "late": (words.pgettext("attendance", "L"), _("late")),
        "exempt": (words.pgettext("attendance", "Ex"), _("exempt")),
    }
    value, spoken = known.get(absence.code, (absence.code, absence.code))
    if absence.code == "late" and absence.minutes:
        spoken = _("late by {minutes} min").format(minutes=absence.minutes)
    return MarkView(value=value, tone="away", spoken=spoken, comment=absence.reason or "")


def extra_mark(context: PageContext, mark: Mark, note: str = "") -> ExtraMarkView:
    """A mark shown without its lesson, so with its subject."""
    return ExtraMarkView(
        subject=mark.subject.name,
        href=links.subject(context.student.child, mark.subject.id, day=mark.day),
        mark=mark_view(context.words, mark),
        note=note,
    )


def number(words: Words, value: float) -> str:
    """«2», «1,5»: at most one decimal."""
    return words.decimal(value, 0) if value == int(value) else words.decimal(value, 1)


def task_view(
    context: PageContext, task: Homework, *, done: Collection[str] = (), may_tick: bool = False
) -> TaskView:
    """A task. `done`: ids of the ticked tasks; `may_tick`: the viewer gets the form that ticks it."""
    _ = context.words.gettext
    if task.none:
        return TaskView(id=task.id, subject=task.subject.name, text=_("Nothing is set"), quiet=True)
    text, more = _split(task.text)
    ticked = task.id in done
    notes = [_("personal task")] if task.individual else []
    if task.minutes:
        notes.append(_("about {minutes} min").format(minutes=task.minutes))
    return TaskView(
        id=task.id,
        subject=task.subject.name,
        text=text or _("See the files") if task.attachments or task.materials else text,
        more=more,
        done=ticked,
        notes=" · ".join(notes),
        files=(
            *(FileView(name=link.name, href=link.url) for link in task.materials),
            *(_file_view(context, file) for file in task.attachments),
        ),
        tick=_tick(context, task, ticked) if may_tick else None,
    )


def not_written_yet(context: PageContext, subject: str) -> TaskView:
    """What a lesson shows while its homework is not written down."""
    return TaskView(id="", subject=subject, text=context.words.gettext("Not written down yet"), quiet=True)


def task_views(
    context: PageContext, tasks: Iterable[Homework], *, done: Collection[str], may_tick: bool
) -> tuple[TaskView, ...]:
    """The tasks by subject; «не задано» is left out."""
    ordered = sorted((task for task in tasks if not task.none), key=lambda task: (task.subject.name, task.id))
    return tuple(task_view(context, task, done=done, may_tick=may_tick) for task in ordered)


def _tick(context: PageContext, task: Homework, ticked: bool) -> TickView:
    _ = context.words.gettext
    return TickView(
        action=links.homework_done(context.student.child, task.id),
        label=_("Done"),
        subject=task.subject.name,
        value="0" if ticked else "1",
        pressed="true" if ticked else "false",
        failed=_("The tick wasn't saved: no connection. Try again."),
    )


def _split(text: str) -> tuple[str, str]:
    """The beginning of a text and its rest, cut at a space; the rest of a short one is empty."""
    text = text.strip()
    if len(text) <= LONG_TEXT:
        return text, ""
    place = text.rfind(" ", LONG_TEXT // 2, LONG_TEXT)
    place = LONG_TEXT if place < 0 else place
    return text[:place], text[place:].strip()


def _file_view(context: PageContext, file: Attachment) -> FileView:
    return FileView(
        name=file.name,
        href=links.file(context.student.child, file.id),
        note="" if file.size is None else file_size(context.words, file.size),
    )


def file_size(words: Words, size: int) -> str:
    """«240 КБ», «1,5 МБ»; `size` in bytes."""
    if size < 1_000_000:
        return words.gettext("{size} KB").format(size=max(1, round(size / 1000)))
    return words.gettext("{size} MB").format(size=words.decimal(size / 1_000_000, 1))


def _order(entry: DiaryLesson) -> tuple[float, int, str, str]:
    lesson = entry.lesson
    return lesson.starts_at.timestamp(), lesson.number or 0, lesson.subject.name, lesson.id
