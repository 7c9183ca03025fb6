"""/staff: a teacher's day, and the classes of the posts. Each handler parses, calls the service, renders."""

from datetime import date

from litestar import Response, get
from litestar.params import FromPath
from msgspec.structs import replace

from myedu.contract.problems import ContractError
from myedu.contract.windows import parse_day
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.responses import AnyRequest, html_page
from myedu.portal.context import AppContext, FromContext
from myedu.portal.federation.service import Federation
from myedu.portal.people.models import Viewer
from myedu.portal.signed_in import session_token, signed_in_page
from myedu.portal.staff import links, presenter, service
from myedu.portal.staff.models import NoStaffHere


@get(links.DAY)
async def today(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Today's lessons by the school's clock."""
    return await _day(request, context, None)


@get(f"{links.DAY}/{{day:str}}")
async def day(request: AnyRequest, context: FromContext, day: FromPath[str]) -> Response[bytes]:
    """The lessons of a day."""
    await service.groups(
        context, session_token(request)
    )  # for others nothing is here, whatever the address says
    try:
        wanted = parse_day(day, "day")
    except ContractError:
        raise NoStaffHere from None
    return await _day(request, context, wanted)


async def _day(request: AnyRequest, context: AppContext, wanted: date | None) -> Response[bytes]:
    facts = await service.day(context, context.service(Federation), session_token(request), wanted)
    words = words_for(request, context.words)
    page = _page(request, context, presenter.day_title(words, facts), facts.viewer, links.DAY)
    return html_page(context, "staff/day.html", page, presenter.day_view(words, facts))


@get(links.GROUPS)
async def groups(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The classes and groups of the viewer's posts."""
    facts = await service.groups(context, session_token(request))
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("My classes"), facts.viewer, links.GROUPS)
    return html_page(context, "staff/groups.html", page, presenter.groups_view(words, facts))


@get(links.POSTS)
async def posts(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The viewer's posts: which are verified, what is missing for the others and who can bring it."""
    facts = await service.posts(context, session_token(request))
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("My posts"), facts.viewer, links.POSTS)
    if not any(post.state == "verified" for post in facts.state.posts):
        page = replace(page, nav=())  # the other pages are not there yet
    return html_page(context, "staff/posts.html", page, presenter.posts_view(words, facts))


def _page(request: AnyRequest, context: AppContext, title: str, viewer: Viewer, section: str) -> PageView:
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area="staff",
        section=section,
    )


ROUTES = [today, day, groups, posts]
