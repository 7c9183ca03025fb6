"""Serve the contract over an object that a vendor implements: an ASGI application."""

import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette_compress import CompressMiddleware

from myedu.connector.sdk import downloads, fgis
from myedu.connector.sdk.act import log_act, read_act
from myedu.connector.sdk.calls import (
    Call,
    Service,
    about,
    ask,
    describe,
    encode_checked,
    found,
    incident,
    path_id,
    student_asked,
    window_asked,
)
from myedu.connector.sdk.diary import read_diary
from myedu.connector.sdk.http import (
    converted,
    decoded,
    error_headers,
    json_answer,
    problem_response,
    read_body,
    require_acceptable,
    single,
)
from myedu.connector.sdk.oauth import Authority, OAuthRefusal, RegisteredClient
from myedu.connector.sdk.rate import Rate
from myedu.connector.sdk.system import JournalSystem, check_declared
from myedu.contract.act import ACT_HEADER
from myedu.contract.answers import Capabilities, SystemDescription
from myedu.contract.methods import METHODS, Method
from myedu.contract.problems import PROBLEMS, ContractError, Problem, problem
from myedu.contract.schema import openapi_document
from myedu.contract.tables import AcademicYear
from myedu.contract.wire import Id
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.server")

__all__ = ["RegisteredClient", "connector_app"]

_FORM_BYTES = 16 * 1024
_BODY_BYTES = 1024 * 1024
_SECRETS = ("access_token", "client_secret", "client_assertion")

Handler = Callable[[Call], Awaitable[Response]]


def connector_app(
    system: JournalSystem,
    *,
    base_url: str,
    clients: Sequence[RegisteredClient],
    token_key: bytes,
    clock: Clock,
    exports: Path | None = None,
) -> Starlette:
    """The contract of `system` as an ASGI application.

    `base_url`: how callers write its address; tokens are bound to it. `token_key`: at least 32 random
    bytes, the same in every process. `exports`: a folder that `write_package` fills.
    """
    base_url = base_url.rstrip("/")
    if isinstance(declared := _declared_already(system), SystemDescription):
        check_declared(system, declared)
    authority = Authority(clients, token_key=token_key, base_url=base_url, clock=clock)
    service = Service(
        system=system,
        base_url=base_url,
        authority=authority,
        clock=clock,
        link_key=token_key,
        exports=exports,
    )
    rate = Rate(clock)
    routes = [
        Route(_starlette_path(method), _endpoint(service, rate, method), methods=[method.verb])
        for method in METHODS
        if method.name != "token"
    ]
    routes += [
        Route("/oauth2/token", partial(_token, authority), methods=["POST"]),
        Route("/v1/openapi.json", partial(_openapi, base_url), methods=["GET"]),
        Route(downloads.CONTENT_PATH, partial(downloads.file_content, service), methods=["GET"]),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(CompressMiddleware, minimum_size=1024)],
        exception_handlers={
            ContractError: _on_contract_error,
            HTTPException: _on_http_exception,
            Exception: _on_exception,
        },
    )
    app.router.redirect_slashes = False  # an unknown address is a 404, not another address
    return app


def _declared_already(system: JournalSystem) -> object:
    """What a system declares without waiting, so that a mistake is told at the start."""
    return None if inspect.iscoroutinefunction(system.capabilities) else system.capabilities()


def _starlette_path(method: Method) -> str:
    """`{student_id}` → `{student_id:path}`: an id may hold a slash, sent as %2F."""
    path = method.path
    for parameter in method.parameters:
        if parameter.place == "path" and parameter.kind is Id:
            path = path.replace(f"{{{parameter.name}}}", f"{{{parameter.name}:path}}")
    return path


