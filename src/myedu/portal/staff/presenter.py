"""The staff's pages in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from myedu.contract.school import Lesson
from myedu.kit.i18n import Words
from myedu.kit.web.pages import Link
from myedu.portal.federation.models import NO_SUCH_POST, Fresh, Unavailable
from myedu.portal.people.models import StaffGroup
from myedu.portal.room_names import room_name
from myedu.portal.staff import links
from myedu.portal.staff.models import DayFacts, GroupsFacts, Post, PostDay, PostsFacts
from myedu.portal.staff.views import (
    DayView,
    GroupRow,
    GroupsView,
    LessonRow,
    PostState,
    PostsView,
    SchoolDay,
    SchoolGroups,
)
from myedu.portal.verification.models import OwnPost, StaffState
from myedu.portal.verification.service import reason_for_person, role_text, state_text

_NOT_SERVED = "not-served"
_TONES: dict[StaffState, str] = {"verified": "good", "waiting": "warn", "differing": "bad"}
_LEADING = ("head", "deputy", "administrator")  # who see groups that they don't teach too


def day_title(words: Words, facts: DayFacts) -> str:
    """«Мой день: вторник, 1 сентября»."""
    return words.gettext("My day: {day}").format(day=words.day_title(facts.day))


def day_view(words: Words, facts: DayFacts) -> DayView:
    """The lessons at each school; schools without lessons of the viewer are left out if another has some."""
    _ = words.gettext
    before, after = facts.day - timedelta(days=1), facts.day + timedelta(days=1)
    schools: dict[tuple[str, str], list[PostDay]] = {}
    for one in facts.posts:
        if one.schedule is not None or all(other.schedule is None for other in facts.posts):
            place = one.post.one
            schools.setdefault((place.system_id, place.organization_id), []).append(one)
    return DayView(
        before=Link(label=words.day_short(before), href=links.day(before)),
        after=Link(label=words.day_short(after), href=links.day(after)),
        again=Link(label=_("Today"), href=links.DAY) if facts.day != facts.today else None,
        schools=tuple(
            _school_day(words, facts, posts, f"school-{number}")
            for number, posts in enumerate(schools.values(), 1)
        ),
    )


def _school_day(words: Words, facts: DayFacts, posts: Sequence[PostDay], id: str) -> SchoolDay:
    """One school. A post whose lessons are missing says so, whatever the others have."""
    _, place = words.gettext, posts[0].post.one
    answers = [one.schedule for one in posts if isinstance(one.schedule, Fresh)]
    missing = next((one.schedule for one in posts if isinstance(one.schedule, Unavailable)), None)
    zone = ZoneInfo(place.time_zone)
    now = facts.now.astimezone(zone)
    lessons = {lesson.id: lesson for answer in answers for lesson in answer.value.lessons}
    rows = sorted(lessons.values(), key=lambda lesson: (lesson.starts_at, lesson.id))
    view = SchoolDay(
        id=id,
        school=place.organization_name,
        lessons=tuple(_row(words, lesson, zone, now) for lesson in rows),
        partial=_partial(words, sum(answer.value.left_out or 0 for answer in answers)),
    )
    if missing is not None:
        href = links.DAY if facts.day == facts.today else links.day(facts.day)
        retry = Link(label=_("Try again"), href=href)
        return msgspec.structs.replace(view, sentence=_missing(words, missing.reason), retry=retry)
    if not answers:
        return msgspec.structs.replace(view, sentence=_("The school's export names no lessons of yours."))
    at = min(answer.fetched_at for answer in answers).astimezone(zone)
    age = _("data as of {time}").format(time=words.time(at))
    return msgspec.structs.replace(view, sentence="" if rows else _("No lessons"), age=age)


def _partial(words: Words, count: int) -> str:
    """That so many entries couldn't be read, as on the families' pages; or empty."""
    if not count:
        return ""
    return words.ngettext(
        "Not everything is shown: {n} entry of the school's journal couldn't be read.",
        "Not everything is shown: {n} entries of the school's journal couldn't be read.",
        count,
    ).format(n=count)


def _missing(words: Words, reason: str) -> str:
    _ = words.gettext
    if reason == _NOT_SERVED:
        return _("The school's journal doesn't show teachers their lessons here.")
    if reason == NO_SUCH_POST:
        return _("The school's journal doesn't know your post: ask the school to correct its export.")
    return _("The school's journal doesn't answer now. Nothing is lost: your lessons stay in it.")


def _row(words: Words, lesson: Lesson, zone: ZoneInfo, now: datetime) -> LessonRow:
    starts, ends = lesson.starts_at.astimezone(zone), lesson.ends_at.astimezone(zone)
    off = lesson.status == "cancelled"
    is_tracked = starts.date() == now.date() and not off
    details = [lesson.group.name if lesson.group else "", room_name(words, lesson.room)]
    return LessonRow(
        starts=words.time(starts),
        ends=words.time(ends),
        subject=lesson.subject.name,
        details=" · ".join(detail for detail in details if detail),
        topic=lesson.topic or "",
        note=_note(words, lesson),
        off=off,
        running=not off and starts <= now < ends,
        starts_iso=starts.isoformat() if is_tracked else "",
        ends_iso=ends.isoformat() if is_tracked else "",
        online=lesson.online or "",
    )


def _note(words: Words, lesson: Lesson) -> str:
    _ = words.gettext
    if lesson.status == "cancelled":
        return _("This lesson won't take place")
    if lesson.status == "moved":
        return _("The lesson is moved here")
    if lesson.is_substitution:
        return _("Substitution")
    if lesson.planned_room:
        return _("Another room (was: {room})").format(room=room_name(words, lesson.planned_room))
    return ""


def groups_view(words: Words, facts: GroupsFacts) -> GroupsView:
    """The groups of every post, as the school's export names them."""
    return GroupsView(
        schools=tuple(_school_groups(words, post, number) for number, post in enumerate(facts.posts, 1))
    )


