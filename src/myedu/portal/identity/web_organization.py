"""/enter/organization: the organisations of the viewer, to sign in for one of them."""

from litestar import Response, get

from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest, html_page
from myedu.portal.context import FromContext
from myedu.portal.identity import service
from myedu.portal.identity.presenter_organization import ORGANIZATION, organization_title, organization_view
from myedu.portal.signed_in import session_token, signed_in_page


@get(ORGANIZATION)
async def organization(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The organisations that the viewer leads by what ESIA said last, or what to do if it names none."""
    token = session_token(request)
    viewer, roles = await service.own_roles(context.database, token, context.clock.now())
    words = words_for(request, context.words)
    page = signed_in_page(
        request,
        context,
        organization_title(words),
        viewer,
    )
    return html_page(context, "identity/organization.html", page, organization_view(words, roles))


ROUTES = [organization]
