"""The family's pages «Дневник не найден», the search of connected schools, and the help page for everyone."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, html_page, page_view, redirect
from myedu.portal.access_requests import links, presenter, presenter_schools, service
from myedu.portal.access_requests.models import AlreadyShown, AskFacts, NewRequest, TooManyRequests
from myedu.portal.access_requests.parse import AskForm, ask_form, school_key
from myedu.portal.access_requests.schools import MOST_LETTERS, Schools
from myedu.portal.access_requests.words import child_name
from myedu.portal.context import AppContext, FromContext
from myedu.portal.people.models import Viewer
from myedu.portal.signed_in import checked_form, session_token, signed_in_page

_MOSCOW = ZoneInfo("Europe/Moscow")


@get(links.MISSING)
async def missing(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Why each child is shown or not, and the requests."""
    facts = await service.missing(context, session_token(request))
    words = words_for(request, context.words)
    page = family_page(request, context, presenter.missing_title(words), facts.viewer)
    return html_page(context, "access_requests/missing.html", page, presenter.missing_view(words, facts))


@get(links.ASK)
async def ask(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The form: first a school is looked for (`q`), then chosen, then the fields."""
    query = request.query_params.get("q", "")[:MOST_LETTERS]
    fields = dict(request.query_params.items())
    facts = await service.ask_facts(context, session_token(request), query, school_key(fields))
    return _ask_page(request, context, facts, ask_form(fields, _today(context)), query, ())


@post(links.ASK, status_code=HTTP_303_SEE_OTHER)
async def send(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Send the request, and lead to it; a form with mistakes is shown again."""
    token = session_token(request)
    fields = await _checked_form(request, context)
    facts = await service.ask_facts(context, token, "", school_key(fields))
    form, words = ask_form(fields, _today(context)), words_for(request, context.words)
    sought = service.with_sought(facts, form.child, form.typed)
    if facts.school is None or sought is None:
        problems = () if facts.school is None else (words.gettext("Some fields are missing or wrong."),)
        return _ask_page(request, context, facts, form, "", problems, status=422)
    new = NewRequest(sought=sought, school=facts.school, class_name=form.class_name, comment=form.comment)
    try:
        return redirect(links.request(await service.send(context, token, new)))
    except AlreadyShown:
        return redirect(links.MISSING)
    except TooManyRequests as error:
        problem = presenter.too_many_words(words, error)
        return _ask_page(request, context, facts, form, "", (problem,), status=422)


@get(f"{links.REQUESTS}/{{id:uuid}}")
async def show(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """One of the viewer's requests."""
    facts = await service.request(context, session_token(request), id)
    words = words_for(request, context.words)
    title = words.gettext("Request: {name}").format(name=child_name(facts.request))
    page = family_page(request, context, title, facts.viewer)
    return html_page(context, "access_requests/request.html", page, presenter.request_view(words, facts))


@post(f"{links.REQUESTS}/{{id:uuid}}/close", status_code=HTTP_303_SEE_OTHER)
async def close(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """The family needs no answer any more."""
    await service.request(
        context, session_token(request), id
    )  # for others nothing is here, whatever they send
    await _checked_form(request, context)
    await service.close(context, session_token(request), id)
    return redirect(links.request(id))


@get(links.SCHOOLS)
async def schools(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Connected regions, and the schools that a search finds; for everyone."""
    query = request.query_params.get("q", "")[:MOST_LETTERS]
    connected = context.service(Schools)
    found = await connected.page(query, page_number(request.query_params.get("page")))
    words = words_for(request, context.words)
    page = page_view(request, context, presenter_schools.schools_title(words))
    view = presenter_schools.schools_view(words, await connected.regions(), query, found)
    return html_page(context, "access_requests/schools.html", page, view)


@get(links.HELP)
async def help_page(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The reasons in general, for those who can't sign in too."""
    words = words_for(request, context.words)
    page = page_view(request, context, words.gettext("Why a diary is not found"))
    return html_page(context, "access_requests/help.html", page, presenter.help_view(words))


ROUTES = [missing, ask, send, show, close, schools, help_page]


def _ask_page(
    request: AnyRequest,
    context: AppContext,
    facts: AskFacts,
    form: AskForm,
    query: str,
    problems: tuple[str, ...],
    *,
    status: int = 200,
) -> Response[bytes]:
    words = words_for(request, context.words)
    page = family_page(request, context, presenter.ask_title(words), facts.viewer)
    view = presenter.ask_view(words, facts, form, query, problems)
    return html_page(context, "access_requests/ask.html", page, view, status=status)


async def _checked_form(request: AnyRequest, context: AppContext) -> dict[str, str]:
    """The fields of a form of this session. Raises NotSignedIn before anything is said about the form."""
    await service.signed_in(context, session_token(request))
    return await checked_form(request, context)


def family_page(request: AnyRequest, context: AppContext, title: str, viewer: Viewer) -> PageView:
    """What a family's page has around its view."""
    words = words_for(request, context.words)
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area="guardian",
        section=links.MISSING,
        zone_note=words.gettext("All times are Moscow times"),
    )


def _today(context: AppContext) -> date:
    return context.clock.now().astimezone(_MOSCOW).date()
