"""The head of the demo's school: confirms the school, and the staff who are at ESIA as in the export."""

import asyncio

from myedu.demo.visitor import SmokeCheckFailed, Visitor, visiting

_TRIES, _LOOK_SECONDS = 120, 0.5

_SCHOOL, _CONFIRM, _STAFF, _CONFIRM_ALL = (
    "/school",
    "/school/confirm",
    "/school/staff",
    "/school/staff/confirm-all",
)


async def confirm_school(portal: str, head: int, organisation: int, teacher: str) -> None:
    """By the pages, as a head does; what is confirmed already stays. `teacher`: the last name of one.

    Raises SmokeCheckFailed.
    """
    async with visiting() as session:
        visitor = Visitor(session, portal)
        await visitor.sign_in(head)
        school = await visitor.act_for(head, organisation, _SCHOOL)
        if school.has_form(_CONFIRM):
            await visitor.press(school, _CONFIRM)
        # The portal's worker reads ESIA's employees after the school is confirmed.
        for _ in range(_TRIES):
            if _CONFIRM_ALL in (await visitor.open(_STAFF)).html:
                await visitor.press(await visitor.open(_CONFIRM_ALL), _CONFIRM_ALL)
                return
            if teacher in (await visitor.open(f"{_STAFF}?state=verified")).html:
                return  # by an earlier start
            await asyncio.sleep(_LOOK_SECONDS)
        raise SmokeCheckFailed(f"{teacher} can't be confirmed: see the portal-worker's log")
