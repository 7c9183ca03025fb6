"""The page of a week. Pure: the contract's structs in, a view out."""

from datetime import date, timedelta

from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson
from myedu.contract.windows import Window
from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.diary import links
from myedu.portal.diary.models import DiaryFacts
from myedu.portal.diary.page_context import PageContext, upper_first
from myedu.portal.diary.presenter_lessons import extra_mark, lesson_views, lessons_of, task_view
from myedu.portal.diary.presenter_source import banner, partial, silent
from myedu.portal.diary.views import DayView, WeekView
from myedu.portal.federation.models import Unavailable

SATURDAY = 5


def week_view(context: PageContext, facts: DiaryFacts) -> WeekView:
    """Monday to Sunday. The days are empty if the journal's data is unavailable."""
    outcome, week = facts.diary, facts.window
    words, child = context.words, context.student.child
    _ = words.gettext
    days: tuple[DayView, ...] = ()
    if not isinstance(outcome, Unavailable):
        days = _days(context, outcome.value, week)
    is_current = context.today in week
    return WeekView(
        title=week_title(words, week),
        previous=Link(label=_("Previous"), href=links.week(child, week.first - timedelta(days=7))),
        following=Link(label=_("Next"), href=links.week(child, week.first + timedelta(days=7))),
        running=None if is_current else Link(label=_("This week"), href=links.week(child, context.today)),
        days=days,
        empty=_("There are no lessons in this week.")
        if days and not any(day.lessons for day in days)
        else "",
        banner=banner(context, outcome, "#week"),
        silent=silent(context, outcome),
        partial=partial(context, outcome),
    )


def week_title(words: Words, week: Window) -> str:
    """«Неделя 31 августа — 5 сентября»: a school week has six days, so Sunday isn't named."""
    days = words.week_title(week.first, week.first + timedelta(days=SATURDAY))
    return words.gettext("Week of {days}").format(days=days)


def _days(context: PageContext, diary: Diary, week: Window) -> tuple[DayView, ...]:
    lessons = lessons_of(diary, context)
    awaited = next((day for day in sorted(lessons) if day > context.today), None)
    extra_days = {mark.day for mark in diary.marks} | {task.due_on for task in diary.homework}
    days = (week.first + timedelta(days=number) for number in range(week.days))
    return tuple(
        _day(context, diary, day, lessons.get(day, []), awaits_homework=day == awaited)
        for day in days
        if day.weekday() <= SATURDAY or day in lessons or day in extra_days
    )


def _day(
    context: PageContext, diary: Diary, day: date, entries: list[DiaryLesson], *, awaits_homework: bool
) -> DayView:
    words = context.words
    title = words.day_title(day)
    weekday, _, number = words.day_short(day).rpartition(" ")
    held = sum(entry.lesson.status != "cancelled" for entry in entries)
    return DayView(
        anchor=f"d{day.isoformat()}",
        title=upper_first(title),
        weekday=weekday,
        number=number,
        count=words.ngettext("{n} lesson", "{n} lessons", held).format(n=held) if held else "",
        today=day == context.today,
        lessons=lesson_views(context, entries, awaits_homework=awaits_homework),
        empty="" if entries else words.gettext("No lessons"),
        extra_marks=tuple(extra_mark(context, mark) for mark in diary.marks if mark.day == day),
        extra_tasks=tuple(task_view(context, task) for task in diary.homework if task.due_on == day),
    )
