"""The frame of a page: who is signed in, where one can go, whose clock it is."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec

from myedu.kit.i18n import Words
from myedu.portal.diary import links
from myedu.portal.diary.models import ChildFacts, Family
from myedu.portal.diary.presenter_family import child_title
from myedu.portal.diary.presenter_source import age_line, updated
from myedu.portal.diary.scene import Scene
from myedu.portal.federation.models import Outcome
from myedu.portal.pages import Link, PageView
from myedu.portal.people.models import Student, Viewer
from myedu.portal.zones import zone_name

SECTIONS: dict[str, Callable[[UUID], str]] = {
    "today": links.today,
    "week": links.week,
    "marks": links.marks,
    "homework": links.homework,
}


def plain_page(page: PageView, words: Words, family: Family, section: str = "") -> PageView:
    """A page about no child («Дети», «Вид») for someone signed in; `page` holds what the request says."""
    students = family.students
    only = students[0].child if len(students) == 1 else None
    return msgspec.structs.replace(
        page,
        viewer=_full_name(family.viewer),
        keep=_keep_tag(family.viewer),
        nav=_nav(words, students, only, section),
        chips=_chips(words, students, None, "today") if section == "children" else (),
    )


def child_page(
    page: PageView, scene: Scene, facts: ChildFacts, section: str, outcome: Outcome[Any]
) -> PageView:
    """A page about the scene's child; `section` is one of SECTIONS."""
    words, student, students = scene.words, facts.student, facts.family.students
    _ = words.gettext
    own = student.relation == "self"
    name = child_title(student.first_name, student.group_name)
    copied = _("No connection. This is a copy of the page, made at {time}.")
    return msgspec.structs.replace(
        page,
        viewer=name if own else _full_name(facts.family.viewer),
        keep=_keep_tag(facts.family.viewer),
        nav=_nav(words, students, student.child, section),
        chips=_chips(words, students, student.child, section),
        zone_note=_("School time: {zone}").format(zone=zone_name(words, student.time_zone, scene.now)),
        age=age_line(scene, outcome),
        status=updated(scene, outcome) if scene.patient else "",
        offline_note=copied.format(time=_made_at(scene)),
    )


def _full_name(viewer: Viewer) -> str:
    return f"{viewer.first_name} {viewer.last_name}"


def _keep_tag(viewer: Viewer) -> str:
    # A sum, so that the id of an account stands in no browser.
    return sha256(viewer.account_id.bytes).hexdigest()[:16]


def _made_at(scene: Scene) -> str:
    # With its day always: the copy may be opened on another one.
    return f"{scene.words.time(scene.now)}, {scene.words.day_month(scene.today)}"


def _nav(words: Words, students: Sequence[Student], child: UUID | None, section: str) -> tuple[Link, ...]:
    """Sections of a child; a guardian has «Дети» before them."""
    _ = words.gettext
    labels = {"today": _("Today"), "week": _("Week"), "marks": _("Marks"), "homework": _("Tasks")}
    guardian = any(student.relation == "guardian" for student in students)
    children = Link(label=_("Children"), href=links.CHILDREN, current=section == "children")
    sections = (
        Link(label=labels[name], href=address(child), current=name == section)
        for name, address in SECTIONS.items()
        if child is not None
    )
    return (*((children,) if guardian else ()), *sections)


def _chips(words: Words, students: Sequence[Student], child: UUID | None, section: str) -> tuple[Link, ...]:
    """One tap to another child, in the same section."""
    if len(students) < 2:
        return ()
    address = SECTIONS.get(section, links.today)
    everyone = Link(label=words.gettext("All"), href=links.CHILDREN, current=child is None)
    return (
        everyone,
        *(
            Link(
                label=student.first_name,
                note=student.group_name,
                href=address(student.child),
                current=student.child == child,
            )
            for student in students
        ),
    )
