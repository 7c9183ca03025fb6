"""/operator/vendor: a vendor's own portal on a laptop. Outside a sandbox nothing is there."""

import logging
from typing import Any

from litestar import Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.esia.errors import EsiaError
from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest, html_page, page_view, redirect, text_fields
from myedu.portal.context import FromContext
from myedu.portal.operators import links, vendor_sandbox
from myedu.portal.operators import presenter_vendor_sandbox as presenter
from myedu.portal.operators.vendor_sandbox import BadRegistration, Registration
from myedu.portal.operators.web import check_operators_form, is_watched, operator_page
from myedu.portal.signed_in import session_token

_log = logging.getLogger(__name__)
_SYSTEM = f"{links.VENDOR_SANDBOX}/{{system_id:str}}"
_LONGEST_NAME = 100


@get(links.VENDOR_SANDBOX)
async def vendor_sandbox_page(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The form, the portal's key, the systems."""
    facts = await vendor_sandbox.systems(context, session_token(request))
    words = words_for(request, context.words)
    page = operator_page(
        request, context, words.gettext("Vendor sandbox"), facts.viewer, section=links.VENDOR_SANDBOX
    )
    return html_page(
        context, "operators/vendor_sandbox.html", page, presenter.vendor_sandbox_view(words, facts)
    )


@get(links.PORTAL_KEY)
async def portal_key(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The public key by which journals know this portal, as a file."""
    await vendor_sandbox.systems(context, session_token(request))
    headers = {"content-disposition": 'attachment; filename="portal.public.pem"'}
    return Response(
        vendor_sandbox.portal_key(context).encode(), media_type="application/x-pem-file", headers=headers
    )


@post(links.VENDOR_SANDBOX, status_code=HTTP_303_SEE_OTHER)
async def register(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Register a system; the form again with what has to be corrected."""
    await check_operators_form(request, context)
    given = Registration.of(await text_fields(request))
    try:
        await vendor_sandbox.register(context, session_token(request), given)
    except BadRegistration as error:
        facts = await vendor_sandbox.systems(context, session_token(request))
        words = words_for(request, context.words)
        title = words.gettext("Vendor sandbox")
        page = operator_page(request, context, title, facts.viewer, section=links.VENDOR_SANDBOX)
        view = presenter.vendor_sandbox_view(words, facts, given, error.fields)
        return html_page(context, "operators/vendor_sandbox.html", page, view, status=400)
    return redirect(links.vendor_system(given.system))


@get(_SYSTEM)
async def vendor_system(
    request: AnyRequest, context: FromContext, system_id: FromPath[str]
) -> Response[bytes]:
    """One system: what goes on, its packages, its pupils."""
    begins = request.query_params.get("begins", "").strip()[:_LONGEST_NAME].replace("\0", "")
    facts = await vendor_sandbox.system(context, session_token(request), system_id, begins)
    words = words_for(request, context.words)
    page = operator_page(request, context, facts.system.name, facts.viewer, section=links.VENDOR_SANDBOX)
    now, portal = context.clock.now(), context.base_url
    view = presenter.system_view(words, facts, now, portal, watched=is_watched(request))
    return html_page(context, "operators/vendor_system.html", page, view)


@post(f"{_SYSTEM}/pull", status_code=HTTP_303_SEE_OTHER)
async def pull(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Queue a pull and lead back to the system."""
    await check_operators_form(request, context)
    await vendor_sandbox.pull(context, session_token(request), system_id)
    return redirect(links.vendor_system(system_id))


@post(f"{_SYSTEM}/accounts", status_code=HTTP_303_SEE_OTHER)
async def make_account(
    request: AnyRequest, context: FromContext, system_id: FromPath[str]
) -> Response[bytes]:
    """Make an account for a person of the export, and lead to the page about it."""
    await check_operators_form(request, context)
    person_id = (await text_fields(request)).get("person", "")
    words = words_for(request, context.words)
    try:
        about = presenter.about(words, system_id)
        await vendor_sandbox.make_account(context, session_token(request), system_id, person_id, about)
    except EsiaError as error:
        _log.warning("the sandbox of ESIA made no account", exc_info=error)
        title, view = presenter.no_account(words, system_id)
        page = page_view(request, context, title, path=links.vendor_system(system_id))
        return html_page(context, "web/error.html", page, view, status=503)
    return redirect(links.account(system_id, person_id))


@get(f"{_SYSTEM}/accounts")
async def account(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """How the person of a new account signs in."""
    person_id = request.query_params.get("person", "").replace("\0", "")
    facts = await vendor_sandbox.account(context, session_token(request), system_id, person_id)
    words = words_for(request, context.words)
    page = operator_page(
        request, context, presenter.account_title(words), facts.viewer, section=links.VENDOR_SANDBOX
    )
    return html_page(context, "operators/vendor_account.html", page, presenter.account_view(words, facts))


def _require_sandbox(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Before anything else is looked at. Raises NotSandbox."""
    vendor_sandbox.check_is_sandbox(connection.app.state.context.settings)


ROUTES = [
    Router(
        path="/",
        route_handlers=[
            vendor_sandbox_page,
            portal_key,
            register,
            vendor_system,
            pull,
            make_account,
            account,
        ],
        guards=[_require_sandbox],
    )
]
