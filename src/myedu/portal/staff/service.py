"""What a member of staff sees. Every function first asks the door for staff, people.visible_groups."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from myedu.contract.windows import Window
from myedu.portal.context import AppContext
from myedu.portal.federation.service import Federation
from myedu.portal.identity import service as identity
from myedu.portal.identity.models import NotSignedIn
from myedu.portal.people import service as people
from myedu.portal.people.models import StaffGroup, StaffViewer, Viewer
from myedu.portal.staff.models import DayFacts, GroupsFacts, NoStaffHere, Post, PostDay, PostsFacts
from myedu.portal.verification import service as verification


async def works_here(context: AppContext, token: str) -> bool:
    """Whether the viewer of a session has a page here, by what ESIA said last: the page itself asks again."""
    try:
        await _posts_of(context, await context.service(identity.Rights).last_known_staff(token))
    except (NotSignedIn, NoStaffHere):
        return False
    return True


async def has_posts(context: AppContext, token: str) -> bool:
    """Whether the viewer has a post that is not verified yet, or should have one."""
    try:
        return not (await posts(context, token)).state.is_empty
    except (NotSignedIn, NoStaffHere):
        return False


async def posts(context: AppContext, token: str | None) -> PostsFacts:
    """The viewer's own posts and what is missing. Raises NotSignedIn, NoStaffHere."""
    now = context.clock.now()
    async with context.database.transaction() as conn:
        viewer = await identity.require_viewer(conn, token, now)
        state = await verification.own_state(conn, viewer, now)
    if state.is_empty:
        raise NoStaffHere
    return PostsFacts(viewer, state)


async def day(
    context: AppContext, federation: Federation, token: str | None, wanted: date | None
) -> DayFacts:
    """The lessons of a day, without one of today, asked of every journal at once.

    Raises NotSignedIn, NoStaffHere.
    """
    now, viewer, posts = await _posts(context, token)
    today = now.astimezone(ZoneInfo(posts[0].one.time_zone)).date()
    chosen = wanted or today
    window = Window(first=chosen, last=chosen)

    async def read(post: Post) -> PostDay:
        if not post.teaches:
            return PostDay(post, None)
        return PostDay(post, await federation.read_teacher_schedule(post.one, window, viewer=viewer))

    return DayFacts(viewer, now, today, chosen, await asyncio.gather(*map(read, posts)))


async def groups(context: AppContext, token: str | None) -> GroupsFacts:
    """The groups of the viewer's posts. Raises NotSignedIn, NoStaffHere."""
    now, viewer, posts = await _posts(context, token)
    return GroupsFacts(viewer, now, posts)


async def _posts(context: AppContext, token: str | None) -> tuple[datetime, Viewer, Sequence[Post]]:
    return await _posts_of(context, await context.service(identity.Rights).staff(token))


async def _posts_of(context: AppContext, staff: StaffViewer) -> tuple[datetime, Viewer, Sequence[Post]]:
    now = context.clock.now()
    async with context.database.connection() as conn:
        found = await people.visible_groups(conn, staff, now)
    if not found:
        raise NoStaffHere
    by_post: dict[tuple[str, str, str], list[StaffGroup]] = {}
    for group in found:
        by_post.setdefault((group.region, group.system_id, group.staff_id), []).append(group)
    return now, staff.viewer, [Post(tuple(groups)) for groups in by_post.values()]