def _endpoint(service: Service, rate: Rate, method: Method) -> Callable[[Request], Awaitable[Response]]:
    handler = _HANDLERS[method.name]

    async def endpoint(request: Request) -> Response:
        try:
            caller = service.authority.caller(_authorization(request))
            description = await describe(service)
            rate.take(caller.client_id, description.limits.requests_per_second)
            if method.answer is not None:
                require_acceptable(request.headers.get("accept"), "application/json")
            _require_declared(method, description)
            claims = read_act(
                request.headers.get(ACT_HEADER), caller, base_url=service.base_url, clock=service.clock
            )
            return await handler(
                Call(
                    service=service,
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
            raise _failure(request, error) from error

    return endpoint


def _authorization(request: Request) -> str | None:
    for name in _SECRETS:
        if name in request.query_params:
            detail = "a secret in an address ends in logs: send it in a header or in the body"
            raise ContractError(problem("bad-request", field=name, detail=detail))
    return request.headers.get("authorization")


def _require_declared(method: Method, description: Any) -> None:
    wanted, declared = method.capability, description.capabilities
    if method.profile is not None:
        wanted, declared = method.profile, description.profiles
    if wanted is not None and wanted not in declared:
        raise ContractError(problem("not-implemented", detail=f"{wanted} is not declared in capabilities"))


# -- the methods ---------------------------------------------------------------------------------


async def _capabilities(asked: Call) -> Response:
    described = asked.description
    value = Capabilities(
        system=described.system,
        contract=described.contract,
        capabilities=described.capabilities,
        profiles=described.profiles,
        limits=described.limits,
        server_time=asked.service.clock.now(),
    )
    return json_answer(asked.request, encode_checked(asked, value, {}))


async def _student_days(function: str, asked: Call) -> Response:
    student_id, window = student_asked(asked), window_asked(asked)
    value = await ask(asked, function, student_id, window)
    return json_answer(asked.request, encode_checked(asked, value, about("student_id", student_id, window)))


async def _diary(asked: Call) -> Response:
    student_id, window = student_asked(asked), window_asked(asked)
    value = found(await read_diary(asked.service.system, asked.description, student_id, window))
    return json_answer(asked.request, encode_checked(asked, value, about("student_id", student_id, window)))


async def _final_marks(asked: Call) -> Response:
    student_id = student_asked(asked)
    text = single(asked.request, "academic_year") or ""
    year = converted(text, AcademicYear, "academic_year", "bad-parameter")
    value = await ask(asked, "final_marks", student_id, year)
    body = encode_checked(asked, value, {"student_id": student_id, "academic_year": year})
    return json_answer(asked.request, body)


async def _teacher_schedule(asked: Call) -> Response:
    teacher_id, window = path_id(asked, "teacher_id"), window_asked(asked)
    log_act(asked.claims, asked.caller, asked.method.name, teacher_id)
    value = await ask(asked, "teacher_schedule", teacher_id, window)
    return json_answer(asked.request, encode_checked(asked, value, about("teacher_id", teacher_id, window)))


async def _changes(asked: Call) -> Response:
    since = single(asked.request, "since")
    if since is not None:
        converted(since, asked.method.parameters[0].kind, "since", "bad-parameter")
    value = await ask(asked, "changes", since)
    return json_answer(asked.request, encode_checked(asked, value, {}))


async def _put(function: str, asked: Call) -> Response:
    lesson_id = path_id(asked, "lesson_id")
    value = decoded(await read_body(asked.request, _BODY_BYTES), asked.method.body)
    await ask(asked, function, lesson_id, value)
    return Response(status_code=204)


_HANDLERS: dict[str, Handler] = {
    "capabilities": _capabilities,
    "schedule": partial(_student_days, "schedule"),
    "homework": partial(_student_days, "homework"),
    "marks": partial(_student_days, "marks"),
    "attendance": partial(_student_days, "attendance"),
    "diary": _diary,
    "final-marks": _final_marks,
    "teacher-schedule": _teacher_schedule,
    "file": downloads.file_link,
    "changes": _changes,
    "put-meeting": partial(_put, "put_meeting"),
    "put-presence": partial(_put, "put_presence"),
    "latest-export": downloads.latest_export,
    "export-file": downloads.export_file,
    "federal-schedule": fgis.federal_schedule,
}


async def _openapi(base_url: str, request: Request) -> Response:
    return json_answer(request, msgspec.json.encode(openapi_document(base_url)))


# -- tokens --------------------------------------------------------------------------------------


async def _token(authority: Authority, request: Request) -> Response:
    try:
        token = authority.grant(await _form(request))
    except OAuthRefusal as refusal:
        return _refused(refusal)
    return Response(
        msgspec.json.encode(token), headers={"Cache-Control": "no-store"}, media_type="application/json"
    )


async def _form(request: Request) -> dict[str, str]:
    if request.url.query:
        raise OAuthRefusal("invalid_request", "send the parameters in the body: an address ends in logs")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise OAuthRefusal("invalid_request", "send application/x-www-form-urlencoded")
    body = await read_body(request, _FORM_BYTES)
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=20)
    except ValueError:
        raise OAuthRefusal("invalid_request", "the form can't be read") from None
    if any(len(values) > 1 for values in fields.values()):
        raise OAuthRefusal("invalid_request", "a parameter is given twice")
    return {name: values[0] for name, values in fields.items()}


def _refused(refusal: OAuthRefusal) -> Response:
    """RFC 6749 §5.2 and RFC 9457 at once: `error` for OAuth libraries, `code` for ours."""
    code = "unauthorized" if refusal.error == "invalid_client" else "bad-request"
    status, title = PROBLEMS[code]
    fault = OAuthProblem(
        code=code,
        status=status,
        title=title,
        detail=refusal.detail,
        error=refusal.error,
        error_description=refusal.detail,
    )
    return problem_response(fault, error_headers(ContractError(fault)))


class OAuthProblem(Problem, frozen=True, kw_only=True):
    """A problem that an OAuth library understands too."""

    error: str
    error_description: str


# -- errors --------------------------------------------------------------------------------------


def _failure(request: Request, error: Exception) -> ContractError:
    name = incident()
    # the path holds ids of pupils: the route is enough to find the function
    log.error("failed incident=%s route=%s", name, request.scope["endpoint"], exc_info=error)
    return ContractError(problem("internal", instance=name))


def _respond(request: Request, error: ContractError, headers: dict[str, str]) -> Response:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    if path.startswith("/Schedule"):
        return fgis.outcome_response(error.problem, headers)
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
    """The last net, for a fault of the server itself."""
    return _respond(request, ContractError(problem("internal")), {})
