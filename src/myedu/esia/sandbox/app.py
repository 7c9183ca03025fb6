"""The composition root of the sandbox.

As a program: `python -m myedu.esia.sandbox`, with MYEDU_ESIA_SANDBOX naming a JSON file of SandboxSettings.
Anyone signs in as anybody here, so it answers this machine only, unless the settings say `open_to_network`.
"""

import os
import re
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from myedu.esia.sandbox import rest, rest_organisations
from myedu.esia.sandbox.authorize import ac_v1, ac_v2, login, login_page, logout
from myedu.esia.sandbox.people import InvalidPeople
from myedu.esia.sandbox.permission_pages import PATH as PERMISSIONS_PATH
from myedu.esia.sandbox.permission_pages import change, permissions
from myedu.esia.sandbox.registration import create_account
from myedu.esia.sandbox.settings import SandboxSettings
from myedu.esia.sandbox.state import Sandbox, make_sandbox
from myedu.esia.sandbox.token_endpoint import te_v1, te_v2
from myedu.esia.sandbox_accounts import PATH as ACCOUNTS_PATH
from myedu.esia.signing import SigningUnavailable
from myedu.kit.clock import Clock, SystemClock
from myedu.kit.loopback import is_loopback

_STATIC = Path(__file__).with_name("static")
_SETTINGS_VARIABLE = "MYEDU_ESIA_SANDBOX"
_SLASHES = re.compile(r"/{2,}")


async def _home(request: Request) -> Response:
    sandbox = Sandbox.of_request(request)
    return sandbox.pages.home(sandbox.cast, [client.mnemonic for client in sandbox.settings.clients])


async def _missing(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/rs/"):
        return JSONResponse({"code": "", "message": "Not found"}, status_code=404)
    return Sandbox.of_request(request).pages.missing()


async def _client_gone(request: Request, error: Exception) -> Response:
    """To a client that hung up while it sent its body."""
    return Response(status_code=400)


_ROUTES = [
    Route("/", _home),
    Route("/aas/oauth2/ac", ac_v1, methods=["GET", "POST"]),
    Route("/aas/oauth2/v2/ac", ac_v2, methods=["GET", "POST"]),
    Route("/aas/oauth2/te", te_v1, methods=["POST"]),
    Route("/aas/oauth2/v2/te", te_v2, methods=["POST"]),
    Route("/aas/oauth2/v3/te", te_v2, methods=["POST"]),
    Route("/login", login_page),
    Route("/login", login, methods=["POST"]),
    Route("/idp/ext/Logout", logout),
    Route("/rs/prns/{oid:int}", rest.person),
    Route("/rs/prns/{oid:int}/kids/{kid:int}/docs", rest.kid_documents),
    Route("/rs/prns/{oid:int}/kids/{kid:int}/docs/{id:int}", rest.kid_document),
    Route("/rs/prns/{oid:int}/{collection}", rest.person_collection),
    Route("/rs/prns/{oid:int}/{collection}/{id:int}", rest.person_element),
    Route("/rs/orgs/{oid:int}", rest_organisations.organisation),
    Route("/rs/orgs/{oid:int}/emps/{emp:int}/grps", rest_organisations.employee_groups),
    Route("/rs/orgs/{oid:int}/{collection}", rest_organisations.organisation_collection),
    Route("/rs/orgs/{oid:int}/{collection}/{id}", rest_organisations.organisation_element),
    Route(PERMISSIONS_PATH, permissions),
    Route(PERMISSIONS_PATH, change, methods=["POST"]),
    Route(ACCOUNTS_PATH, create_account, methods=["POST"]),
    Mount("/static", StaticFiles(directory=_STATIC)),
]


def build_sandbox(settings: SandboxSettings, clock: Clock) -> ASGIApp:
    """The ASGI application. It keeps tokens and permissions in memory, so it must run as one process.

    Raises InvalidPeople, ValueError for keys that don't fit, SigningUnavailable.
    """
    app = Starlette(routes=_ROUTES, exception_handlers={404: _missing, ClientDisconnect: _client_gone})
    app.state.sandbox = make_sandbox(settings, clock)
    return _NormalizedPaths(app)


def from_environment() -> ASGIApp:
    """The application with the settings of a file. SystemExit with a sentence if it can't be made."""
    settings = read_settings()
    try:
        app = build_sandbox(settings, SystemClock())
    except (OSError, ValueError, InvalidPeople, SigningUnavailable) as error:
        raise _unusable(error) from error
    return app if settings.open_to_network else _ThisMachineOnly(app)


def read_settings() -> SandboxSettings:
    """The settings of the file that MYEDU_ESIA_SANDBOX names. SystemExit with a sentence."""
    path = os.environ.get(_SETTINGS_VARIABLE)
    if not path:
        raise SystemExit(f"{_SETTINGS_VARIABLE} must name a JSON file with the sandbox's settings.")
    try:
        return msgspec.json.decode(Path(path).read_bytes(), type=SandboxSettings)
    except (OSError, ValueError) as error:
        raise _unusable(error) from error


def _unusable(error: Exception) -> SystemExit:
    return SystemExit(f"{_SETTINGS_VARIABLE}: {os.environ[_SETTINGS_VARIABLE]} is not usable: {error}")


class _ThisMachineOnly:
    """Refuses callers of other machines, whatever address a server was told to listen on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = scope.get("client")
        if scope["type"] == "http" and caller is not None and not is_loopback(caller[0]):
            text = (
                'This sandbox answers its own machine only; "open_to_network" in its settings changes that.\n'
            )
            await PlainTextResponse(text, status_code=403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class _NormalizedPaths:
    """Removes trailing and double slashes: some clients send them, and ESIA accepts them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = _SLASHES.sub("/", scope["path"])
            scope = {**scope, "path": path.rstrip("/") or "/"}
        await self._app(scope, receive, send)
