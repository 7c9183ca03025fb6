"""/regions: which regions are connected, for everyone."""

from litestar import Response, get

from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest, html_page, page_view
from myedu.portal.context import FromContext
from myedu.portal.pilot import links, presenter, service


@get(links.PUBLIC)
async def public(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The pilot's regions, since when each is connected, and what it has agreed to publish."""
    regions = await service.public_regions(context.database)
    words = words_for(request, context.words)
    page = page_view(request, context, words.gettext("Regions of the pilot"))
    return html_page(context, "pilot/public.html", page, presenter.public_view(words, regions))


ROUTES = [public]
