"""/school: the head's home, the choice of the school, the invitation; and the operator's page of schools."""

from litestar import Response, get, post
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.esia.errors import EsiaError
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.paging import page_number
from myedu.kit.web.responses import AnyRequest, html_page, redirect
from myedu.portal.context import AppContext, FromContext
from myedu.portal.navigation import Area
from myedu.portal.people.models import SchoolKey, Viewer
from myedu.portal.signed_in import checked_form, session_token, signed_in_page
from myedu.portal.verification import links, school, school_presenter
from myedu.portal.verification.organization_models import SchoolHome

_DONE, _TAKEN, _SILENT = "confirmed", "taken", "esia"


@get(links.SCHOOL)
async def my_school(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The head's home; before the school is confirmed, what may be it."""
    facts = await school.page(context, session_token(request))
    words = words_for(request, context.words)
    title = words.gettext("My school")
    if isinstance(facts, SchoolHome):
        page = _page(request, context, title, facts.schools.viewer, "school", links.SCHOOL)
        nav = tuple(link for link in page.nav if not link.current)
        return html_page(
            context, "verification/school.html", page, school_presenter.home_view(words, facts, nav)
        )
    page = _page(request, context, title, facts.head.viewer, None, links.SCHOOL)
    view = school_presenter.choice_view(words, facts)
    return html_page(context, "verification/choice.html", page, view)


@post(links.CONFIRM, status_code=HTTP_303_SEE_OTHER)
async def confirm(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Confirm the school of the fields `region`, `system` and `school`; back to the home, which says it."""
    token = session_token(request)
    await school.check_head(context, token)  # for others nothing is here, whatever they send
    form = await checked_form(request, context)
    key = SchoolKey(form.get("region", ""), form.get("system", ""), form.get("school", ""))
    try:
        outcome = _DONE if await school.confirm(context, token, key) else _TAKEN
    except EsiaError:
        outcome = _SILENT
    return redirect(f"{links.SCHOOL}?{outcome}=1")


@get(links.INVITATION)
async def invitation(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The text with which the head invites the staff, and who has signed in."""
    facts = await school.invitation(context, session_token(request))
    words = words_for(request, context.words)
    title = words.gettext("Invite the staff")
    page = _page(request, context, title, facts.schools.viewer, "school", links.INVITATION)
    view = school_presenter.invitation_view(words, facts, context.base_url)
    return html_page(context, "verification/invitation.html", page, view)


@get(links.OPERATORS_SCHOOLS)
async def operators_schools(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Second claims to a school, and schools that were withdrawn."""
    number = page_number(request.query_params.get("page"))
    facts = await school.claims(context, session_token(request), number)
    words = words_for(request, context.words)
    page = _page(
        request, context, words.gettext("Schools"), facts.viewer, "operator", links.OPERATORS_SCHOOLS
    )
    view = school_presenter.claims_view(words, facts)
    return html_page(context, "verification/operators_schools.html", page, view)


def _page(
    request: AnyRequest, context: AppContext, title: str, viewer: Viewer, area: Area | None, section: str
) -> PageView:
    words = words_for(request, context.words)
    return signed_in_page(
        request,
        context,
        title,
        viewer,
        area=area,
        section=section,
        status=school_presenter.status_words(words, request.query_params),
    )


ROUTES = [my_school, confirm, invitation, operators_schools]
