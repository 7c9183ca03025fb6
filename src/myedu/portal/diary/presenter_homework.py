"""The page of homework: tasks from today on."""

from datetime import date

from myedu.portal.diary.models import DiaryFacts
from myedu.portal.diary.page_context import PageContext, upper_first
from myedu.portal.diary.presenter_lessons import homework_of, task_views
from myedu.portal.diary.presenter_source import banner, partial, silent
from myedu.portal.diary.presenter_today import awaited_note, next_school_day
from myedu.portal.diary.views import HomeworkDayView, HomeworkView
from myedu.portal.federation.models import Unavailable


def homework_view(context: PageContext, facts: DiaryFacts) -> HomeworkView:
    """The tasks from today on, by the day they are due."""
    outcome = facts.diary
    if isinstance(outcome, Unavailable):
        return HomeworkView(silent=silent(context, outcome))
    tasks = [task for task in homework_of(outcome.value) if task.due_on >= context.today and not task.none]
    nearest = next_school_day(context, outcome.value)
    awaited = awaited_note(context, outcome.value, nearest) if nearest else ""
    days = sorted({task.due_on for task in tasks} | ({nearest} if nearest and awaited else set()))
    return HomeworkView(
        days=tuple(
            HomeworkDayView(
                title=_due_title(context, day),
                tasks=task_views(
                    context, (task for task in tasks if task.due_on == day), done=facts.done, may_tick=True
                ),
                note=awaited if day == nearest else "",
            )
            for day in days
        ),
        empty="" if days else context.words.gettext("The journal has no tasks for the coming days yet."),
        banner=banner(context, outcome),
        partial=partial(context, outcome),
    )


def _due_title(context: PageContext, day: date) -> str:
    title = context.words.day_title(day)
    if day == context.today:
        return context.words.gettext("Today, {day}").format(day=title)
    if day == context.tomorrow:
        return context.words.gettext("Tomorrow, {day}").format(day=title)
    return upper_first(title)
