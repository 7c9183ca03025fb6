"""An ASGI application that serves the contract over a vendor's JournalSystem."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette_compress import CompressMiddleware

from myedu.connector.sdk import downloads
from myedu.connector.sdk.act import read_act
from myedu.connector.sdk.docs_page import docs_page
from myedu.connector.sdk.federal_schedule import outcome_response
from myedu.connector.sdk.handlers import HANDLERS
from myedu.connector.sdk.http_semantics import (
    error_headers,
    json_answer,
    problem_response,
    require_acceptable,
)
from myedu.connector.sdk.oauth import AuthorizationServer, RegisteredClient
from myedu.connector.sdk.rate_limiter import RateLimiter
from myedu.connector.sdk.replay import ReplayStore
from myedu.connector.sdk.request_context import RequestContext, ServerContext, describe, incident
from myedu.connector.sdk.system import JournalSystem, check_declared, optional_parts
from myedu.connector.sdk.token_endpoint import answer_token
from myedu.contract.act import ACT_HEADER
from myedu.contract.answers import SystemDescription
from myedu.contract.methods import METHODS, Method
from myedu.contract.problems import ContractError, problem
from myedu.contract.schema import openapi_document
from myedu.contract.wire import Id
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.server")

__all__ = ["RegisteredClient", "connector_app"]

_SECRETS = ("access_token", "client_secret", "client_assertion")


def connector_app(
    system: JournalSystem,
    *,
    base_url: str,
    clients: Sequence[RegisteredClient],
    token_key: bytes,
    clock: Clock,
    exports: Path | None = None,
    replay: ReplayStore | None = None,
) -> Starlette:
    """The contract of `system` as an ASGI application. Raises Misdeclared, BadKey, ValueError (token_key).

    `base_url`: the address as callers write it; tokens are bound to it. `token_key`: at least 32 random
    bytes, the same in every process. `exports`: a folder that `write_package` fills. `replay`: stores used
    assertions; several processes share a `SqliteReplay`, a single one needs none.
    """
    base_url = base_url.rstrip("/")
    parts = optional_parts(system)
    if isinstance(declared := _declared_at_start(system), SystemDescription):
        check_declared(system, parts, declared)
    authorization_server = AuthorizationServer(
        clients, token_key=token_key, base_url=base_url, clock=clock, replay=replay
    )
    server = ServerContext(
        system=system,
        parts=parts,
        base_url=base_url,
        authorization_server=authorization_server,
        clock=clock,
        link_key=token_key,
        exports=exports,
    )
    app = Starlette(
        routes=_routes(server, RateLimiter(clock)),
        middleware=[Middleware(CompressMiddleware, minimum_size=1024)],
        exception_handlers={
            ContractError: _on_contract_error,
            HTTPException: _on_http_exception,
            Exception: _on_exception,
        },
    )
    app.router.redirect_slashes = False  # an unknown address is a 404, not another address
    return app


def _declared_at_start(system: JournalSystem) -> object:
    """What a plain `capabilities()` declares, to report mistakes at the start; None for an async one."""
    return None if inspect.iscoroutinefunction(system.capabilities) else system.capabilities()


def _routes(server: ServerContext, rate: RateLimiter) -> list[Route]:
    token = partial(answer_token, server.authorization_server)
    return [
        *(
            Route(_starlette_path(method), _endpoint(server, rate, method), methods=[method.verb])
            for method in METHODS
            if method.name != "token"
        ),
        Route("/oauth2/token", token, methods=["POST"]),
        Route("/v1/docs", partial(docs_page, server), methods=["GET"]),
        Route("/v1/openapi.json", partial(_openapi, server.base_url), methods=["GET"]),
        Route(downloads.CONTENT_PATH, partial(downloads.file_content, server), methods=["GET"]),
    ]


def _starlette_path(method: Method) -> str:
    """`{student_id}` → `{student_id:path}`: an id may hold a slash, sent as %2F."""
    path = method.path
    for parameter in method.parameters:
        if parameter.place == "path" and parameter.kind is Id:
            path = path.replace(f"{{{parameter.name}}}", f"{{{parameter.name}:path}}")
    return path


def _endpoint(
    server: ServerContext, rate: RateLimiter, method: Method
) -> Callable[[Request], Awaitable[Response]]:
    handler = HANDLERS[method.name]

    async def endpoint(request: Request) -> Response:
        try:
            caller = server.authorization_server.authenticate(_authorization(request))
            description = await describe(server)
            rate.take(caller.client_id, description.limits.requests_per_second)
            if method.answer is not None:
                require_acceptable(request.headers.get("accept"), "application/json")
            _require_declared(method, description)
            claims = read_act(
                request.headers.get(ACT_HEADER), caller, base_url=server.base_url, clock=server.clock
            )
            return await handler(
                RequestContext(
                    server=server,
                    request=request,
                    method=method,
                    description=description,
                    caller=caller,
                    claims=claims,
                )
            )
        except (ContractError, HTTPException):
            raise
        except Exception as error:
            raise _failure(method, error) from error

    return endpoint


def _authorization(request: Request) -> str | None:
    for name in _SECRETS:
        if name in request.query_params:
            detail = "addresses are logged: send a secret in a header or in the body"
            raise ContractError(problem("bad-request", field=name, detail=detail))
    return request.headers.get("authorization")


def _require_declared(method: Method, description: SystemDescription) -> None:
    needed, declared = method.capability, description.capabilities
    if method.profile is not None:
        needed, declared = method.profile, description.profiles
    if needed is not None and needed not in declared:
        raise ContractError(problem("not-implemented", detail=f"{needed} is not declared in capabilities"))


async def _openapi(base_url: str, request: Request) -> Response:
    return json_answer(request, msgspec.json.encode(openapi_document(base_url)))


def _failure(method: Method, error: Exception) -> ContractError:
    name = incident()
    # no address: it has ids of students, and the method is enough to find the function
    log.error("failed incident=%s method=%s", name, method.name, exc_info=error)
    return ContractError(problem("internal", instance=name))


def _respond(request: Request, error: ContractError, headers: dict[str, str]) -> Response:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if path.startswith("/Schedule"):
        return outcome_response(error.problem, headers)
    return problem_response(error.problem, headers)


async def _on_contract_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ContractError)
    return _respond(request, error, error_headers(error))


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = {404: "not-found", 405: "method-not-allowed"}.get(error.status_code, "bad-request")
    fault = ContractError(problem(code))
    return _respond(request, fault, {**error_headers(fault), **(error.headers or {})})


async def _on_exception(request: Request, error: Exception) -> Response:
    """The last resort, for a fault of the server itself."""
    return _respond(request, ContractError(problem("internal")), {})
