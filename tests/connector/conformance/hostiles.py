"""Bad systems: a good one with exactly one fault. `hostile/<group>/<name>.py` defines HOSTILE, which breaks
the rule `rules/<group>/<name>.py` and no other rule.
"""

import asyncio
import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

import jwt
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from myedu.connector.conformance.keys import ASSERTION_TYPE, Signer, assertion_claims
from myedu.contract.problems import PROBLEM_MEDIA_TYPE, PROBLEMS, problem
from tests.connector.conformance import hostile
from tests.connector.conformance.good import CLIENT_ID, NOW, WholeSchool, write_good_package
from tests.connector.sdk.school import School

TOKEN_PATH = "/oauth2/token"


class Good:
    """The answer of the good system to this request, or to a changed one."""

    def __init__(self, app: ASGIApp, request: Request, body: bytes, portal: Signer) -> None:
        self._app, self._scope, self.body, self.portal = app, request.scope, body, portal

    async def __call__(
        self,
        *,
        verb: str | None = None,
        path: str | None = None,
        query: str | None = None,
        headers: Mapping[str, str | None] | None = None,
        body: bytes | None = None,
    ) -> Response:
        """`path`: below the system's address, percent-encoded. `headers`: None removes one."""
        sent = self.body if body is None else body
        scope = dict(self._scope)
        if verb is not None:
            scope["method"] = verb
        if path is not None:
            scope |= _path(scope.get("root_path", ""), path)
        if query is not None:
            scope["query_string"] = query.encode()
        changed = {name.lower(): text for name, text in (headers or {}).items()}
        changed.setdefault("content-length", str(len(sent)) if sent else None)
        kept = [(name, text) for name, text in scope["headers"] if name.decode().lower() not in changed]
        new = [(name.encode(), text.encode()) for name, text in changed.items() if text is not None]
        scope["headers"] = kept + new
        return await _collected(self._app, scope, sent)

    @property
    def form(self) -> dict[str, str]:
        """The fields of a token request."""
        return dict(parse_qsl(self.body.decode()))

    @property
    def assertion(self) -> str:
        """The client assertion of a token request, "" in any other request."""
        return self.form.get("client_assertion", "") if path_of(Request(self._scope)) == TOKEN_PATH else ""

    async def grant(self) -> Response:
        """The token endpoint's answer to a correct assertion instead of the one sent."""
        root = f"http://{Request(self._scope).headers['host']}{self._scope.get('root_path', '')}"
        claims = assertion_claims(CLIENT_ID, f"{root}/oauth2/token", NOW)
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.portal.sign(claims),
        }
        headers = {"content-type": "application/x-www-form-urlencoded", "authorization": None}
        return await self(
            verb="POST", path="/oauth2/token", query="", headers=headers, body=urlencode(form).encode()
        )

    async def let_in(self, **changes: Any) -> Response:
        """The answer to this request with a good token."""
        token = msgspec.json.decode((await self.grant()).body)["access_token"]
        return await self(headers={"authorization": f"Bearer {token}"}, **changes)


Spoil = Callable[[Request, Good], Awaitable[Response]]


class Hostile(msgspec.Struct, frozen=True, kw_only=True):
    """`system`: a journal with wrong functions. `spoil`: answers each request in place of the good one.
    `package`: fills the folder of exports, and may change its files. The defaults are good."""

    system: Callable[[], School] = WholeSchool
    spoil: Spoil | None = None
    package: Callable[[Path], Any] = write_good_package


def all_hostiles() -> dict[str, Hostile]:
    """The id of its rule → the bad system."""
    found = {}
    for module in pkgutil.walk_packages(hostile.__path__, f"{hostile.__name__}."):
        if not module.ispkg:
            group, _, name = module.name.removeprefix(f"{hostile.__name__}.").partition(".")
            found[f"{group}.{name.replace('_', '-')}"] = importlib.import_module(module.name).HOSTILE
    return found


class Spoiled:
    """The good application with its answers changed by `spoil`."""

    def __init__(self, app: ASGIApp, spoil: Spoil, portal: Signer) -> None:
        self._app, self._spoil, self._portal = app, spoil, portal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        response = await self._spoil(request, Good(self._app, request, body, self._portal))
        await response(scope, receive, send)


def path_of(request: Request) -> str:
    """The path below the system's address, percent-decoded."""
    path: str = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return path


def claims_of(assertion: str) -> dict[str, Any]:
    """The claims of an assertion, not verified."""
    return dict(jwt.decode(assertion, options={"verify_signature": False}))


def wrongly_signed(token: str, signer: Signer) -> bool:
    """True for a token of the signer's algorithm with a signature by another key."""
    if jwt.get_unverified_header(token)["alg"] != signer.algorithm:
        return False
    try:
        jwt.PyJWS().decode(token, signer.public_pem, algorithms=[signer.algorithm])
    except jwt.InvalidSignatureError:
        return True
    return False


def with_json(response: Response, change: Callable[[Any], Any]) -> Response:
    """The same answer with its JSON changed, in place or by what `change` returns."""
    if (
        not response.body
        or "content-encoding" in response.headers
        or "json" not in response.headers.get("content-type", "")
    ):
        return response
    value = msgspec.json.decode(response.body)
    given = change(value)
    return with_body(response, msgspec.json.encode(value if given is None else given))


async def with_manifest(request: Request, good: Good, change: Callable[[Any], Any]) -> Response:
    """The good answer, with the manifest changed."""
    answer = await good()
    is_manifest = path_of(request) == "/v1/exports/latest" and answer.status_code == 200
    return with_json(answer, change) if is_manifest else answer


def with_body(response: Response, body: bytes) -> Response:
    """The same status and headers over other bytes."""
    changed = Response(body, response.status_code)
    changed.raw_headers = [pair for pair in response.raw_headers if pair[0] not in (b"content-length",)] + [
        (b"content-length", str(len(body)).encode())
    ]
    return changed


def with_headers(response: Response, **headers: str | None) -> Response:
    """The same answer with headers set, or removed by None; underscores stand for hyphens."""
    changed = with_body(response, bytes(response.body))
    for name, text in headers.items():
        if name.replace("_", "-") in changed.headers:
            del changed.headers[name.replace("_", "-")]
        if text is not None:
            changed.headers[name.replace("_", "-")] = text
    return changed


def problem_of(code: str, **fields: Any) -> Response:
    """A problem as the contract has it."""
    return Response(
        msgspec.json.encode(problem(code, **fields)), PROBLEMS[code][0], media_type=PROBLEM_MEDIA_TYPE
    )


def _path(root: str, path: str) -> dict[str, Any]:
    return {"path": root + unquote(path), "raw_path": (root + path).encode()}


async def _collected(app: ASGIApp, scope: dict[str, Any], body: bytes) -> Response:
    """The answer of an ASGI application, read to its end."""
    messages: list[Message] = []
    has_requested = asyncio.Event()

    async def receive() -> Message:
        if has_requested.is_set():
            await asyncio.Future()  # no disconnect: a streaming answer waits for one until its end
        has_requested.set()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, send)
    content = b"".join(sent.get("body", b"") for sent in messages if sent["type"] == "http.response.body")
    response = Response(content, messages[0]["status"])
    response.raw_headers = list(messages[0]["headers"])
    return response
