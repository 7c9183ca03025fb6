"""/school/requests and /operator/requests: who answers families reads and answers here."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.status_codes import HTTP_200_OK, HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, html_page, redirect
from myedu.portal.access_requests import links, presenter_school, school
from myedu.portal.access_requests.models import Request, SchoolRequestFacts
from myedu.portal.access_requests.parse import AnswerForm, answer_form, reason_of
from myedu.portal.access_requests.words import child_name
from myedu.portal.context import AppContext, FromContext
from myedu.portal.navigation import Area
from myedu.portal.people.models import Viewer
from myedu.portal.signed_in import checked_form, session_token, signed_in_page

_AREAS: dict[str, Area] = {"head": "school", "deputy": "staff"}
_SCHOOL = f"{links.SCHOOL_REQUESTS}/{{id:uuid}}"
_OPERATOR = f"{links.OPERATOR_REQUESTS}/{{id:uuid}}"


@get(links.SCHOOL_REQUESTS)
async def school_requests(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The requests to the viewer's schools."""
    who = await school.answering(context, session_token(request))
    facts = await school.school_list(context, who, page_number(request.query_params.get("page")))
    words = words_for(request, context.words)
    page = _page(request, context, presenter_school.list_title(words), who.viewer, _AREAS[who.relation])
    view = presenter_school.school_list_view(words, facts, several=len(who.schools) > 1)
    return html_page(context, "access_requests/list.html", page, view)


@get(_SCHOOL)
async def school_request(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """One request, with what ESIA says beside what the school's journal has."""
    who = await school.answering(context, session_token(request))
    facts = await school.school_request(context, who, id)
    return _show(request, context, facts, None, _AREAS[who.relation])


@post(f"{_SCHOOL}/answer", status_code=HTTP_303_SEE_OTHER)
async def school_answer(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """Answer, and lead back to the request; a form with mistakes is shown again."""
    who = await school.answering(context, session_token(request))
    facts = await school.school_request(context, who, id)
    form = answer_form(await _checked_form(request, context))
    if form.answer is None or form.problems:
        return _show(request, context, facts, form, _AREAS[who.relation])
    await school.school_answer(context, session_token(request), who, id, form.answer, form.words)
    return redirect(links.school_request(id))


@get(links.OPERATOR_REQUESTS)
async def operator_requests(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The requests that no head can answer yet, without names."""
    page_of = page_number(request.query_params.get("page"))
    facts = await school.operator_list(context, session_token(request), page_of)
    words = words_for(request, context.words)
    page = _page(request, context, presenter_school.list_title(words), facts.viewer, "operator")
    return html_page(
        context, "access_requests/list.html", page, presenter_school.operator_list_view(words, facts)
    )


@get(_OPERATOR)
async def operator_question(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """The question why the request is read."""
    viewer, one = await school.operator_question(context, session_token(request), id)
    return _ask_reason(request, context, viewer, one, is_missing=False)


@post(_OPERATOR, status_code=HTTP_200_OK)
async def operator_request(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """One request, after the reason has been written into the audit."""
    viewer, one = await school.operator_question(context, session_token(request), id)
    reason = reason_of(await _checked_form(request, context))
    if not reason:
        return _ask_reason(request, context, viewer, one, is_missing=True)
    facts = await school.operator_request(context, session_token(request), id, reason)
    return _show(request, context, facts, None, "operator", operator_reason=reason)


@post(f"{_OPERATOR}/answer", status_code=HTTP_303_SEE_OTHER)
async def operator_answer(request: AnyRequest, context: FromContext, id: FromPath[UUID]) -> Response[bytes]:
    """Answer in the school's stead; a form with mistakes is shown again."""
    viewer, one = await school.operator_question(context, session_token(request), id)
    form = answer_form(await _checked_form(request, context))
    if not form.reason:
        return _ask_reason(request, context, viewer, one, is_missing=True)
    if form.answer is None or form.problems:
        facts = await school.operator_request(context, session_token(request), id, form.reason)
        return _show(request, context, facts, form, "operator", operator_reason=form.reason)
    await school.operator_answer(context, session_token(request), id, form.answer, form.words, form.reason)
    return redirect(links.OPERATOR_REQUESTS)


ROUTES = [
    school_requests,
    school_request,
    school_answer,
    operator_requests,
    operator_question,
    operator_request,
    operator_answer,
]


def _show(
    request: AnyRequest,
    context: AppContext,
    facts: SchoolRequestFacts,
    form: AnswerForm | None,
    area: Area,
    *,
    operator_reason: str | None = None,
) -> Response[bytes]:
    words = words_for(request, context.words)
    title = words.gettext("Request: {name}").format(name=child_name(facts.request))
    page = _page(request, context, title, facts.viewer, area)
    view = presenter_school.school_request_view(words, facts, form, operator_reason=operator_reason)
    status = 422 if form is not None else 200
    return html_page(context, "access_requests/school_request.html", page, view, status=status)


def _ask_reason(
    request: AnyRequest, context: AppContext, viewer: Viewer, one: Request, *, is_missing: bool
) -> Response[bytes]:
    words = words_for(request, context.words)
    page = _page(request, context, words.gettext("Reason of reading"), viewer, "operator")
    view = presenter_school.reason_view(words, one, is_missing=is_missing)
    return html_page(context, "access_requests/reason.html", page, view, status=422 if is_missing else 200)


async def _checked_form(request: AnyRequest, context: AppContext) -> dict[str, str]:
    """Only after the viewer was checked: for others nothing is here, whatever they send."""
    return await checked_form(request, context)


def _page(request: AnyRequest, context: AppContext, title: str, viewer: Viewer, area: Area) -> PageView:
    words = words_for(request, context.words)
    section = links.OPERATOR_REQUESTS if area == "operator" else links.SCHOOL_REQUESTS
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area=area,
        section=section,
        zone_note=words.gettext("All times are Moscow times"),
    )
