"""The pages about no single child: the landing page, «Все», «Вид»."""

from datetime import timedelta
from uuid import UUID

from litestar import Response, get, post
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.i18n import Words
from myedu.kit.web.appearance import COOKIE as APPEARANCE_COOKIE
from myedu.kit.web.appearance import appearance_cookie, choose_appearance
from myedu.kit.web.appearance_form import appearance_title, appearance_view
from myedu.kit.web.forms import csrf_token
from myedu.kit.web.languages import COOKIE as LANGUAGE_COOKIE
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.responses import (
    AnyRequest,
    html_page,
    local_path,
    own_address,
    page_view,
    redirect,
    set_cookie,
)
from myedu.portal.access_requests.service import Schools
from myedu.portal.context import AppContext, FromContext
from myedu.portal.diary import links
from myedu.portal.diary.api import FromDiary
from myedu.portal.diary.models import (
    Family,
    FamilyFacts,
)
from myedu.portal.diary.presenter_family import family_view
from myedu.portal.diary.presenter_landing import enter_title, enter_view, homes_view
from myedu.portal.diary.presenter_page import plain_page
from myedu.portal.diary.shown import shown
from myedu.portal.homes import homes_of, remember_homes
from myedu.portal.identity.service import session_lifetime
from myedu.portal.signed_in import checked_form, session_token

APPEARANCE_LASTS = timedelta(days=400)  # the longest that browsers keep a cookie


@get("/")
async def home(request: AnyRequest, context: FromContext, diary: FromDiary) -> Response[bytes]:
    """The landing page; for those who have signed in a redirect to where their work is.

    A parent's is «Все», a pupil's «Сегодня»; that of staff and operators is in other rooms. Who has several
    chooses.
    """
    token = session_token(request)
    family = await diary.signed_in_family(token)
    if family is None:
        words = words_for(request, context.words)
        page = page_view(request, context, enter_title(words))
        regions = await context.service(Schools).regions()
        return html_page(context, "diary/enter.html", page, enter_view(words, regions=regions))
    if len(family.students) == 1 and family.students[0].relation == "self":
        return redirect(links.today(family.students[0].child))
    homes = await homes_of(context, token or "") if await diary.has_roles(family.viewer) else []
    if len(homes) < 2:
        return redirect(homes[0].href if homes else links.CHILDREN)
    words = words_for(request, context.words)
    page = _family_page(request, context, words, words.gettext("Where to?"), family)
    answer = html_page(context, "diary/homes.html", page, homes_view(words, homes))
    remember_homes(answer, context, homes, session_lifetime(context.settings))
    return answer


@get(links.CHILDREN)
async def children(request: AnyRequest, context: FromContext, diary: FromDiary) -> Response[bytes]:
    """«Все». A card whose journal is late fetches itself again: `wait` names the child."""
    awaited = request.query_params.getall(links.WAIT, [])
    waits_for = {UUID(child) for child in awaited if _is_uuid(child)}

    def show(facts: FamilyFacts) -> Response[bytes]:
        words = words_for(request, context.words)
        page = _family_page(request, context, words, words.gettext("Children"), facts.family, "children")
        return html_page(context, "diary/family.html", page, family_view(words, facts, waits_for))

    return await shown(lambda: diary.family(session_token(request), waits_for=waits_for), show, diary.discard)


@get(links.APPEARANCE)
async def appearance(request: AnyRequest, context: FromContext, diary: FromDiary) -> Response[bytes]:
    """«Вид»: with a session or without."""
    family = await diary.signed_in_family(session_token(request))
    words = words_for(request, context.words)
    page = _family_page(request, context, words, appearance_title(words), family)
    back = local_path(request.query_params.get("back"))
    view = appearance_view(words, page.appearance, back=back, languages=context.words)
    return html_page(context, "web/appearance.html", page, view)


@post(links.APPEARANCE, status_code=HTTP_303_SEE_OTHER)
async def save_appearance(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Store the appearance and the language in cookies; a redirect to the form's `back`."""
    form = await checked_form(request, context)
    chosen = choose_appearance(form.get("theme", ""), form.get("size", ""), form.get("wide", ""))
    answer = redirect(local_path(form.get("back")))
    cookies = {APPEARANCE_COOKIE: appearance_cookie(chosen)}
    if form.get("language") in context.words:
        cookies[LANGUAGE_COOKIE] = form["language"]
    for name, value in cookies.items():
        set_cookie(answer, context, name, value, lifetime=APPEARANCE_LASTS)
    return answer


ROUTES = [home, children, appearance, save_appearance]


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _family_page(
    request: AnyRequest,
    context: AppContext,
    words: Words,
    title: str,
    family: Family | None,
    section: str = "",
) -> PageView:
    token = session_token(request)
    path = links.plain(own_address(request))
    page = page_view(request, context, title, path=path, csrf=csrf_token(token) if token else "")
    return plain_page(page, context.nav, words, family, section) if family else page
