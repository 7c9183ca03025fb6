"""/sessions: where the viewer is signed in; to close one session, or all but this one."""

from litestar import Response, get, post
from litestar.status_codes import HTTP_303_SEE_OTHER

from myedu.kit.web.languages import words_for
from myedu.kit.web.responses import AnyRequest, html_page, redirect
from myedu.portal.context import FromContext
from myedu.portal.identity import service
from myedu.portal.identity.presenter_sessions import CLOSED, SESSIONS, sessions_title, sessions_view
from myedu.portal.signed_in import checked_form, session_token, signed_in_page

_CLOSE = f"{SESSIONS}/close"


@get(SESSIONS)
async def sessions(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """The viewer's open sessions."""
    token, now = session_token(request), context.clock.now()
    viewer, found = await service.own_sessions(context.database, token, now)
    words = words_for(request, context.words)
    page = signed_in_page(
        request,
        context,
        sessions_title(words),
        viewer,
        zone_note=words.gettext("All times are Moscow times"),
    )
    view = sessions_view(words, found, now, action=_CLOSE, has_closed=CLOSED in request.query_params)
    return html_page(context, "identity/sessions.html", page, view)


@post(_CLOSE, status_code=HTTP_303_SEE_OTHER)
async def close(request: AnyRequest, context: FromContext) -> Response[bytes]:
    """Close the session of the field `session`, or with `others` all but this one; back to the list."""
    token, now = session_token(request), context.clock.now()
    await service.own_sessions(context.database, token, now)  # whoever has no session signs in first
    form = await checked_form(request, context)
    closed = 0
    if "others" in form or form.get("session"):
        key = None if "others" in form else form["session"]
        closed = await service.close_own_sessions(context.database, token, key, now)
    return redirect(f"{SESSIONS}?{CLOSED}=1" if closed else SESSIONS)


ROUTES = [sessions, close]
