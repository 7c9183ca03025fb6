"""What handlers share: the server, the request with its caller, checks of parameters and answers."""

import logging
import secrets
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TypeVar

import msgspec
from starlette.requests import Request

from myedu.connector.sdk.act import check_subject, log_act
from myedu.connector.sdk.answer_bounds import with_left_out
from myedu.connector.sdk.answer_parser import decoded_lenient
from myedu.connector.sdk.http_semantics import convert_parameter, query_parameter
from myedu.connector.sdk.oauth import AuthorizationServer, Caller
from myedu.connector.sdk.system import JournalSystem, OptionalParts, Soon, check_declared
from myedu.contract.act import ActClaims
from myedu.contract.answers import Answer, SystemDescription
from myedu.contract.methods import Method
from myedu.contract.problems import ContractError, problem
from myedu.contract.windows import Window, parse_window
from myedu.contract.wire import Id
from myedu.kit.clock import Clock

log = logging.getLogger("myedu.connector.server")

T = TypeVar("T")


class ServerContext(msgspec.Struct, frozen=True, kw_only=True):
    """What is the same for all requests."""

    system: JournalSystem
    parts: OptionalParts  # of the same system
    base_url: str
    authorization_server: AuthorizationServer
    clock: Clock
    link_key: bytes  # signs links of attachments
    exports: Path | None  # the folder of packages


class RequestContext(msgspec.Struct, frozen=True, kw_only=True):
    """A request from a verified caller."""

    server: ServerContext
    request: Request
    method: Method
    description: SystemDescription
    caller: Caller
    claims: ActClaims | None


class BrokenAnswer(Exception):
    """The vendor's function returned what the contract forbids; for the vendor's log, not for the caller."""


async def describe(server: ServerContext) -> SystemDescription:
    """What the system declares, plus the exports that the SDK serves for it. Raises Misdeclared."""
    declared = await _declared(server.system)
    check_declared(server.system, server.parts, declared)
    if server.exports is None or "exports" in declared.capabilities:
        return declared
    return SystemDescription(
        system=declared.system,
        contract=declared.contract,
        capabilities=(*declared.capabilities, "exports"),
        profiles=declared.profiles,
        limits=declared.limits,
    )


async def _declared(system: JournalSystem) -> SystemDescription:
    # cheap by contract: a plain function is called here and not in a thread
    result: Soon[SystemDescription] = system.capabilities()
    return result if isinstance(result, SystemDescription) else await result


def path_id(context: RequestContext, name: str) -> str:
    """An id in the path. Raises ContractError(bad-id)."""
    return str(convert_parameter(context.request.path_params[name], Id, name, "bad-id"))


def requested_student(context: RequestContext) -> str:
    """The id of the student in the path, logged.

    Raises ContractError: bad-id, or bad-act for another's claim.
    """
    student_id = path_id(context, "student_id")
    check_subject(context.claims, student_id)
    log_act(context.claims, context.caller, context.method.name, student_id)
    return student_id


def requested_window(context: RequestContext, names: tuple[str, str] = ("from", "to")) -> Window:
    """The window in the query parameters `names`. Raises ContractError."""
    first, last = (query_parameter(context.request, name) for name in names)
    longest = context.description.limits.window_days
    return parse_window(first, last, _today(context.server), longest, names)


def _today(server: ServerContext) -> date:
    return server.parts.today.today() if server.parts.today else server.clock.now().date()


def implemented(part: T | None) -> T:
    """A part of the system whose capability is declared: `check_declared` has made sure that it is there."""
    assert part is not None
    return part


def require_found(result: T | None) -> T:
    """What the vendor's function returned. Raises ContractError(not-found) for None and False."""
    if result is None or result is False:
        # the same text whether the id doesn't exist or this caller may not see it
        raise ContractError(problem("not-found"))
    return result


def encode_checked(context: RequestContext, value: object, expected: Mapping[str, object]) -> bytes:
    """The answer's JSON. `expected`: fields that must repeat the request.

    An odd entry of an answer about days is left out, with a line in the log that names its place. Raises
    BrokenAnswer if the answer breaks the contract or is about something else, ContractError if it is too
    long.
    """
    body = msgspec.json.encode(value)
    try:
        answer = msgspec.json.decode(body, type=context.method.answer)
    except msgspec.ValidationError as error:
        body, answer = _without_odd_entries(context, body, error)
    actual = msgspec.structs.asdict(answer)
    for name, wanted in expected.items():
        if actual[name] != wanted:
            raise BrokenAnswer(f"{context.method.name}: {name} is {actual[name]!r}, requested {wanted!r}")
    _check_size(context, body, answer)
    return body


def _without_odd_entries(
    context: RequestContext, body: bytes, error: msgspec.ValidationError
) -> tuple[bytes, Answer]:
    """A vendor's one odd row must not cost a family its week; mostly odd rows are a fault to be mended."""
    method = context.method
    if method.answer is None or not issubclass(method.answer, Answer):
        raise BrokenAnswer(f"{method.name}: {error}") from None
    try:
        answer, findings = decoded_lenient(body, method.answer)
    except msgspec.MsgspecError:
        raise BrokenAnswer(f"{method.name}: {error}") from None
    places = "; ".join(f"{place}: {count}" for place, count in findings.places.most_common(5))
    log.error(
        "odd values are left out: method=%s left_out=%d places=%s", method.name, findings.left_out, places
    )
    answer = with_left_out(answer, findings.left_out)
    return msgspec.json.encode(answer), answer


def _check_size(context: RequestContext, body: bytes, answer: object) -> None:
    longest = context.description.limits.answer_bytes
    if len(body) <= longest:
        return
    if not isinstance(answer, Answer):
        raise BrokenAnswer(f"{context.method.name}: {len(body)} bytes, at most {longest} are served")
    detail = f"the answer has {len(body)} bytes, at most {longest} are served: request fewer days"
    raise ContractError(problem("window-too-long", field="to", detail=detail))


def incident() -> str:
    """A random name under which the vendor finds a failure in the log."""
    return f"urn:myedu:incident:{secrets.token_hex(8)}"
