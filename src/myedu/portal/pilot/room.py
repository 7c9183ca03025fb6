"""The room `pilot`."""

from myedu.kit.i18n import message as _
from myedu.kit.settings import Settings
from myedu.kit.web.error_handlers import not_found
from myedu.portal.context import AppContext
from myedu.portal.identity.service import Rights
from myedu.portal.navigation import HomePage, NavEntry
from myedu.portal.pilot import commands, links, officers, web, web_public
from myedu.portal.pilot.models import NoSuchRegion
from myedu.portal.pilot.tasks import tasks
from myedu.portal.room import Room
from myedu.portal.settings import is_sandbox


async def _home(context: AppContext, token: str) -> HomePage | None:
    if not is_sandbox(context.settings) and await context.service(Rights).was_operator(token):
        return HomePage(label=_("The pilot"), href=links.PILOT)
    if await officers.was_officer(context, token):
        return HomePage(label=_("My region"), href=links.REGION)
    return None


def _is_no_sandbox(settings: Settings) -> bool:
    return not is_sandbox(settings)


ROOM = Room(
    name="pilot",
    home=_home,
    routes=(*web.ROUTES, *web_public.ROUTES),
    templates="myedu.portal.pilot",
    errors={NoSuchRegion: not_found},
    nav=(
        NavEntry(
            area="operator",
            section=links.PILOT,
            label=_("The pilot"),
            href=links.PILOT,
            shown_if=_is_no_sandbox,
            stands_first=True,
        ),
        NavEntry(area="region", section=links.REGION, label=_("My region"), href=links.REGION),
    ),
    tasks=tasks,
    commands=commands.COMMANDS,
)
