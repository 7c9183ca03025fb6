"""«Все»: a card for each child, with what parents look for first."""

from collections import Counter
from collections.abc import Container, Sequence
from uuid import UUID

import msgspec

from myedu.contract.answers import Diary
from myedu.contract.school import DiaryLesson
from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.access_requests.service import MISSING
from myedu.portal.diary import links
from myedu.portal.diary.models import DiaryFacts, FamilyFacts
from myedu.portal.diary.page_context import PageContext, lower_first
from myedu.portal.diary.presenter_lessons import is_running, lessons_of, marks_of
from myedu.portal.diary.presenter_source import is_late, late_banner, note, partial
from myedu.portal.diary.presenter_today import (
    MOST_NEW,
    extra_marks,
    more_marks,
    new_marks,
    tomorrow_view,
)
from myedu.portal.diary.views import BannerView, ChildCard, FamilyView, LateView, TagView
from myedu.portal.federation.models import Stale, Unavailable
from myedu.portal.people.models import Student
from myedu.portal.region_names import region_name
from myedu.portal.time_zones import zone_name

MISSED = {"absent", "excused", "ill"}


def child_title(first_name: str, group_name: str) -> str:
    """«Айсен, 9 «Б»»."""
    return f"{first_name}, {group_name}" if group_name else first_name


def family_view(words: Words, facts: FamilyFacts, patient: Container[UUID] = ()) -> FamilyView:
    """The cards, eldest child first, like the chips.

    `patient`: the children for whose journals the page has waited.
    """
    students = [card.student for card in facts.cards]
    namesakes = _namesakes(students)
    show_zone = bool(namesakes) or len({student.time_zone for student in students}) > 1
    cards = (
        child_card(
            PageContext.of(words, card, links.CHILDREN, patient=card.student.child in patient),
            card,
            show_region=card.student.organization_name in namesakes,
            show_zone=show_zone,
        )
        for card in facts.cards
    )
    empty = words.gettext(
        "No child is connected to you yet. ESIA and the school name a child's parents; "
        "if yours is missing, ask the school here."
    )
    _ = words.gettext
    label = _("Is one of the children missing?") if facts.cards else _("See why, and ask the school")
    missing = Link(label=label, href=MISSING)
    return FamilyView(cards=tuple(cards), empty="" if facts.cards else empty, missing=missing)


def card_id(child: UUID) -> str:
    """The id of a child's card in the page."""
    return f"child-{child}"


def _namesakes(students: Sequence[Student]) -> set[str]:
    """Names that two schools of this family share: every town has a «СОШ № 5»."""
    schools = {
        (student.region, student.system_id, student.organization_id): student.organization_name
        for student in students
    }
    return {name for name, count in Counter(schools.values()).items() if count > 1}


def child_card(context: PageContext, facts: DiaryFacts, *, show_region: bool, show_zone: bool) -> ChildCard:
    """A child's card.

    `show_zone`: the children have different time zones, or their schools share a name; `show_region`: another
    child's school has the same name.
    """
    _ = context.words.gettext
    student = context.student
    card = ChildCard(
        id=card_id(student.child),
        title=child_title(student.first_name, student.group_name),
        school=f"{student.organization_name}, {region_name(context.words, student.region)}"
        if show_region
        else student.organization_name,
        now="",
        homework="",
        open=Link(
            label=_("Open the diary: {name}").format(name=student.first_name), href=links.today(student.child)
        ),
        zone=_("School time: {zone}").format(zone=zone_name(context.words, student.time_zone, context.now))
        if show_zone
        else "",
        note=note(context, facts.diary),
        partial=partial(context, facts.diary),
        late=_late(context, facts),
    )
    return card if isinstance(facts.diary, Unavailable) else _filled(context, card, facts, facts.diary.value)


def _late(context: PageContext, facts: DiaryFacts) -> BannerView | None:
    """The banner of a card that requests itself again when the journal has answered; None if it needn't."""
    if not isinstance(facts.diary, Stale) or not is_late(context, facts.diary):
        return None
    child = context.student.child
    again = LateView(href=links.waiting(links.CHILDREN, str(child)), target=f"#{card_id(child)}")
    return late_banner(context, facts.diary, again)


def _filled(context: PageContext, card: ChildCard, facts: DiaryFacts, diary: Diary) -> ChildCard:
    _ = context.words.gettext
    entries = lessons_of(diary, context).get(context.today, [])
    tomorrow = tomorrow_view(context, diary, done=facts.done, may_tick=False)
    fresh = new_marks(context, marks_of(diary), facts.seen_at)
    return msgspec.structs.replace(
        card,
        now=_now(context, entries),
        homework=""
        if tomorrow is None
        else _("{when}: {tasks}").format(when=tomorrow.title, tasks=tomorrow.summary),
        tags=_tags(context, entries),
        new_marks=extra_marks(context, fresh[:MOST_NEW]),
        more_marks=more_marks(context, fresh),
        new_marks_empty="" if fresh else _("No new ones"),
    )


def _now(context: PageContext, entries: Sequence[DiaryLesson]) -> str:
    """«Сейчас: алгебра, до 10:15», or the next lesson, or that there is none."""
    words = context.words
    _ = words.gettext
    lessons = [entry.lesson for entry in entries if entry.lesson.status != "cancelled"]
    for lesson in lessons:
        if is_running(lesson, context):
            return _("Now: {subject}, until {time}").format(
                subject=lower_first(context, lesson.subject.name),
                time=words.time(context.local(lesson.ends_at)),
            )
    for lesson in lessons:
        if lesson.starts_at > context.now:
            return _("At {time}: {subject}").format(
                time=words.time(context.local(lesson.starts_at)),
                subject=lower_first(context, lesson.subject.name),
            )
    return _("Today's lessons are over") if lessons else _("There are no lessons today")


def _tags(context: PageContext, entries: Sequence[DiaryLesson]) -> tuple[TagView, ...]:
    words = context.words
    missed = sum(any(absence.code in MISSED for absence in entry.attendance) for entry in entries)
    cancelled = sum(entry.lesson.status == "cancelled" for entry in entries)
    replaced = sum(entry.lesson.is_substitution for entry in entries)
    elsewhere = sum(
        entry.lesson.planned_room is not None and entry.lesson.status != "cancelled" for entry in entries
    )
    tags = []
    if missed:
        text = words.ngettext("Missed {n} lesson", "Missed {n} lessons", missed)
        tags.append(TagView(text=text.format(n=missed), tone="bad"))
    if cancelled:
        text = words.ngettext("{n} lesson cancelled", "{n} lessons cancelled", cancelled)
        tags.append(TagView(text=text.format(n=cancelled), tone="warn"))
    if replaced:
        text = words.ngettext("{n} substitution", "{n} substitutions", replaced)
        tags.append(TagView(text=text.format(n=replaced), tone="warn"))
    if elsewhere:
        text = words.ngettext("{n} lesson in another room", "{n} lessons in another room", elsewhere)
        tags.append(TagView(text=text.format(n=elsewhere), tone="warn"))
    return tuple(tags)
