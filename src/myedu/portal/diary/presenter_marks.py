"""All subjects with their averages, and a subject with its marks. The arithmetic is in averages.py."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from math import ceil

import msgspec

from myedu.contract.school import Mark
from myedu.kit.i18n import Words
from myedu.kit.web.pages import ChoiceView, Link
from myedu.portal.diary import averages, links
from myedu.portal.diary.averages import Counted, Missing
from myedu.portal.diary.chart import average_chart
from myedu.portal.diary.models import MarksFacts, SubjectFacts
from myedu.portal.diary.page_context import PageContext
from myedu.portal.diary.presenter_lessons import mark_view, number
from myedu.portal.diary.presenter_source import banner, partial, silent
from myedu.portal.diary.presenter_today import extra_marks, more_marks, new_marks
from myedu.portal.diary.views import (
    MarkRowView,
    MarksView,
    PeriodsView,
    SubjectRowView,
    SubjectView,
    WhatIfView,
)
from myedu.portal.federation.models import Unavailable
from myedu.portal.people.models import Period

TREND_DAYS = 30
MOST_MISSING = 5
"""No advice is given if the next outcome needs more marks than this."""
WEIGHTS = (Decimal(1), Decimal(2), Decimal(3))
NO_NUMBER = "—"
NEW_SHOWN = 50
"""New marks on the page of all subjects, whose table has the rest."""
ROW_SHOWN = 30
"""Marks in a subject's row; a quarter of three lessons a week has fewer. The subject's page has all."""
ROW_LEAST, ROWS_TOGETHER = 5, 1_000
"""Fewer in a row where there are many subjects: the page has about so many marks."""
PAGE_ROWS = 200
"""Marks in a subject's table. All on one page would keep others waiting while it is made."""


