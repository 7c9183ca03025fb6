"""/operator/journals/…: one journal, its exchanges, deeds about it and its packages; the runbooks."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, html_page, redirect
from myedu.portal.context import AppContext, FromContext
from myedu.portal.operators import journals, links, presenter_journal, service
from myedu.portal.operators.journals import NoSuchJournal, NotTheLast
from myedu.portal.operators.models import Span
from myedu.portal.operators.runbooks import runbooks as all_runbooks
from myedu.portal.operators.views_journal import QuestionView
from myedu.portal.operators.web import (
    PACKAGE,
    check_operators_form,
    is_watched,
    operator_page,
)
from myedu.portal.people.models import Viewer
from myedu.portal.signed_in import session_token

_JOURNAL = f"{links.JOURNALS}/{{system_id:str}}"
_LONGEST_CODE = 40


@get(_JOURNAL)
async def journal(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """One journal: state, charts, exchanges, packages, deeds."""
    query = request.query_params
    span: Span = "month" if query.get("span") == "month" else "day"
    page_wanted = page_number(query.get("page"))
    facts = await journals.journal(
        context, session_token(request), system_id, span, query.get("problem"), page_wanted
    )
    words = words_for(request, context.words)
    page = _page(request, context, facts.system.name, facts.viewer)
    asked = query.get("asked", "")[:_LONGEST_CODE]
    if asked and asked.replace("-", "").isalpha() and asked.isascii():
        page = msgspec.structs.replace(page, status=presenter_journal.asked_status(words, asked))
    view = presenter_journal.journal_view(words, facts, watched=is_watched(request))
    return html_page(context, "operators/journal.html", page, view)


@get(f"{_JOURNAL}/exchanges/{{exchange_id:int}}")
async def exchange(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], exchange_id: FromPath[int]
) -> Response[bytes]:
    """One exchange: request, answer, problem, runbook."""
    facts = await journals.exchange(context, session_token(request), system_id, exchange_id)
    words = words_for(request, context.words)
    title = words.gettext("Exchange with {system}").format(system=facts.system.name)
    page = _page(request, context, title, facts.viewer)
    return html_page(context, "operators/exchange.html", page, presenter_journal.exchange_view(words, facts))


@get(f"{_JOURNAL}/pause")
async def confirm_pause(
    request: AnyRequest, context: FromContext, system_id: FromPath[str]
) -> Response[bytes]:
    """The question before a pause."""
    facts = await journals.journal(context, session_token(request), system_id, "day", None, 1)
    if facts.system.paused_at is not None:
        return redirect(links.journal(system_id))
    view = presenter_journal.pause_question(words_for(request, context.words), facts.system)
    return _question(request, context, "pause", view, facts.viewer)


@get(f"{_JOURNAL}/resume")
async def confirm_resume(
    request: AnyRequest, context: FromContext, system_id: FromPath[str]
) -> Response[bytes]:
    """The question before the end of a pause."""
    facts = await journals.journal(context, session_token(request), system_id, "day", None, 1)
    if facts.system.paused_at is None:
        return redirect(links.journal(system_id))
    view = presenter_journal.resume_question(words_for(request, context.words), facts.system)
    return _question(request, context, "resume", view, facts.viewer)


@post(f"{_JOURNAL}/pause", status_code=HTTP_303_SEE_OTHER)
async def pause(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Pause the journal; one that is paused stays so."""
    await check_operators_form(request, context)
    await journals.pause(context, session_token(request), system_id)
    return redirect(links.journal(system_id))


@post(f"{_JOURNAL}/resume", status_code=HTTP_303_SEE_OTHER)
async def resume(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """End the pause."""
    await check_operators_form(request, context)
    await journals.resume(context, session_token(request), system_id)
    return redirect(links.journal(system_id))


@post(f"{_JOURNAL}/wake", status_code=HTTP_303_SEE_OTHER)
async def wake(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Ask the journal now; if it answers, its rest ends."""
    await check_operators_form(request, context)
    reason = await journals.wake(context, session_token(request), system_id)
    return redirect(f"{links.journal(system_id)}?asked={reason or 'ok'}")


@post(f"{_JOURNAL}/pull", status_code=HTTP_303_SEE_OTHER)
async def pull(request: AnyRequest, context: FromContext, system_id: FromPath[str]) -> Response[bytes]:
    """Queue the failed imports again, or a pull; the page shows the progress."""
    await check_operators_form(request, context)
    await journals.pull(context, session_token(request), system_id)
    return redirect(links.journal(system_id))


@post(f"{PACKAGE}/retry", status_code=HTTP_303_SEE_OTHER)
async def retry(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """The same from a package's page, which shows what becomes of it."""
    await check_operators_form(request, context)
    await journals.pull(context, session_token(request), system_id)
    return redirect(links.package(system_id, export_id))


@get(f"{PACKAGE}/roll-back")
async def confirm_roll_back(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """The question before a roll-back, with what it puts back."""
    facts = await service.package(context, session_token(request), system_id, export_id)
    last = await journals.last_package(context, system_id)
    if last.package is None or last.package.export_id != export_id:
        return redirect(links.package(system_id, export_id))
    words = words_for(request, context.words)
    view = presenter_journal.roll_back_question(words, last.system, last.package)
    return _question(request, context, "roll-back", view, facts.viewer)


@post(f"{PACKAGE}/roll-back", status_code=HTTP_303_SEE_OTHER)
async def roll_back(
    request: AnyRequest, context: FromContext, system_id: FromPath[str], export_id: FromPath[UUID]
) -> Response[bytes]:
    """Queue the roll-back; if another package is the last by now, nothing is done."""
    await check_operators_form(request, context)
    try:
        await journals.roll_back(context, session_token(request), system_id, export_id)
    except NotTheLast:
        return redirect(links.journal(system_id))
    return redirect(links.package(system_id, export_id))


@get(links.RUNBOOKS)
async def runbooks(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The list of runbooks."""
    viewer = await service.check_operator(context, session_token(request), "runbooks")
    title = words_for(request, context.words).gettext("Runbooks")
    page = _page(request, context, title, viewer, section=links.RUNBOOKS)
    return html_page(context, "operators/runbooks.html", page, presenter_journal.runbooks_view())


@get(f"{links.RUNBOOKS}/{{name:str}}")
async def runbook(request: AnyRequest, context: FromContext, name: FromPath[str]) -> Response[bytes]:
    """One runbook."""
    viewer = await service.check_operator(context, session_token(request), "runbook")
    found = all_runbooks().get(name)
    if found is None:
        raise NoSuchJournal
    page = _page(request, context, found.title, viewer, section=links.RUNBOOKS)
    view = presenter_journal.runbook_view(words_for(request, context.words), found)
    return html_page(context, "operators/runbook.html", page, view)


ROUTES = [
    journal,
    exchange,
    confirm_pause,
    confirm_resume,
    pause,
    resume,
    wake,
    pull,
    retry,
    confirm_roll_back,
    roll_back,
    runbooks,
    runbook,
]


def _question(
    request: AnyRequest, context: AppContext, deed: str, view: QuestionView, viewer: Viewer
) -> Response[bytes]:
    title = presenter_journal.question_title(words_for(request, context.words), deed)
    return html_page(context, "operators/question.html", _page(request, context, title, viewer), view)


def _page(
    request: AnyRequest, context: AppContext, title: str, viewer: Viewer, *, section: str = links.JOURNALS
) -> PageView:
    return operator_page(request, context, title, viewer, section=section)
