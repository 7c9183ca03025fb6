"""What each template of the diary gets: words chosen, numbers written out. Templates choose nothing."""

from myedu.kit.web.pages import ChoiceView, Link, View


class SilentView(View):
    """No answer and no copy: what that means and what to do."""

    title: str
    text: str
    retry: Link


class LateView(View):
    """A block that asks for itself once more, by a page that waits for the journal."""

    href: str
    target: str  # selector of the block, the same in the answer


class BannerView(View):
    """The journal is silent, or late, and a copy is shown."""

    text: str
    retry: Link
    late: LateView | None = None


class MarkView(View):
    value: str
    tone: str  # m5, m4, m3, m2, away, or "" for other scales
    spoken: str  # «пять, вес 2»
    weight: str = ""  # shown only when it isn't one
    comment: str = ""


class TagView(View):
    text: str
    tone: str = ""  # good, info, warn, bad


class FileView(View):
    name: str
    href: str
    note: str = ""  # «240 КБ»


class TickView(View):
    """The form that ticks a task: what its button says and does."""

    action: str
    label: str
    subject: str  # for those who hear the button alone
    value: str  # what the form sends
    pressed: str  # "true" or "false", aria-pressed
    failed: str  # said when the tick did not reach the portal


class TaskView(View):
    """One task of a subject; `quiet` says that nothing is set or nothing is written down yet."""

    id: str
    subject: str
    text: str
    more: str = ""  # the rest of a long text
    quiet: bool = False
    done: bool = False
    notes: str = ""
    files: tuple[FileView, ...] = ()
    tick: TickView | None = None


class LessonView(View):
    subject: str
    href: str
    starts: str
    ends: str
    starts_iso: str = ""  # of a lesson of today: the script shows when it is running
    ends_iso: str = ""
    details: str = ""
    topic: str = ""
    off: bool = False  # cancelled
    running: bool = False
    tags: tuple[TagView, ...] = ()
    marks: tuple[MarkView, ...] = ()
    tasks: tuple[TaskView, ...] = ()
    online: str = ""


class ExtraMarkView(View):
    """A mark that belongs to no lesson shown."""

    subject: str
    href: str
    mark: MarkView
    note: str = ""


class DayView(View):
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


class WeekView(View):
    title: str
    previous: Link
    following: Link
    running: Link | None  # the way back to the running week
    days: tuple[DayView, ...] = ()
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None


class NowView(View):
    """The lesson that goes on or comes next."""

    title: str
    details: str
    until: str = ""  # ISO 8601: the card is out of date then
    left: str = ""  # «осталось 18 минут»
    left_forms: str = ""  # the same with %d, forms separated by |
    online: str = ""


class TomorrowView(View):
    title: str
    summary: str
    tasks: tuple[TaskView, ...] = ()


class TodayView(View):
    now: NowView | None = None
    lessons: tuple[LessonView, ...] = ()
    lessons_empty: str = ""
    tomorrow: TomorrowView | None = None
    tomorrow_first: bool = False  # after 14:00 people come for the homework
    new_marks: tuple[ExtraMarkView, ...] = ()
    more_marks: Link | None = None  # the way to the rest
    new_marks_empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None


class HomeworkDayView(View):
    title: str
    tasks: tuple[TaskView, ...]
    note: str = ""  # «Пока не записано: химия»


class HomeworkView(View):
    days: tuple[HomeworkDayView, ...] = ()
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None


class PeriodsView(View):
    """The form that chooses a period."""

    action: str
    choices: tuple[ChoiceView, ...]


class SubjectRowView(View):
    """One subject in the table of all."""

    subject: str
    href: str
    average: str
    outcome: str
    marks: tuple[MarkView, ...]


class MarksView(View):
    period: str
    periods: PeriodsView | None = None
    rows: tuple[SubjectRowView, ...] = ()
    new_marks: tuple[ExtraMarkView, ...] = ()
    new_marks_empty: str = ""
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None


class RuleView(View):
    """A horizontal rule of a chart with its number."""

    y: str
    text_y: str
    label: str


class ChartView(View):
    """A line drawn in a box of 320 × 120; the table under it has the same numbers."""

    title: str
    description: str
    rules: tuple[RuleView, ...]
    points: str
    last_x: str
    last_y: str
    caption: str


class MarkRowView(View):
    day: str
    work: str
    mark: MarkView
    weight: str
    average: str
    note: str = ""


class WhatIfView(View):
    """«А если получу…»: a form that the server answers."""

    action: str
    values: tuple[ChoiceView, ...]
    weights: tuple[ChoiceView, ...]
    period: str = ""
    answer: str = ""


class SubjectView(View):
    summary: str
    details: tuple[str, ...] = ()
    periods: PeriodsView | None = None
    caption: str = ""
    rows: tuple[MarkRowView, ...] = ()
    chart: ChartView | None = None
    what_if: WhatIfView | None = None
    empty: str = ""
    banner: BannerView | None = None
    silent: SilentView | None = None


class ChildCard(View):
    id: str
    title: str
    school: str
    now: str
    homework: str
    open: Link
    tags: tuple[TagView, ...] = ()
    new_marks: tuple[ExtraMarkView, ...] = ()
    more_marks: Link | None = None  # the way to the rest
    new_marks_empty: str = ""
    zone: str = ""
    note: str = ""  # age of the data, or why there is none
    late: BannerView | None = None  # the journal is being asked: in place of a note


class FamilyView(View):
    cards: tuple[ChildCard, ...] = ()
    empty: str = ""


class EnterView(View):
    """The landing page."""

    lead: str
    points: tuple[str, ...]
    action: Link
    notice: str = ""
