"""One request on its way through the server: who calls, for whom, what is asked."""

import secrets
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request

from myedu.connector.sdk.act import check_subject, log_act
from myedu.connector.sdk.http import converted, single
from myedu.connector.sdk.oauth import Authority, Caller
from myedu.connector.sdk.system import Soon, call, check_declared
from myedu.contract.act import ActClaims
from myedu.contract.answers import Answer, SystemDescription
from myedu.contract.methods import Method
from myedu.contract.problems import ContractError, problem
from myedu.contract.windows import Window, parse_window
from myedu.contract.wire import Id
from myedu.kit.clock import Clock


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """What stays the same from request to request."""

    system: Any  # a JournalSystem with whatever optional functions it has
    base_url: str
    authority: Authority
    clock: Clock
    link_key: bytes
    exports: Path | None


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A request whose caller was verified."""

    service: Service
    request: Request
    method: Method
    description: SystemDescription
    caller: Caller
    claims: ActClaims | None


class BrokenAnswer(Exception):
    """The vendor's function gave what the contract forbids; for the vendor's log, not for the caller."""


async def describe(service: Service) -> SystemDescription:
    """What the system declares, and the exports that the SDK serves for it. Raises Misdeclared."""
    declared = await _described(service.system)
    check_declared(service.system, declared)
    if service.exports is None or "exports" in declared.capabilities:
        return declared
    return SystemDescription(
        system=declared.system,
        contract=declared.contract,
        capabilities=(*declared.capabilities, "exports"),
        profiles=declared.profiles,
        limits=declared.limits,
    )


async def _described(system: Any) -> SystemDescription:
    # cheap by contract: a plain function is called here and not in a thread
    found: Soon[SystemDescription] = system.capabilities()
    return found if isinstance(found, SystemDescription) else await found


def path_id(asked: Call, name: str) -> str:
    """An id of the path. Raises ContractError(bad-id)."""
    return str(converted(asked.request.path_params[name], Id, name, "bad-id"))


def student_asked(asked: Call) -> str:
    """The student of the path; the act claim must be about the same one. Logged."""
    student_id = path_id(asked, "student_id")
    check_subject(asked.claims, student_id)
    log_act(asked.claims, asked.caller, asked.method.name, student_id)
    return student_id


def window_asked(asked: Call, names: tuple[str, str] = ("from", "to")) -> Window:
    """The window of the query. Raises ContractError."""
    first, last = (single(asked.request, name) for name in names)
    longest = asked.description.limits.window_days
    return parse_window(first, last, today(asked.service), longest, names)


def today(service: Service) -> date:
    own = getattr(service.system, "today", None)
    return own() if own else service.clock.now().date()


def found(value: Any) -> Any:
    """What the vendor's function gave. Raises ContractError(not-found) for None and False."""
    if value is None or value is False:
        # the same words for what isn't there and for what this caller may not see
        raise ContractError(problem("not-found"))
    return value


async def ask(asked: Call, function: str, *arguments: Any) -> Any:
    """Call one of the vendor's functions. Raises ContractError(not-found)."""
    return found(await call(getattr(asked.service.system, function), *arguments))


def encode_checked(asked: Call, value: Any, expected: dict[str, Any]) -> bytes:
    """The answer's JSON, once it keeps the contract and is about what was asked. Raises BrokenAnswer."""
    body = msgspec.json.encode(value)
    try:
        answer = msgspec.json.decode(body, type=asked.method.answer)
    except msgspec.ValidationError as error:
        raise BrokenAnswer(f"{asked.method.name}: {error}") from None
    for name, wanted in expected.items():
        if getattr(answer, name) != wanted:
            raise BrokenAnswer(f"{asked.method.name}: {name} is {getattr(answer, name)!r}, asked {wanted!r}")
    _check_size(asked, body, answer)
    return body


def _check_size(asked: Call, body: bytes, answer: Any) -> None:
    longest = asked.description.limits.answer_bytes
    if len(body) <= longest:
        return
    if not isinstance(answer, Answer):
        raise BrokenAnswer(f"{asked.method.name}: {len(body)} bytes, at most {longest} are served")
    detail = f"the answer has {len(body)} bytes, at most {longest} are served: ask for fewer days"
    raise ContractError(problem("window-too-long", field="to", detail=detail))


def about(first: str, whose: str, window: Window) -> dict[str, Any]:
    """What an answer about days must repeat."""
    return {first: whose, "first_day": window.first, "last_day": window.last}


def incident() -> str:
    """A name under which the vendor finds a failure in the log."""
    return f"urn:myedu:incident:{secrets.token_hex(8)}"
