"""REST under /rs: a person, his collections, his organisations. What a scope does not open is not there.

Answers have ESIA's shape: collections carry absolute URLs, or objects where `embed=(elements)` asks for them.
"""

import re
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from myedu.esia.sandbox.errors import RestFault, absent, scope_not_allowed, unauthorized
from myedu.esia.sandbox.people import SandboxPerson
from myedu.esia.sandbox.rest_shapes import (
    Element,
    addresses_of,
    collection,
    contacts_of,
    documents_of,
    kid_documents_of,
    kids_of,
    organisation_body,
    person_body,
    role_body,
)
from myedu.esia.sandbox.scopes import opened_for_organisation, opened_for_person
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox.tokens import AccessToken, TokenWrong

_JSON = "application/json;charset=UTF-8"
_EMBEDDED = re.compile(r"[\w.]+")

Opened = frozenset[str]


async def person(request: Request) -> Response:
    """/rs/prns/{oid}, with `embed=(contacts.elements,…)` of its collections."""
    return await _answer(request, _person)


async def person_collection(request: Request) -> Response:
    """/rs/prns/{oid}/{ctts|addrs|docs|vhls|kids|roles|orgs}"""
    return await _answer(request, _person_collection)


async def person_element(request: Request) -> Response:
    """/rs/prns/{oid}/{collection}/{id}"""
    return await _answer(request, _person_element)


async def kid_documents(request: Request) -> Response:
    """/rs/prns/{oid}/kids/{kid}/docs"""
    return await _answer(request, _kid_documents)


async def kid_document(request: Request) -> Response:
    """/rs/prns/{oid}/kids/{kid}/docs/{id}"""
    return await _answer(request, _kid_document)


async def organisation(request: Request) -> Response:
    """/rs/orgs/{oid}, for its people only."""
    return await _answer(request, _organisation)


async def _answer(request: Request, make: Callable[[Request, AccessToken], Element]) -> Response:
    try:
        token = await run_in_threadpool(_token, request)
        body = make(request, token)
    except RestFault as fault:
        problem = {"code": fault.code, "message": fault.message}
        return JSONResponse(problem, status_code=fault.status, media_type=_JSON)
    return JSONResponse(body, media_type=_JSON, headers={"Cache-Control": "no-store"})


def _token(request: Request) -> AccessToken:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    sandbox = Sandbox.of(request)
    if kind.lower() != "bearer":
        raise unauthorized()
    try:
        return sandbox.tokens.read_access(token.strip(), sandbox.clock.now())
    except TokenWrong:
        raise unauthorized() from None


def _asked_person(request: Request, token: AccessToken) -> SandboxPerson:
    """A token opens its own person and nobody else."""
    if request.path_params["oid"] != token.oid:
        raise scope_not_allowed()
    found = Sandbox.of(request).cast.person(token.oid)
    if found is None:
        raise absent()
    return found


def _person(request: Request, token: AccessToken) -> Element:
    asked = _asked_person(request, token)
    body = person_body(asked, opened_for_person(token.scope))
    embedded = _embedded(request)
    for name, path in _EMBEDDABLE.items():
        if f"{name}.elements" in embedded:
            body[name] = collection(_elements(request, token, asked, path), embed=True, at="")
    return body


_EMBEDDABLE = {
    "contacts": "ctts",
    "addresses": "addrs",
    "documents": "docs",
    "vehicles": "vhls",
    "kids": "kids",
    "organizations": "orgs",
}


def _person_collection(request: Request, token: AccessToken) -> Element:
    name = request.path_params["collection"]
    elements = _elements(request, token, _asked_person(request, token), name)
    if name == "roles":  # the one collection that always carries objects
        return collection(elements, embed=True, at="")
    at = _address(request, "/rs/orgs") if name == "orgs" else _address(request)
    return collection(elements, embed="elements" in _embedded(request), at=at)


def _person_element(request: Request, token: AccessToken) -> Element:
    elements = _elements(request, token, _asked_person(request, token), request.path_params["collection"])
    return _one(elements, request.path_params["id"])


def _kid_documents(request: Request, token: AccessToken) -> Element:
    embed = "elements" in _embedded(request)
    return collection(_documents_of_kid(request, token), embed=embed, at=_address(request))


def _kid_document(request: Request, token: AccessToken) -> Element:
    return _one(_documents_of_kid(request, token), request.path_params["id"])


def _documents_of_kid(request: Request, token: AccessToken) -> list[Element]:
    kids = _kids(request, _asked_person(request, token))
    kid = next((kid for kid in kids if kid.oid == request.path_params["kid"]), None)
    if kid is None:
        raise absent()
    return kid_documents_of(kid, opened_for_person(token.scope))


def _organisation(request: Request, token: AccessToken) -> Element:
    sandbox = Sandbox.of(request)
    asked, member = request.path_params["oid"], sandbox.cast.person(token.oid)
    found = sandbox.cast.organisation(asked)
    if found is None or member is None or asked not in {role.organisation for role in member.roles}:
        raise scope_not_allowed()
    opened = opened_for_organisation(token.scope, asked)
    if "usr_org" not in opened_for_person(token.scope) and not opened:
        raise scope_not_allowed()
    return organisation_body(found, opened)


def _elements(request: Request, token: AccessToken, asked: SandboxPerson, name: str) -> list[Element]:
    cast, opened = Sandbox.of(request).cast, opened_for_person(token.scope)
    if name == "ctts":
        return contacts_of(asked, opened)
    if name == "addrs":
        return addresses_of(asked, opened)
    if name == "docs":
        return documents_of(asked, opened)
    if name == "kids":
        return kids_of(
            _kids(request, asked), opened, with_documents="documents.elements" in _embedded(request)
        )
    if name == "vhls":
        _require(opened, "vehicles")
        return []  # nobody in the sandbox drives
    if name not in ("roles", "orgs"):
        raise absent()
    _require(opened, "usr_org")
    places = [(role, cast.organisation(role.organisation)) for role in asked.roles]
    if name == "roles":
        return [role_body(asked, role, place) for role, place in places if place]
    return [
        organisation_body(place, opened_for_organisation(token.scope, place.oid))
        for _, place in places
        if place
    ]


def _kids(request: Request, parent: SandboxPerson) -> list[SandboxPerson]:
    sandbox = Sandbox.of(request)
    if sandbox.settings.kids_need_confirmed_parent and not parent.confirmed:
        return []
    return sandbox.cast.children_of(parent)


def _require(opened: Opened, scope: str) -> None:
    if scope not in opened:
        raise scope_not_allowed()


def _one(elements: list[Element], wanted: int) -> Element:
    found = next((element for element in elements if element.get("id") == wanted), None)
    if found is None:
        raise absent()
    return found


def _embedded(request: Request) -> set[str]:
    """`(elements)` or `(contacts.elements,documents.elements)`."""
    return set(_EMBEDDED.findall(request.query_params.get("embed", "")))


def _address(request: Request, path: str | None = None) -> str:
    """Absolute, from the host that was asked."""
    return f"{request.url.scheme}://{request.url.netloc}{path or request.url.path}"
