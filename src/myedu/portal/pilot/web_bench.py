"""/operator/vendor: a vendor's own portal on a laptop. These routes are there in the sandbox only."""

import logging

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.esia.errors import EsiaError
from myedu.portal.answers import html_page, page_view, redirect, text_fields, words_for
from myedu.portal.pilot import bench, links
from myedu.portal.pilot import presenter_bench as presenter
from myedu.portal.pilot.bench import BadRegistration, Registration
from myedu.portal.pilot.web import (
    AnyRequest,
    check_operators_form,
    is_watched,
    operator_page,
    session_token,
)
from myedu.portal.tools import FromTools

_log = logging.getLogger(__name__)
_SYSTEM = f"{links.BENCH}/{{system_id:str}}"
_LONGEST_NAME = 100


@get(links.BENCH)
async def vendor_bench(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    """The form, the portal's key, the systems."""
    facts = await bench.bench(tools, session_token(request))
    words = words_for(request, tools.words)
    page = operator_page(request, tools, words.gettext("Vendor's bench"), facts.viewer, section=links.BENCH)
    return html_page(tools, "pilot/bench.html", page, presenter.bench_view(words, facts))


@get(links.PORTAL_KEY)
async def portal_key(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    await bench.bench(tools, session_token(request))
    headers = {"content-disposition": 'attachment; filename="portal.public.pem"'}
    return Response(bench.portal_key(tools).encode(), media_type="application/x-pem-file", headers=headers)


@post(links.BENCH, status_code=HTTP_303_SEE_OTHER)
async def register(request: AnyRequest, tools: FromTools) -> Response[bytes]:
    await check_operators_form(request, tools)
    given = Registration.of(await text_fields(request))
    try:
        await bench.register(tools, session_token(request), given)
    except BadRegistration as error:
        facts = await bench.bench(tools, session_token(request))
        words = words_for(request, tools.words)
        title = words.gettext("Vendor's bench")
        page = operator_page(request, tools, title, facts.viewer, section=links.BENCH)
        view = presenter.bench_view(words, facts, given, error.fields)
        return html_page(tools, "pilot/bench.html", page, view, status=400)
    return redirect(links.bench_of(given.system))


@get(_SYSTEM)
async def vendor_system(request: AnyRequest, tools: FromTools, system_id: FromPath[str]) -> Response[bytes]:
    """One system: what goes on, its packages, its pupils."""
    begins = request.query_params.get("begins", "").strip()[:_LONGEST_NAME].replace("\0", "")
    facts = await bench.system(tools, session_token(request), system_id, begins)
    words = words_for(request, tools.words)
    page = operator_page(request, tools, facts.system.name, facts.viewer, section=links.BENCH)
    now, portal = tools.clock.now(), tools.settings.base_url
    view = presenter.system_view(words, facts, now, portal, watched=is_watched(request))
    return html_page(tools, "pilot/bench_system.html", page, view)


@post(f"{_SYSTEM}/pull", status_code=HTTP_303_SEE_OTHER)
async def pull(request: AnyRequest, tools: FromTools, system_id: FromPath[str]) -> Response[bytes]:
    await check_operators_form(request, tools)
    await bench.pull(tools, session_token(request), system_id)
    return redirect(links.bench_of(system_id))


@post(f"{_SYSTEM}/accounts", status_code=HTTP_303_SEE_OTHER)
async def make_account(request: AnyRequest, tools: FromTools, system_id: FromPath[str]) -> Response[bytes]:
    await check_operators_form(request, tools)
    person_id = (await text_fields(request)).get("person", "").replace("\0", "")
    words = words_for(request, tools.words)
    try:
        about = presenter.about(words, system_id)
        await bench.make_account(tools, session_token(request), system_id, person_id, about)
    except EsiaError as error:
        _log.warning("the sandbox of ESIA made no account", exc_info=error)
        title, view = presenter.no_account(words, system_id)
        page = page_view(request, tools, title, path=links.bench_of(system_id))
        return html_page(tools, "portal/error.html", page, view, status=503)
    return redirect(links.account(system_id, person_id))


@get(f"{_SYSTEM}/accounts")
async def account(request: AnyRequest, tools: FromTools, system_id: FromPath[str]) -> Response[bytes]:
    """Says that the person can sign in, and how."""
    person_id = request.query_params.get("person", "").replace("\0", "")
    facts = await bench.account(tools, session_token(request), system_id, person_id)
    words = words_for(request, tools.words)
    page = operator_page(request, tools, presenter.account_title(words), facts.viewer, section=links.BENCH)
    return html_page(tools, "pilot/bench_account.html", page, presenter.account_view(words, facts))


ROUTES = [vendor_bench, portal_key, register, vendor_system, pull, make_account, account]
