"""The frame of a page: who is signed in, the navigation, the time zone, the age of the data."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link, PageView
from myedu.portal.diary import links
from myedu.portal.diary.models import ChildFacts, Family
from myedu.portal.diary.page_context import PageContext
from myedu.portal.diary.presenter_family import child_title
from myedu.portal.diary.presenter_source import age_line, updated
from myedu.portal.federation.models import FreshJson, Outcome
from myedu.portal.navigation import NavEntry, address_of, links_of
from myedu.portal.people.models import Student, Viewer
from myedu.portal.time_zones import zone_name

FIRST_SECTION = "today"
"""The section of a child that a page about no child leads to."""


def plain_page(
    page: PageView, nav: Sequence[NavEntry], words: Words, family: Family, section: str = ""
) -> PageView:
    """The frame of a page about no child («Дети», «Вид») for a signed-in viewer.

    `page`: the fields that follow from the request; `section`: of the area `guardian`.
    """
    students = family.students
    only = students[0].child if len(students) == 1 else None
    return msgspec.structs.replace(
        page,
        viewer=_full_name(family.viewer),
        keep=_keep_tag(family.viewer),
        nav=_nav(nav, words, students, only, section),
        chips=_chips(nav, words, students, None, FIRST_SECTION) if section == "children" else (),
    )


def child_page(
    page: PageView,
    nav: Sequence[NavEntry],
    context: PageContext,
    facts: ChildFacts,
    section: str,
    outcome: Outcome[Any] | FreshJson,
) -> PageView:
    """The frame of a page about one child; `section`: of the area `child`."""
    words, student, students = context.words, facts.student, facts.family.students
    _ = words.gettext
    own = student.relation == "self"
    name = child_title(student.first_name, student.group_name)
    copied = _("No connection. This is a copy of the page, made at {time}.")
    return msgspec.structs.replace(
        page,
        viewer=name if own else _full_name(facts.family.viewer),
        keep=_keep_tag(facts.family.viewer),
        nav=_nav(nav, words, students, student.child, section),
        chips=_chips(nav, words, students, student.child, section),
        zone_note=_("School time: {zone}").format(zone=zone_name(words, student.time_zone, context.now)),
        age=age_line(context, outcome),
        status=updated(context, outcome) if context.patient else "",
        offline_note=copied.format(time=_made_at(context)),
    )


def _full_name(viewer: Viewer) -> str:
    return f"{viewer.first_name} {viewer.last_name}"


def _keep_tag(viewer: Viewer) -> str:
    # A hash, so that no browser stores the id of an account.
    return sha256(viewer.account_id.bytes).hexdigest()[:16]


def _made_at(context: PageContext) -> str:
    # Always with the day, as the copy may be opened on another day.
    return f"{context.words.time(context.now)}, {context.words.day_month(context.today)}"


def _nav(
    entries: Sequence[NavEntry], words: Words, students: Sequence[Student], child: UUID | None, section: str
) -> tuple[Link, ...]:
    """The sections of a child, for a guardian after those of all children."""
    is_guardian = any(student.relation == "guardian" for student in students)
    of_all = links_of(entries, words, "guardian", section) if is_guardian else ()
    of_child = links_of(entries, words, "child", section, child) if child is not None else ()
    return (*of_all, *of_child)


def _chips(
    entries: Sequence[NavEntry], words: Words, students: Sequence[Student], child: UUID | None, section: str
) -> tuple[Link, ...]:
    """Links to the same section of the other children; none if there is only one child."""
    if len(students) < 2:
        return ()
    everyone = Link(label=words.gettext("All"), href=links.CHILDREN, current=child is None)
    return (
        everyone,
        *(
            Link(
                label=student.first_name,
                note=student.group_name,
                href=address_of(entries, section, student.child, default=FIRST_SECTION),
                current=student.child == child,
            )
            for student in students
        ),
    )
