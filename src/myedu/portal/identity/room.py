"""The room `identity`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import quote

from litestar import Response
from psycopg import AsyncConnection

from myedu.esia.client import esia_client
from myedu.kit.encryption import Keyring, read_keys
from myedu.kit.settings import Settings
from myedu.kit.web.admission import RequestClassSpec
from myedu.kit.web.error_handlers import context_of, error_response, is_for_program, not_found
from myedu.kit.web.error_pages import error_view
from myedu.kit.web.languages import words_for
from myedu.kit.web.pages import ErrorView, Link
from myedu.kit.web.responses import AnyRequest, local_path, own_address, redirect
from myedu.portal.context import AppContext
from myedu.portal.identity import web_organization, web_sessions
from myedu.portal.identity.certificates import CERTIFICATE_ENDS, end_of_certificate
from myedu.portal.identity.checks import CHECKS
from myedu.portal.identity.esia_registration import ENTER_BACK, esia_settings
from myedu.portal.identity.models import NotHead, NotOperator, NotSignedIn, RightsUnconfirmed
from myedu.portal.identity.presenter import ENTER, unconfirmed_rights
from myedu.portal.identity.rights import Rights
from myedu.portal.identity.service import erase_persons
from myedu.portal.identity.settings import IdentitySettings
from myedu.portal.identity.web import ROUTES
from myedu.portal.people.models import Place
from myedu.portal.room import Room
from myedu.portal.settings import EncryptionSettings, check_files, check_keys


@asynccontextmanager
async def _open(context: AppContext) -> AsyncIterator[Mapping[str, object]]:
    settings, clock = context.settings, context.clock
    async with esia_client(esia_settings(settings), clock) as esia:
        keyring = Keyring(read_keys(settings.of(EncryptionSettings).copy_keys))
        _record_ends(context, settings.of(IdentitySettings))
        rights = Rights(context.database, esia, keyring, clock, settings.of(IdentitySettings))
        asking = asyncio.create_task(rights.confirm_forever())
        try:
            yield {"esia": esia, "rights": rights}
        finally:
            asking.cancel()


def _record_ends(context: AppContext, own: IdentitySettings) -> None:
    """Of the files that this process has read; others, put in their place, are read by the next one."""
    files = {"portal": own.esia_certificate}
    files |= {f"esia-{number}": path for number, path in enumerate(own.esia_token_keys, start=1)}
    for name, path in files.items():
        if ends := end_of_certificate(Path(path)):
            context.telemetry.set(CERTIFICATE_ENDS.name, ends.timestamp(), name)


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


def _rights_unconfirmed(request: AnyRequest, error: RightsUnconfirmed) -> Response[bytes]:
    words = words_for(request, context_of(request).words)
    back = own_address(request)
    if request.method not in ("GET", "HEAD"):  # the page of the form
        back = local_path(request.headers.get("referer", "").removeprefix(context_of(request).base_url))
    failure = unconfirmed_rights(words, error, back)
    headers = {} if failure.retry_after is None else {"retry-after": str(failure.retry_after)}
    return error_response(request, failure.status, view=failure.view, title=failure.title, headers=headers)


async def _erase(conn: AsyncConnection, region: str, system_id: str) -> None:
    await erase_persons(conn, Place(region, system_id))


ROOM = Room(
    name="identity",
    settings=(IdentitySettings,),
    check_settings=_check,
    routes=(*ROUTES, *web_organization.ROUTES, *web_sessions.ROUTES),
    templates="myedu.portal.identity",
    erase=_erase,
    errors={
        NotSignedIn: _not_signed_in,
        NotOperator: not_found,
        NotHead: not_found,
        RightsUnconfirmed: _rights_unconfirmed,
    },
    # The return from ESIA is most of the work of a sign-in and has a class of its own: visitors who have
    # begun to sign in can finish before others begin.
    request_classes=(
        RequestClassSpec("sign-in", share=1 / 8, paths=(ENTER,)),
        RequestClassSpec("sign-in-end", share=1 / 4, paths=(ENTER_BACK,)),
    ),
    form_targets=lambda settings: (settings.of(IdentitySettings).esia_url,),
    services=("esia",),
    open=_open,
    published_sql={
        "identity.viewer_of": "the viewer of a session: a page's only statement joins it",
        "identity.accounts": "verification matches teachers with the accounts that ESIA has confirmed",
        "identity.account_roles": "the same, with the schools where ESIA names them",
        "identity.login_sessions": "the same statement notes that the session is used (its seen_at)",
    },
    checks=CHECKS,
    metrics=(CERTIFICATE_ENDS,),
)
