"""The room `identity`."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import quote

from litestar import Response

from myedu.esia.client import esia_client
from myedu.esia.settings import EsiaSettings
from myedu.kit.settings import Settings
from myedu.kit.web.admission import RequestClassSpec
from myedu.kit.web.error_handlers import context_of, error_response, is_for_program, not_found
from myedu.kit.web.error_pages import error_view
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import ErrorView, Link
from myedu.kit.web.responses import AnyRequest, own_address, redirect
from myedu.portal.context import AppContext
from myedu.portal.identity.checks import CHECKS
from myedu.portal.identity.models import NotOperator, NotSignedIn
from myedu.portal.identity.presenter import ENTER
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.identity.web import ENTER_BACK, ROUTES
from myedu.portal.room import Room
from myedu.portal.settings import ServerSettings, check_files, check_keys


def esia_settings(settings: Settings) -> EsiaSettings:
    """The settings of ESIA's client, from those of the portal."""
    base_url, own = settings.of(ServerSettings).base_url, settings.of(IdentitySettings)
    return EsiaSettings(
        base_url=own.esia_url,
        client_id=own.esia_client_id,
        redirect_uri=f"{base_url}{ENTER_BACK}",
        key=own.esia_key,
        certificate=own.esia_certificate,
        token_keys=own.esia_token_keys,
        issuer=own.esia_issuer,
        version=own.esia_version,
        certificate_hash=own.esia_certificate_hash,
        logout_redirect_url=f"{base_url}/",
        timeout_s=own.esia_seconds,
    )


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, object]]:
    async with esia_client(esia_settings(context.settings), context.clock) as esia:
        yield {"esia": esia}


def _check(settings: Settings) -> None:
    own = settings.of(IdentitySettings)
    check_keys({"ESIA_KEY": own.esia_key})
    check_files({"ESIA_CERTIFICATE": own.esia_certificate})
    for path in own.esia_token_keys:
        check_files({"ESIA_TOKEN_KEYS": path})


def _not_signed_in(request: AnyRequest, _: NotSignedIn) -> Response[bytes]:
    enter = ENTER
    if request.method == "GET":
        enter = f"{ENTER}?next={quote(own_address(request), safe='')}"
        if not is_for_program(request) and "hx-request" not in request.headers:
            return redirect(enter)
    words = words_for(request, context_of(request).words)
    view = ErrorView(
        text=error_view(words, 401).text, action=Link(label=words.gettext("Sign in"), href=enter)
    )
    # htmx requests a part of a page; the header makes it open the sign-in in the whole window.
    return error_response(request, 401, view=view, headers={"hx-redirect": enter})


ROOM = Room(
    name="identity",
    settings=(IdentitySettings,),
    check_settings=_check,
    routes=ROUTES,
    errors={NotSignedIn: _not_signed_in, NotOperator: not_found},
    # The return from ESIA is most of the work of a sign-in and has a class of its own: visitors who have
    # begun to sign in can finish before others begin.
    request_classes=(
        RequestClassSpec("sign-in", share=1 / 8, paths=(ENTER,)),
        RequestClassSpec("sign-in-end", share=1 / 4, paths=(ENTER_BACK,)),
    ),
    form_targets=lambda settings: (settings.of(IdentitySettings).esia_url,),
    services=("esia",),
    open=_open,
    published_sql={"identity.viewer_of": "the viewer of a session: a page's only statement joins it"},
    checks=CHECKS,
)
