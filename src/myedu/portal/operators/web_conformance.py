"""Conformance reports: asking for one, downloading it, publishing it; /conformance/{system} for everyone."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest, html_page, page_view, redirect
from myedu.portal.context import FromContext
from myedu.portal.operators import journals, links, presenter_conformance, presenter_journal
from myedu.portal.operators.journals import NoSuchJournal
from myedu.portal.operators.web import check_operators_form, operator_page
from myedu.portal.signed_in import session_token

_CONFORMANCE = f"{links.JOURNALS}/{{system_id:str}}/conformance"
_MEDIA_TYPES = {"report.html": "text/html; charset=utf-8", "report.json": "application/json"}


@post(_CONFORMANCE, status_code=HTTP_303_SEE_OTHER)
async def ask(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Queue a run of the judge; while one is under way, nothing is done."""
    await check_operators_form(request, context)
    await journals.ask_for_report(context, session_token(request), system_id)
    return redirect(f"{links.journal(system_id)}#conformance")


@get(f"{_CONFORMANCE}/{{run_id:int}}/{{file:str}}")
async def report_file(
    request: AnyRequest,
    context: FromContext,
    system_id: FromPath[str],
    run_id: FromPath[int],
    file: FromPath[str],
) -> Response[bytes]:
    """A report as a file, which a browser saves and doesn't open here."""
    found = await journals.report_files(context, session_token(request), system_id, run_id)
    if file not in _MEDIA_TYPES:
        raise NoSuchJournal
    body = found.report_html if file == "report.html" else found.report_json
    name = f"conformance-{system_id}-{run_id}.{file.rpartition('.')[2]}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=_MEDIA_TYPES[file], headers=headers)


@get(f"{_CONFORMANCE}/publish")
async def confirm_publication(
    request: AnyRequest, context: FromContext, system_id: FromPath[str]
) -> Response[bytes]:
    """The question before a report is published."""
    facts = await journals.journal(context, session_token(request), system_id, "day", None, 1)
    words = words_for(request, context.words)
    title = presenter_journal.question_title(words, "publish")
    page = operator_page(request, context, title, facts.viewer, section=links.JOURNALS)
    view = presenter_conformance.publish_question(words, facts.system)
    return html_page(context, "operators/question.html", page, view)


@post(f"{_CONFORMANCE}/publish", status_code=HTTP_303_SEE_OTHER)
async def publish(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Publish the newest report and those to come."""
    await check_operators_form(request, context)
    await journals.publish(context, session_token(request), system_id, published=True)
    return redirect(f"{links.journal(system_id)}#conformance")


@post(f"{_CONFORMANCE}/withdraw", status_code=HTTP_303_SEE_OTHER)
async def withdraw(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Show reports to operators only again."""
    await check_operators_form(request, context)
    await journals.publish(context, session_token(request), system_id, published=False)
    return redirect(f"{links.journal(system_id)}#conformance")


@get(f"{links.PUBLISHED}/{{system_id:str}}")
async def published(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """What everyone may read of a system; nothing if its region hasn't agreed."""
    system, report = await journals.published(context, system_id)
    words = words_for(request, context.words)
    title = words.gettext("Conformance of {system}").format(system=system.name)
    page = page_view(request, context, title, zone_note=words.gettext("All times are Moscow times"))
    view = presenter_conformance.shown_report(words, system, report)
    return html_page(context, "operators/conformance.html", page, view)


ROUTES = [ask, report_file, confirm_publication, publish, withdraw, published]
