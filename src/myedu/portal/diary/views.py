"""What each template of the diary is given: all words chosen, all numbers formatted."""

from myedu.kit.web.pages import ChoiceView, Link, View


class SilentView(View, frozen=True):
    """There is neither an answer nor a copy: what that means and what to do."""

    title: str
    text: str
    retry: Link


class LateView(View, frozen=True):
    """A block that the script requests again, from the page that waits for the journal."""

    href: str
    target: str  # selector of the block, in this page and in the response


class BannerView(View, frozen=True):
    """A copy is shown, as the journal has failed or has not answered yet."""

    text: str
    retry: Link
    late: LateView | None = None


class MarkView(View, frozen=True):
    """A mark or an absence, as a chip."""

    value: str
    tone: str  # m5, m4, m3, m2, away, or "" for other scales
    spoken: str  # «пять, вес 2»
    weight: str = ""  # shown only when it isn't one
    comment: str = ""


class TagView(View, frozen=True):
    """A short label at a lesson or on a card."""

    text: str
    tone: str = ""  # good, info, warn, bad


class FileView(View, frozen=True):
    """A link to a file of a task."""

    name: str
    href: str
    note: str = ""  # «240 КБ»


class TickView(View, frozen=True):
    """The form that ticks a task or removes the tick."""

    action: str
    label: str
    subject: str  # for screen readers, which read the button without the task
    value: str  # what the form sends
    pressed: str  # "true" or "false", aria-pressed
    failed: str  # shown if the tick did not reach the portal


class TaskView(View, frozen=True):
    """One task of a subject; `quiet`: nothing is set, or nothing is written down yet."""

    id: str
    subject: str
    text: str
    more: str = ""  # the rest of a long text
    quiet: bool = False
    done: bool = False
    notes: str = ""
    files: tuple[FileView, ...] = ()
    tick: TickView | None = None


class LessonView(View, frozen=True):
    """A lesson's row."""

    subject: str
    href: str
    starts: str
    ends: str
    starts_iso: str = ""  # of a lesson of today, so that the script can mark it as running
    ends_iso: str = ""
    details: str = ""
    topic: str = ""
    off: bool = False  # cancelled
    running: bool = False
    tags: tuple[TagView, ...] = ()
    marks: tuple[MarkView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    online: str = ""


class ExtraMarkView(View, frozen=True):
    """A mark whose lesson is not shown."""

    subject: str
    href: str
    mark: MarkView
    note: str = ""


class DayView(View, frozen=True):
    """A day of the week's page. `anchor`: the id of its section; `extra_…`: without a lesson on the page."""

    anchor: str
    title: str
    weekday: str
    number: str
    count: str
    today: bool
    lessons: tuple[LessonView, ...] = ()
    empty: str = ""
    extra_marks: tuple[ExtraMarkView, ...] = ()
    extra_tasks: tuple[TaskView, ...] = ()


class WeekView(View, frozen=True):
    """The week's page."""

    title: str
    previous: Link
    following: Link
    running: Link | None  # to the current week; None on it
    days: tuple[DayView, ...] = ()
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None
    partial: str = ""  # that entries of the answer are missing


class NowView(View, frozen=True):
    """The card of the current or the next lesson."""

    title: str
    details: str
    until: str = ""  # ISO 8601; then the card is out of date
    left: str = ""  # «осталось 18 минут»
    left_forms: str = ""  # the same with %d, forms separated by |
    online: str = ""


class TomorrowView(View, frozen=True):
    """The tasks of the next school day."""

    title: str
    summary: str
    tasks: tuple[TaskView, ...] = ()


class TodayView(View, frozen=True):
    """Today's page."""

    now: NowView | None = None
    lessons: tuple[LessonView, ...] = ()
    lessons_empty: str = ""
    tomorrow: TomorrowView | None = None
    tomorrow_first: bool = False  # from 14:00 visitors look for the homework
    new_marks: tuple[ExtraMarkView, ...] = ()
    more_marks: Link | None = None  # to the rest
    new_marks_empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None
    partial: str = ""  # that entries of the answer are missing


class HomeworkDayView(View, frozen=True):
    """The tasks due on one day."""

    title: str
    tasks: tuple[TaskView, ...]
    note: str = ""  # «Пока не записано: химия»


class HomeworkView(View, frozen=True):
    """The page of tasks."""

    days: tuple[HomeworkDayView, ...] = ()
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None
    partial: str = ""  # that entries of the answer are missing


class PeriodsView(View, frozen=True):
    """The form that selects a period."""

    action: str
    choices: tuple[ChoiceView, ...]


class SubjectRowView(View, frozen=True):
    """A subject in the table of all subjects."""

    subject: str
    href: str
    average: str
    outcome: str
    marks: tuple[MarkView, ...]
    earlier: Link | None = None  # to the marks before these


class MarksView(View, frozen=True):
    """The page of all subjects."""

    period: str
    periods: PeriodsView | None = None
    rows: tuple[SubjectRowView, ...] = ()
    new_marks: tuple[ExtraMarkView, ...] = ()
    more_marks: Link | None = None  # to the table, which has the rest
    new_marks_empty: str = ""
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None
    partial: str = ""  # that entries of the answer are missing


class RuleView(View, frozen=True):
    """A horizontal line of a chart with its number."""

    y: str
    text_y: str
    label: str


class ChartView(View, frozen=True):
    """A polyline in a box of 320 × 120; the table below it has the same numbers."""

    title: str
    description: str
    rules: tuple[RuleView, ...]
    points: str
    last_x: str
    last_y: str
    caption: str


class MarkRowView(View, frozen=True):
    """A mark in a subject's table. `average`: after this mark."""

    day: str
    work: str
    mark: MarkView
    weight: str
    average: str
    note: str = ""


class WhatIfView(View, frozen=True):
    """«А если получу…»: a form, and the answer if it was sent."""

    action: str
    values: tuple[ChoiceView, ...]
    weights: tuple[ChoiceView, ...]
    period: str = ""
    answer: str = ""


class SubjectView(View, frozen=True):
    """A subject's page."""

    summary: str
    details: tuple[str, ...] = ()
    periods: PeriodsView | None = None
    caption: str = ""
    rows: tuple[MarkRowView, ...] = ()
    newer: Link | None = None  # to the neighbouring pages of rows
    older: Link | None = None
    chart: ChartView | None = None
    what_if: WhatIfView | None = None
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None
    partial: str = ""  # that entries of the answer are missing


class ChildCard(View, frozen=True):
    """A child's card on «Дети»."""

    id: str
    title: str
    school: str
    now: str
    homework: str
    open: Link
    tags: tuple[TagView, ...] = ()
    new_marks: tuple[ExtraMarkView, ...] = ()
    more_marks: Link | None = None  # to the rest
    new_marks_empty: str = ""
    zone: str = ""
    note: str = ""  # how old the copy is, or why there is no data
    partial: str = ""  # that entries of the answer are missing
    late: BannerView | None = None  # in place of the note while the journal is being asked


class FamilyView(View, frozen=True):
    """«Дети»: a card for each child."""

    missing: Link  # where the viewer sees why a child is not here
    cards: tuple[ChildCard, ...] = ()
    empty: str = ""


class HomesView(View, frozen=True):
    """Where somebody with several roles may go."""

    homes: tuple[Link, ...]


class EnterView(View, frozen=True):
    """The landing page."""

    lead: str
    points: tuple[str, ...]
    action: Link
    search: str  # where the form that looks for a school leads
    help: Link
    pilot: Link
    regions: tuple[str, ...] = ()
    notice: str = ""
