"""/operator: packages, what they would do, what is wrong with them; «Применить» and «Отклонить».

And how the journals answer now.
"""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.portal.answers import html_page, page_view, redirect, words_for
from myedu.portal.exports.problems_file import problems_file
from myedu.portal.identity.csrf import FIELD, check_form, csrf_token
from myedu.portal.identity.models import SESSION_COOKIE
from myedu.portal.pages import PageView
from myedu.portal.people.models import Viewer
from myedu.portal.pilot import links, presenter, presenter_journals, service
from myedu.portal.tools import FromTools, Tools

AnyRequest = Request[Any, Any, Any]

_PACKAGE = "/operator/packages/{system_id:str}/{export_id:uuid}"
_LAST_PAGE = 100_000  # five million problems; a larger number is somebody's play


@get(links.PACKAGES)
async def packages(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """Every system with its newest packages."""
    facts = await service.overview(tools, session_token(request))
    words = words_for(request, tools.words)
    page = operator_page(request, tools, words.gettext("Packages"), facts.viewer)
    view = presenter.packages_view(words, facts, watched=is_watched(request))
    return html_page(tools, "pilot/packages.html", page, view)


@get(links.JOURNALS)
async def journals(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """Every system: how fast its journal answers, what fails, what families saw."""
    facts = await service.journals(tools, session_token(request))
    words = words_for(request, tools.words)
    page = operator_page(request, tools, words.gettext("Journals"), facts.viewer, section=links.JOURNALS)
    view = presenter_journals.journals_view(words, facts, watched=is_watched(request))
    return html_page(tools, "pilot/journals.html", page, view)


@get(_PACKAGE)
async def package(
    request: AnyRequest, tools: FromTools, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """One package: its proposal by table, its problems, the two decisions."""
    number = _number(request.query_params.get("page"))
    facts = await service.package(tools, session_token(request), system_id, export_id, number)
    words = words_for(request, tools.words)
    page = operator_page(request, tools, presenter.package_title(words, system_id), facts.viewer)
    view = presenter.package_view(words, facts, watched=is_watched(request))
    return html_page(tools, "pilot/package.html", page, view)


@get(f"{_PACKAGE}/problems.csv")
async def problems(
    request: AnyRequest, tools: FromTools, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Stream:
    await service.problems_of(tools, session_token(request), system_id, export_id)
    return problems_file(tools.database, system_id, export_id)


@get(f"{_PACKAGE}/agree")
async def ask_to_agree(
    request: AnyRequest, tools: FromTools, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    return await _confirm(request, tools, system_id, export_id, "agree")


@get(f"{_PACKAGE}/refuse")
async def ask_to_refuse(
    request: AnyRequest, tools: FromTools, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    return await _confirm(request, tools, system_id, export_id, "refuse")


@post(f"{_PACKAGE}/agree", status_code=HTTP_303_SEE_OTHER)
async def agree(
    request: AnyRequest, tools: FromTools, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """Queue the package; its page shows how it goes on. Pressed twice it is queued once."""
    await check_operators_form(request, tools)
    await service.agree(tools, session_token(request), system_id, export_id)
    return redirect(links.package(system_id, export_id))


@post(f"{_PACKAGE}/refuse", status_code=HTTP_303_SEE_OTHER)
async def refuse(
    request: AnyRequest, tools: FromTools, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    await check_operators_form(request, tools)
    await service.refuse(tools, session_token(request), system_id, export_id)
    return redirect(links.package(system_id, export_id))


ROUTES = [packages, journals, package, problems, ask_to_agree, ask_to_refuse, agree, refuse]


async def _confirm(
    request: AnyRequest, tools: Tools, system_id: str, export_id: UUID, deed: str
) -> Response[bytes]:
    facts = await service.package(tools, session_token(request), system_id, export_id)
    if facts.report.state != "held":
        return redirect(links.package(system_id, export_id))
    words = words_for(request, tools.words)
    page = operator_page(request, tools, presenter.confirm_title(words, deed), facts.viewer)
    return html_page(tools, "pilot/confirm.html", page, presenter.confirm_view(words, facts, deed))


async def check_operators_form(request: AnyRequest, tools: Tools) -> None:
    """The form's word comes second: to others than operators nothing is here, whatever they send."""
    await service.admit(tools, session_token(request))
    form = await request.form()
    check_form(session_token(request), form.get(FIELD), request.headers, tools.settings.base_url)


def operator_page(
    request: AnyRequest, tools: Tools, title: str, viewer: Viewer, *, section: str = links.PACKAGES
) -> PageView:
    """What every page of the operator's side has around its view."""
    words = words_for(request, tools.words)
    return page_view(
        request,
        tools,
        title,
        viewer=f"{viewer.first_name} {viewer.last_name}",
        csrf=csrf_token(session_token(request) or ""),
        nav=tuple(presenter.nav(words, section, bench=tools.settings.is_sandbox)),
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
