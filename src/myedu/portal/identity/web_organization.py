"""/enter/organization: the organisations of the viewer, to sign in for one of them."""

from litestar import Response, get

from myedu.kit.web.forms import csrf_token
from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest, html_page, page_view
from myedu.portal.context import FromContext
from myedu.portal.identity import service
from myedu.portal.identity.models import SESSION_COOKIE
from myedu.portal.identity.presenter_organization import ORGANIZATION, organization_title, organization_view


@get(ORGANIZATION)
async def organization(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The organisations that the viewer leads by what ESIA said last, or what to do if it names none."""
    token = request.cookies.get(SESSION_COOKIE)
    viewer, roles = await service.own_roles(context.database, token, context.clock.now())
    words = words_for(request, context.words)
    page = page_view(
        request,
        context,
        organization_title(words),
        viewer=f"{viewer.first_name} {viewer.last_name}",
        csrf=csrf_token(token or ""),
    )
    return html_page(context, "identity/organization.html", page, organization_view(words, roles))


ROUTES = [organization]
