"""/school/staff: the posts of a head's schools and what is decided about them."""

from typing import cast, get_args

from litestar import Response, get, post
from litestar.response import Stream
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, csv_file, html_page, redirect
from myedu.portal.context import AppContext, FromContext
from myedu.portal.people.models import Viewer
from myedu.portal.signed_in import checked_form, session_token, signed_in_page
from myedu.portal.verification import staff, staff_presenter
from myedu.portal.verification import staff_links as links
from myedu.portal.verification.staff_csv import missing_csv
from myedu.portal.verification.staff_models import DeclineReason, NoSuchPost, StaffFilter, StaffState

_LONGEST_NAME = 100


@get(links.STAFF)
async def list_staff(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The posts, those first that need a deed."""
    facts = await staff.overview(context, session_token(request), _filter(request))
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("Staff"), facts.schools.viewer)
    return html_page(context, "verification/staff.html", page, staff_presenter.staff_view(words, facts))


@get(links.MISSING)
async def missing(request: AnyRequest, context: FromContext) -> Stream:
    """Who is not verified, as a CSV file."""
    posts = await staff.missing(context, session_token(request))
    return csv_file("staff-not-verified.csv", missing_csv(words_for(request, context.words), posts))


@get(links.CONFIRM)
async def ask_confirm(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The question before a post is confirmed."""
    query = request.query_params
    facts = await staff.post(context, session_token(request), query.get("system", ""), query.get("post", ""))
    if not facts.post.can_confirm:
        return redirect(links.STAFF)
    words = words_for(request, context.words)
    page = _page(request, context, staff_presenter.confirm_title(words, facts), facts.schools.viewer)
    view = staff_presenter.confirm_view(words, facts)
    return html_page(context, "verification/staff_question.html", page, view)


@post(links.CONFIRM, status_code=HTTP_303_SEE_OTHER)
async def confirm(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Confirm a post; back to the question if there is something else to decide by now."""
    form = await _form(request, context)
    key = form.get("system", ""), form.get("post", "")
    done = await staff.confirm(context, session_token(request), *key, form.get("reasons", "").split())
    return redirect(links.STAFF if done else links.deed(links.CONFIRM, *key))


@get(links.CONFIRM_ALL)
async def ask_confirm_all(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The question before all exact posts are confirmed."""
    facts = await staff.exact(context, session_token(request))
    if not facts.count:
        return redirect(links.STAFF)
    words = words_for(request, context.words)
    page = _page(request, context, staff_presenter.exact_title(words), facts.schools.viewer)
    view = staff_presenter.exact_view(words, facts)
    return html_page(context, "verification/staff_question.html", page, view)


@post(links.CONFIRM_ALL, status_code=HTTP_303_SEE_OTHER)
async def confirm_all(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Confirm them. Pressed twice they are confirmed once."""
    await _form(request, context)
    await staff.confirm_exact(context, session_token(request))
    return redirect(links.STAFF)


@get(links.DECLINE)
async def ask_decline(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The question before a post is declined or withdrawn."""
    query = request.query_params
    facts = await staff.post(context, session_token(request), query.get("system", ""), query.get("post", ""))
    words = words_for(request, context.words)
    page = _page(request, context, staff_presenter.decline_title(words, facts), facts.schools.viewer)
    view = staff_presenter.decline_view(words, facts)
    return html_page(context, "verification/staff_question.html", page, view)


@post(links.DECLINE, status_code=HTTP_303_SEE_OTHER)
async def decline(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Decline a post, or withdraw what was confirmed. Without a reason: back to the question."""
    form = await _form(request, context)
    key, reason = (form.get("system", ""), form.get("post", "")), form.get("reason", "")
    if reason not in get_args(DeclineReason):
        await staff.post(context, session_token(request), *key)
        return redirect(links.deed(links.DECLINE, *key))
    await staff.decline(context, session_token(request), *key, cast(DeclineReason, reason))
    return redirect(links.STAFF)


ROUTES = [list_staff, missing, ask_confirm, confirm, ask_confirm_all, confirm_all, ask_decline, decline]
ERRORS = (NoSuchPost,)


async def _form(request: AnyRequest, context: AppContext) -> dict[str, str]:
    """The fields. Only after the viewer was checked: for others nothing is here, whatever they send."""
    await staff.check_head(context, session_token(request))
    return await checked_form(request, context)


def _filter(request: AnyRequest) -> StaffFilter:
    query = request.query_params
    state = query.get("state", "")
    return StaffFilter(
        state=cast(StaffState, state) if state in get_args(StaffState) else None,
        begins=query.get("name", "").replace("\0", "").strip()[:_LONGEST_NAME],
        page=page_number(query.get("page")),
    )


def _page(request: AnyRequest, context: AppContext, title: str, viewer: Viewer) -> PageView:
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area="school",
        section=links.STAFF,
    )
