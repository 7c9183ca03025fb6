"""The page of today: the current lesson, tasks for the next school day, new marks."""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from math import ceil

from myedu.contract.answers import Diary
from myedu.contract.school import Lesson, Mark
from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.diary import links
from myedu.portal.diary.models import DiaryFacts
from myedu.portal.diary.page_context import PageContext, lower_first, upper_first
from myedu.portal.diary.presenter_lessons import (
    extra_mark,
    homework_of,
    is_running,
    lesson_views,
    lessons_of,
    marks_of,
    task_views,
)
from myedu.portal.diary.presenter_source import banner, partial, silent
from myedu.portal.diary.views import ExtraMarkView, NowView, TaskView, TodayView, TomorrowView
from myedu.portal.federation.models import Unavailable
from myedu.portal.room_names import room_name

HOMEWORK_FIRST_FROM = 14
"""The hour from which the page begins with the homework for tomorrow."""
NEW_FOR = timedelta(days=3)
"""Marks this young are new for a viewer who has not opened the diary before."""
MOST_NEW = 5
"""New marks shown beside other things; the page of marks shows all."""


def today_title(context: PageContext) -> str:
    """«Сегодня, вторник, 1 сентября»."""
    return context.words.gettext("Today, {day}").format(day=context.words.day_title(context.today))


def today_view(context: PageContext, facts: DiaryFacts) -> TodayView:
    """Today's lessons and the next school day's tasks."""
    outcome = facts.diary
    if isinstance(outcome, Unavailable):
        return TodayView(silent=silent(context, outcome))
    _ = context.words.gettext
    diary = outcome.value
    entries = lessons_of(diary, context).get(context.today, [])
    fresh = new_marks(context, marks_of(diary), facts.seen_at)
    return TodayView(
        now=now_view(context, [entry.lesson for entry in entries]),
        lessons=lesson_views(context, entries, detailed=True),
        lessons_empty="" if entries else _("No lessons"),
        tomorrow=tomorrow_view(context, diary, done=facts.done, may_tick=True),
        tomorrow_first=context.now.hour >= HOMEWORK_FIRST_FROM,
        new_marks=extra_marks(context, fresh[:MOST_NEW]),
        more_marks=more_marks(context, fresh),
        new_marks_empty="" if fresh else _("No new ones"),
        banner=banner(context, outcome),
        partial=partial(context, outcome),
    )


def now_view(context: PageContext, lessons: list[Lesson]) -> NowView:
    """The card about the current or the next lesson; `lessons`: today's, in order."""
    _ = context.words.gettext
    held = [lesson for lesson in lessons if lesson.status != "cancelled"]
    for lesson in held:
        if is_running(lesson, context):
            return _running(context, lesson)
    for lesson in held:
        if lesson.starts_at > context.now:
            return _coming(context, lesson)
    if held:
        return NowView(title=_("Today's lessons are over"), details="")
    return NowView(title=_("There are no lessons today"), details="")


def _running(context: PageContext, lesson: Lesson) -> NowView:
    words = context.words
    ends = context.local(lesson.ends_at)
    minutes = ceil((lesson.ends_at - context.now).total_seconds() / 60)
    until = words.gettext("until {time}").format(time=words.time(ends))
    return NowView(
        title=words.gettext("Now: {subject}").format(subject=lower_first(context, lesson.subject.name)),
        details=upper_first(" · ".join(part for part in (room_name(words, lesson.room), until) if part)),
        until=ends.isoformat(),
        left=words.ngettext("{n} minute left", "{n} minutes left", minutes).format(n=minutes),
        left_forms=_forms(words, "{n} minute left", "{n} minutes left"),
        online=lesson.online or "",
    )


def _coming(context: PageContext, lesson: Lesson) -> NowView:
    words = context.words
    starts = context.local(lesson.starts_at)
    minutes = ceil((lesson.starts_at - context.now).total_seconds() / 60)
    at = words.gettext("at {time}").format(time=words.time(starts))
    soon = minutes < 60  # later, the time of day says more than minutes
    return NowView(
        title=words.gettext("Next lesson: {subject}").format(
            subject=lower_first(context, lesson.subject.name)
        ),
        details=upper_first(" · ".join(part for part in (room_name(words, lesson.room), at) if part)),
        until=starts.isoformat(),
        left=words.ngettext("in {n} minute", "in {n} minutes", minutes).format(n=minutes) if soon else "",
        left_forms=_forms(words, "in {n} minute", "in {n} minutes") if soon else "",
        online=lesson.online or "",
    )


