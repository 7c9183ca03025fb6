"""/operator: packages, what they do and what is wrong with them, decisions; how the journals answer."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, csv_file, html_page, redirect
from myedu.portal.context import AppContext, FromContext
from myedu.portal.exports import service as exports
from myedu.portal.operators import links, presenter, presenter_journals, service
from myedu.portal.operators.models import Decision
from myedu.portal.people.models import Viewer
from myedu.portal.signed_in import checked_form, session_token, signed_in_page

PACKAGE = "/operator/packages/{system_id:str}/{export_id:uuid}"


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


@get(PACKAGE)
async def package(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """One package: what it does by table, its problems, the two decisions."""
    number = page_number(request.query_params.get("page"))
    facts = await service.package(context, session_token(request), system_id, export_id, number)
    words = words_for(request, context.words)
    page = operator_page(request, context, presenter.package_title(words, system_id), facts.viewer)
    view = presenter.package_view(words, facts, watched=is_watched(request))
    return html_page(context, "operators/package.html", page, view)


@get(f"{PACKAGE}/problems.csv")
async def problems(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Stream:
    """The problems as a CSV file."""
    await service.problems_of(context, session_token(request), system_id, export_id)
    pieces = exports.problems_file(context.database, system_id, export_id)
    return csv_file(f"problems-{export_id}.csv", pieces)


@get(f"{PACKAGE}/agree")
async def confirm_approval(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """The question before a package is applied."""
    return await _confirm(request, context, system_id, export_id, "agree")


@get(f"{PACKAGE}/refuse")
async def confirm_rejection(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """The question before a package is refused."""
    return await _confirm(request, context, system_id, export_id, "refuse")


@post(f"{PACKAGE}/agree", status_code=HTTP_303_SEE_OTHER)
async def approve(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """Queue the package; its page shows the progress. Pressed twice it is queued once."""
    await check_operators_form(request, context)
    await service.approve(context, session_token(request), system_id, export_id)
    return redirect(links.package(system_id, export_id))


@post(f"{PACKAGE}/refuse", status_code=HTTP_303_SEE_OTHER)
async def reject(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """Refuse the package and lead back to it."""
    await check_operators_form(request, context)
    await service.reject(context, session_token(request), system_id, export_id)
    return redirect(links.package(system_id, export_id))


ROUTES = [packages, journals, package, problems, confirm_approval, confirm_rejection, approve, reject]


async def _confirm(
    request: AnyRequest, context: AppContext, system_id: str, export_id: UUID, decision: Decision
) -> Response[bytes]:
    facts = await service.package(context, session_token(request), system_id, export_id)
    if facts.report.state != "held":
        return redirect(links.package(system_id, export_id))
    words = words_for(request, context.words)
    page = operator_page(request, context, presenter.confirm_title(words, decision), facts.viewer)
    return html_page(context, "operators/confirm.html", page, presenter.confirm_view(words, facts, decision))


async def check_operators_form(request: AnyRequest, context: AppContext) -> None:
    """Only after the viewer was checked: for others nothing is here, whatever they send."""
    await service.check_operator(context, session_token(request))
    await checked_form(request, context)


def operator_page(
    request: AnyRequest, context: AppContext, title: str, viewer: Viewer, *, section: str = links.PACKAGES
) -> PageView:
    """What every operators' page has around its view."""
    words = words_for(request, context.words)
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area="operator",
        section=section,
        zone_note=words.gettext("All times are Moscow times"),
    )


def is_watched(request: AnyRequest) -> bool:
    """Whether the page refreshes itself."""
    return request.query_params.get("pause") != "1"
