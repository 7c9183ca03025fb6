"""Pages and forms of somebody who has signed in, in any room: the session's cookie, the frame, the check."""

from typing import Any, Protocol

from myedu.kit.web.forms import FIELD, check_form, csrf_token
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import PageView
from myedu.kit.web.responses import AnyRequest, page_view, text_fields
from myedu.portal.context import AppContext
from myedu.portal.navigation import Area, links_of

SESSION_COOKIE = "myedu_session"


class Named(Protocol):
    """A person's name, such as a viewer's."""

    @property
    def first_name(self) -> str:
        """As ESIA has it."""

    @property
    def last_name(self) -> str:
        """As ESIA has it."""


def session_token(request: AnyRequest) -> str | None:
    """The session's token in the cookie; a service checks it."""
    return request.cookies.get(SESSION_COOKIE)


def signed_in_page(
    request: AnyRequest,
    context: AppContext,
    title: str,
    viewer: Named,
    *,
    area: Area | None = None,
    section: str = "",
    **fields: Any,
) -> PageView:
    """What is around the view of a page about no single child; `fields`: PageView's other fields.

    `area`: whose sections are shown; `section`: the open one.
    """
    nav = links_of(context.nav, words_for(request, context.words), area, section) if area else ()
    return page_view(
        request,
        context,
        title,
        viewer=f"{viewer.first_name} {viewer.last_name}",
        csrf=csrf_token(session_token(request) or ""),
        nav=tuple(nav),
        **fields,
    )


async def checked_form(request: AnyRequest, context: AppContext) -> dict[str, str]:
    """The fields of a form of this session. Check the viewer first: for others nothing is here.

    Raises ClientException and what `check_form` raises for a form of another session or site.
    """
    fields = await text_fields(request)
    check_form(session_token(request), fields.get(FIELD), request.headers, context.base_url)
    return fields