def _school_groups(words: Words, post: Post, number: int) -> SchoolGroups:
    return SchoolGroups(
        id=f"school-{number}",
        title=f"{role_text(words, post.one.relation)}, {post.one.organization_name}",
        groups=tuple(GroupRow(name=group.group_name, note=_kind(words, group)) for group in post.groups),
    )


def _kind(words: Words, group: StaffGroup) -> str:
    _ = words.gettext
    taught = _("you teach here") if group.subject_ids and group.relation in _LEADING else ""
    kind = "" if group.group_kind == "class" else _("group")
    return ", ".join(part for part in (kind, taught) if part)


def posts_view(words: Words, facts: PostsFacts) -> PostsView:
    """The viewer's posts, and schools that ESIA names and whose export has none."""
    _, state = words.gettext, facts.state
    posts = [_own_post(words, post, number) for number, post in enumerate(state.posts, 1)]
    for number, school in enumerate(state.absent, len(posts) + 1):
        sentence = _(
            "ESIA names you as an employee of this school, but the school's export has no post of yours. Ask"
            " the school to enter your SNILS in its journal: it comes here with the next export."
        )
        posts.append(
            PostState(
                id=f"post-{number}",
                title=school.school_name,
                state=state_text(words, "differing"),
                tone=_TONES["differing"],
                sentences=(sentence,),
            )
        )
    verified = all(post.state == "verified" for post in state.posts) and not state.absent
    intro = (
        _("The school and ESIA agree about your posts.")
        if verified
        else _(
            "Lessons and classes are shown for a post that the school's export, ESIA and the head agree"
            " about. Below is what is missing, and who can help."
        )
    )
    return PostsView(intro=intro, posts=tuple(posts))


def _own_post(words: Words, post: OwnPost, number: int) -> PostState:
    reasons = [] if post.state == "verified" else post.reasons
    others = [reason for reason in reasons if reason != "head-not-confirmed"]
    return PostState(
        id=f"post-{number}",
        title=f"{role_text(words, post.role)}, {post.school_name}",
        state=state_text(words, post.state),
        tone=_TONES[post.state],
        sentences=tuple(reason_for_person(words, reason) for reason in others or reasons),
        link=Link(label=words.gettext("My day"), href=links.DAY) if post.state == "verified" else None,
    )