def _forms(words: Words, one: str, many: str) -> str:
    """A language's plural forms for the script, in CLDR's order: one|few|many, one|other or other."""
    forms = dict.fromkeys(words.ngettext(one, many, n).format(n="%d") for n in (1, 2, 5))
    return "|".join(forms)


def tomorrow_view(
    context: PageContext, diary: Diary, *, done: Collection[str], may_tick: bool
) -> TomorrowView | None:
    """The tasks of the next school day; None if the answer has no such day."""
    words = context.words
    day = next_school_day(context, diary)
    if day is None:
        return None
    due = (task for task in homework_of(diary) if task.due_on == day)
    tasks = task_views(context, due, done=done, may_tick=may_tick)
    if day == context.tomorrow:
        title = words.gettext("For tomorrow")
    else:
        title = words.gettext("For the next school day: {day}").format(day=words.day_title(day))
    summary = tasks_summary(words, tasks, awaited_note(context, diary, day))
    return TomorrowView(title=title, summary=summary, tasks=tasks)


def next_school_day(context: PageContext, diary: Diary) -> date | None:
    """The first day after today with a lesson or a task; None if there is none."""
    days = {*lessons_of(diary, context), *(task.due_on for task in homework_of(diary))}
    return min((day for day in days if day > context.today), default=None)


def awaited_note(context: PageContext, diary: Diary, day: date) -> str:
    """«Пока не записано: химия»: the day's subjects without homework, not even «не задано»; or empty."""
    written = {task.subject.id for task in homework_of(diary) if task.due_on == day}
    awaited = {
        entry.lesson.subject.id: lower_first(context, entry.lesson.subject.name)
        for entry in lessons_of(diary, context).get(day, [])
        if entry.lesson.status != "cancelled" and entry.lesson.subject.id not in written
    }
    if not awaited:
        return ""
    return context.words.gettext("Not written down yet: {subjects}").format(
        subjects=", ".join(awaited.values())
    )


def tasks_summary(words: Words, tasks: Collection[TaskView], awaited: str = "") -> str:
    """«3 задания, 1 готово», with `awaited` after it; «не задано» only if neither is there."""
    _ = words.gettext
    if not tasks:
        return awaited or _("Nothing is set")
    count, ready = len(tasks), sum(task.done for task in tasks)
    text = words.ngettext("{n} task", "{n} tasks", count).format(n=count)
    text = _("{tasks}, {n} done").format(tasks=text, n=ready)
    return f"{text}. {awaited}" if awaited else text


def new_marks(context: PageContext, marks: Collection[Mark], seen_at: datetime | None) -> list[Mark]:
    """Marks set since the last visit, newest first.

    A mark without a time may be of any hour of its day.
    """
    since = context.local(seen_at) if seen_at else context.now - NEW_FOR
    fresh = [mark for mark in marks if _is_new(mark, since)]
    fresh.sort(key=lambda mark: (mark.day, mark.set_at.timestamp() if mark.set_at else 0), reverse=True)
    return fresh


def extra_marks(context: PageContext, marks: Iterable[Mark]) -> tuple[ExtraMarkView, ...]:
    """Marks with their subjects and days."""
    return tuple(extra_mark(context, mark, context.words.day_month(mark.day)) for mark in marks)


def more_marks(
    context: PageContext, marks: Collection[Mark], shown: int = MOST_NEW, href: str = ""
) -> Link | None:
    """«ещё 8 оценок»: a link to the marks beyond those shown; None if there are none.

    `href`: where they are, by default the page of marks.
    """
    rest = len(marks) - shown
    if rest < 1:
        return None
    label = context.words.ngettext("{n} more mark", "{n} more marks", rest).format(n=rest)
    return Link(label=label, href=href or links.marks(context.student.child))


def _is_new(mark: Mark, since: datetime) -> bool:
    return mark.set_at > since if mark.set_at else mark.day >= since.date()
