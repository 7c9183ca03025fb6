"""The room `staff`."""

from myedu.kit.i18n import message as _
from myedu.kit.web.error_handlers import not_found
from myedu.portal.context import AppContext
from myedu.portal.navigation import HomePage, NavEntry
from myedu.portal.room import Room
from myedu.portal.staff import links, service, web
from myedu.portal.staff.models import NoStaffHere


async def _home(context: AppContext, token: str) -> HomePage | None:
    if await service.works_here(context, token):
        return HomePage(label=_("My day"), href=links.DAY)
    if await service.has_posts(context, token):
        return HomePage(label=_("My posts"), href=links.POSTS)
    return None


ROOM = Room(
    name="staff",
    home=_home,
    routes=web.ROUTES,
    templates="myedu.portal.staff",
    errors={NoStaffHere: not_found},
    nav=(
        NavEntry(area="staff", section=links.DAY, label=_("My day"), href=links.DAY),
        NavEntry(area="staff", section=links.GROUPS, label=_("My classes"), href=links.GROUPS),
        NavEntry(area="staff", section=links.POSTS, label=_("My posts"), href=links.POSTS),
    ),
)
