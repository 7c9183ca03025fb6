"""/operator: packages, what they would do, what is wrong with them; «Применить» and «Отклонить».

And how the journals answer now.
"""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.forms import FIELD, check_form, csrf_token
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.responses import AnyRequest, html_page, page_view, redirect, text_fields
from myedu.portal.context import AppContext, FromContext
from myedu.portal.exports import service as exports
from myedu.portal.identity.models import SESSION_COOKIE
from myedu.portal.navigation import links_of
from myedu.portal.operators import links, presenter, presenter_journals, service
from myedu.portal.people.models import Viewer

_PACKAGE = "/operator/packages/{system_id:str}/{export_id:uuid}"
_LAST_PAGE = 100_000  # five million problems; a larger number is somebody's play


@get(links.PACKAGES)
async def packages(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Every system with its newest packages."""
    facts = await service.overview(context, session_token(request))
    words = words_for(request, context.words)
    page = operator_page(request, context, words.gettext("Packages"), facts.viewer)
    view = presenter.packages_view(words, facts, watched=is_watched(request))
    return html_page(context, "operators/packages.html", page, view)


@get(links.JOURNALS)
async def journals(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Every system: how fast its journal answers, what fails, what families saw."""
    facts = await service.journals(context, session_token(request))
    words = words_for(request, context.words)
    page = operator_page(request, context, words.gettext("Journals"), facts.viewer, section=links.JOURNALS)
    view = presenter_journals.journals_view(words, facts, watched=is_watched(request))
    return html_page(context, "operators/journals.html", page, view)


@get(_PACKAGE)
async def package(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """One package: its proposal by table, its problems, the two decisions."""
    number = _number(request.query_params.get("page"))
    facts = await service.package(context, session_token(request), system_id, export_id, number)
    words = words_for(request, context.words)
    page = operator_page(request, context, presenter.package_title(words, system_id), facts.viewer)
    view = presenter.package_view(words, facts, watched=is_watched(request))
    return html_page(context, "operators/package.html", page, view)


@get(f"{_PACKAGE}/problems.csv")
async def problems(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Stream:
    await service.problems_of(context, session_token(request), system_id, export_id)
    return exports.problems_file(context.database, system_id, export_id)


@get(f"{_PACKAGE}/agree")
async def ask_to_agree(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    return await _confirm(request, context, system_id, export_id, "agree")


@get(f"{_PACKAGE}/refuse")
async def ask_to_refuse(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    return await _confirm(request, context, system_id, export_id, "refuse")


@post(f"{_PACKAGE}/agree", status_code=HTTP_303_SEE_OTHER)
async def agree(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """Queue the package; its page shows how it goes on. Pressed twice it is queued once."""
    await check_operators_form(request, context)
    await service.agree(context, session_token(request), system_id, export_id)
    return redirect(links.package(system_id, export_id))


@post(f"{_PACKAGE}/refuse", status_code=HTTP_303_SEE_OTHER)
async def refuse(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    await check_operators_form(request, context)
    await service.refuse(context, session_token(request), system_id, export_id)
    return redirect(links.package(system_id, export_id))


ROUTES = [packages, journals, package, problems, ask_to_agree, ask_to_refuse, agree, refuse]


async def _confirm(
    request: AnyRequest, context: AppContext, system_id: str, export_id: UUID, deed: str
) -> Response[bytes]:
    facts = await service.package(context, session_token(request), system_id, export_id)
    if facts.report.state != "held":
        return redirect(links.package(system_id, export_id))
    words = words_for(request, context.words)
    page = operator_page(request, context, presenter.confirm_title(words, deed), facts.viewer)
    return html_page(context, "operators/confirm.html", page, presenter.confirm_view(words, facts, deed))


async def check_operators_form(request: AnyRequest, context: AppContext) -> None:
    """The form's word comes second: to others than operators nothing is here, whatever they send."""
    await service.admit(context, session_token(request))
    form = await text_fields(request)
    check_form(session_token(request), form.get(FIELD), request.headers, context.base_url)


def operator_page(
    request: AnyRequest, context: AppContext, title: str, viewer: Viewer, *, section: str = links.PACKAGES
) -> PageView:
    """What every page of the operator's side has around its view."""
    words = words_for(request, context.words)
    return page_view(
        request,
        context,
        title,
        viewer=f"{viewer.first_name} {viewer.last_name}",
        csrf=csrf_token(session_token(request) or ""),
        nav=tuple(links_of(context.nav, words, "operator", section)),
        zone_note=words.gettext("All times are Moscow times"),
    )


def session_token(request: AnyRequest) -> str | None:
    return request.cookies.get(SESSION_COOKIE)


def is_watched(request: AnyRequest) -> bool:
    return request.query_params.get("pause") != "1"


def _number(text: str | None) -> int:
    """The page's number; the first for whatever is none."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > len(str(_LAST_PAGE)):
        return 1
    return int(text) if 0 < int(text) < _LAST_PAGE else 1