def marks_view(context: PageContext, facts: MarksFacts) -> MarksView:
    """The subjects that have a mark in the period, by name."""
    outcome, period = facts.marks, facts.period.name
    if isinstance(outcome, Unavailable):
        return MarksView(period=period, silent=silent(context, outcome))
    _ = context.words.gettext
    by_subject: dict[str, list[Mark]] = {}
    for mark in sorted(outcome.value.marks, key=lambda mark: (mark.day, mark.position)):
        by_subject.setdefault(mark.subject.id, []).append(mark)
    groups = sorted(by_subject.values(), key=lambda marks: marks[0].subject.name)
    fresh = new_marks(context, outcome.value.marks, facts.seen_at)
    shown = max(ROW_LEAST, min(ROW_SHOWN, ROWS_TOGETHER // max(len(groups), 1)))
    return MarksView(
        period=period,
        periods=_periods(links.marks(context.student.child), facts),
        rows=tuple(_subject_row(context, marks, facts.period, shown) for marks in groups),
        new_marks=extra_marks(context, fresh[:NEW_SHOWN]),
        more_marks=more_marks(context, fresh, NEW_SHOWN, "#subjects"),
        new_marks_empty="" if fresh else _("No new ones"),
        empty="" if groups else _("There are no marks in this period yet."),
        banner=banner(context, outcome),
        partial=partial(context, outcome),
    )


def _subject_row(context: PageContext, marks: list[Mark], period: Period, shown: int) -> SubjectRowView:
    words, subject = context.words, marks[0].subject
    average = averages.average(averages.counted(marks))
    href = links.subject(context.student.child, subject.id, period_id=period.id)
    return SubjectRowView(
        subject=subject.name,
        href=href,
        average=NO_NUMBER if average is None else words.decimal(average, 2),
        outcome="" if average is None else str(averages.outcome(average)),
        marks=tuple(mark_view(words, mark) for mark in marks[-shown:]),
        earlier=more_marks(context, marks, shown, href),
    )


class WhatIf(msgspec.Struct, frozen=True):
    """The mark that the viewer supposes: «А если получу…»."""

    value: int
    weight: Decimal


def subject_view(
    context: PageContext, facts: SubjectFacts, what_if: WhatIf | None = None, page: int = 1
) -> SubjectView:
    """One subject in one period.

    `what_if`: a supposed mark, if the viewer has asked; `page`: of the table, 1 has the newest marks.
    """
    outcome, words = facts.marks, context.words
    if isinstance(outcome, Unavailable):
        return SubjectView(summary="", silent=silent(context, outcome))
    marks = [mark for mark in outcome.value.marks if mark.subject.id == facts.subject_id]
    numbers = averages.counted(marks)
    average = averages.average(numbers)
    address = links.subject(context.student.child, facts.subject_id)
    page = min(page, max(1, ceil(len(marks) / PAGE_ROWS)))
    return SubjectView(
        summary=_summary(words, average),
        details=() if average is None else _details(context, numbers, average),
        periods=_periods(address, facts),
        caption=words.gettext("Marks of {period}, new ones first").format(period=facts.period.name),
        rows=_rows(words, marks, numbers, page),
        newer=_neighbour(context, facts, words.gettext("Newer marks"), page - 1) if page > 1 else None,
        older=_neighbour(context, facts, words.gettext("Older marks"), page + 1)
        if page * PAGE_ROWS < len(marks)
        else None,
        chart=average_chart(words, averages.by_weeks(numbers), facts.period.name),
        what_if=None if average is None else _what_if(words, address, facts, numbers, what_if),
        empty="" if marks else words.gettext("There are no marks in this period yet."),
        banner=banner(context, outcome),
        partial=partial(context, outcome),
    )


def _summary(words: Words, average: Decimal | None) -> str:
    if average is None:
        return words.gettext("No average yet")
    return words.gettext("Average {average}: {outcome}").format(
        average=words.decimal(average, 2), outcome=_outcome(words, averages.outcome(average))
    )


def _outcome(words: Words, value: int) -> str:
    _ = words.gettext
    names = {
        5: _("a five comes out"),
        4: _("a four comes out"),
        3: _("a three comes out"),
        2: _("a two comes out"),
    }
    return names.get(value, _("a one comes out"))


def _details(context: PageContext, numbers: Sequence[Counted], average: Decimal) -> tuple[str, ...]:
    words = context.words
    sentences = []
    if len({number.weight for number in numbers}) > 1:
        sentences.append(words.gettext("Weights are taken into account."))
    before = averages.average_on(numbers, context.today - timedelta(days=TREND_DAYS))
    if before is not None:
        sentences.append(_trend(words, before, average))
    missing = averages.missing_to_next(numbers, averages.usual_weight(numbers))
    advice = [item for item in missing if item.count <= MOST_MISSING]
    if advice:
        sentences.append(_advice(words, advice))
    return tuple(sentences)


def _trend(words: Words, before: Decimal, now: Decimal) -> str:
    _ = words.gettext
    if before == now:
        return _("It hasn't changed in a month.")
    text = _("Up from {before} in a month.") if now > before else _("Down from {before} in a month.")
    return text.format(before=words.decimal(before, 2))


def _advice(words: Words, advice: Sequence[Missing]) -> str:
    _ = words.gettext
    targets = {5: _("For a five"), 4: _("For a four"), 3: _("For a three"), 2: _("For a two")}
    target, weight = advice[0].target, advice[0].weight
    threshold = target - 1 + averages.ROUNDS_UP_FROM
    ways = _(" or ").join(_marks_in_words(words, item) for item in advice)
    if weight != 1:
        ways = _("{marks} with weight {weight}").format(marks=ways, weight=number(words, float(weight)))
    return _("{target} (from {threshold}) it takes {marks}.").format(
        target=targets[target], threshold=words.decimal(threshold, 2), marks=ways
    )


def _marks_in_words(words: Words, item: Missing) -> str:
    n = item.count
    names = {
        5: words.ngettext("{n} five", "{n} fives", n),
        4: words.ngettext("{n} four", "{n} fours", n),
        3: words.ngettext("{n} three", "{n} threes", n),
    }
    return names.get(item.value, words.ngettext("{n} two", "{n} twos", n)).format(n=n)


def _neighbour(context: PageContext, facts: SubjectFacts, label: str, page: int) -> Link:
    child, subject = context.student.child, facts.subject_id
    return Link(label=label, href=links.subject(child, subject, period_id=facts.period.id, page=page))


def _rows(
    words: Words, marks: Sequence[Mark], numbers: Sequence[Counted], page: int
) -> tuple[MarkRowView, ...]:
    after = averages.averages_after(numbers)
    newest_first = sorted(marks, key=lambda mark: (mark.day, mark.position), reverse=True)
    return tuple(
        MarkRowView(
            day=words.date_numeric(mark.day)[:5],
            work=mark.work.name or work_name(words, mark.work.kind),
            mark=mark_view(words, mark),
            weight=number(words, mark.weight) if mark.id in after else NO_NUMBER,
            average=words.decimal(after[mark.id], 2) if mark.id in after else NO_NUMBER,
            note=mark.comment or ("" if mark.id in after else words.gettext("doesn't count")),
        )
        for mark in newest_first[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    )


def work_name(words: Words, kind: str) -> str:
    """What a mark is for; an unknown code as it is."""
    _ = words.gettext
    known = {
        "answer": _("Answer in class"),
        "homework": words.pgettext("work", "Homework"),
        "test": _("Test"),
        "independent": _("Independent work"),
        "control": _("Control work"),
        "practical": _("Practical work"),
        "laboratory": _("Laboratory work"),
        "dictation": _("Dictation"),
        "essay": _("Essay"),
        "retelling": _("Retelling"),
        "project": _("Project"),
        "report": _("Report"),
        "credit": _("Pass test"),
    }
    return known.get(kind, kind)


def _periods(action: str, facts: MarksFacts) -> PeriodsView | None:
    if len(facts.periods) < 2:
        return None
    choices = tuple(
        ChoiceView(value=period.id, label=period.name, chosen=period == facts.period)
        for period in facts.periods
    )
    return PeriodsView(action=action, choices=choices)


def _what_if(
    words: Words, address: str, facts: MarksFacts, numbers: Sequence[Counted], what_if: WhatIf | None
) -> WhatIfView:
    supposed = what_if or WhatIf(averages.BEST, averages.usual_weight(numbers))
    answer = ""
    if what_if:
        average = averages.with_one_more(numbers, what_if.value, what_if.weight)
        answer = words.gettext("Then the average is {average}: {outcome}").format(
            average=words.decimal(average, 2), outcome=_outcome(words, averages.outcome(average))
        )
    return WhatIfView(
        action=address,
        period=facts.period.id,
        values=tuple(
            ChoiceView(value=str(mark), label=str(mark), chosen=mark == supposed.value)
            for mark in range(averages.BEST, averages.WORST, -1)
        ),
        weights=tuple(
            ChoiceView(
                value=str(weight), label=number(words, float(weight)), chosen=weight == supposed.weight
            )
            for weight in sorted({*WEIGHTS, supposed.weight})
        ),
        answer=answer,
    )
