"""REST under /rs: a person, their collections and organisations, as far as the scopes open them.

Answers have ESIA's shape: collections carry absolute URLs, or objects if `embed=(elements)` asks for them.
"""

import re
from collections.abc import Callable

import msgspec
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
from myedu.esia.sandbox.scopes import organisation_scopes, person_scopes
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox.tokens import AccessToken, InvalidToken

_JSON = "application/json;charset=UTF-8"
_EMBEDDED = re.compile(r"[\w.]+")

Scopes = frozenset[str]


async def person(request: Request) -> Response:
    """/rs/prns/{oid}: the person, with the collections that `embed=(contacts.elements,…)` asks for."""
    return await answer(request, _person)


async def person_collection(request: Request) -> Response:
    """/rs/prns/{oid}/{ctts|addrs|docs|vhls|kids|roles|orgs}: a collection of the person."""
    return await answer(request, _person_collection)


async def person_element(request: Request) -> Response:
    """/rs/prns/{oid}/{collection}/{id}: one element of a collection."""
    return await answer(request, _person_element)


async def kid_documents(request: Request) -> Response:
    """/rs/prns/{oid}/kids/{kid}/docs: the documents of a child."""
    return await answer(request, _kid_documents)


async def kid_document(request: Request) -> Response:
    """/rs/prns/{oid}/kids/{kid}/docs/{id}: one document of a child."""
    return await answer(request, _kid_document)


async def answer(request: Request, make: Callable[[Request, AccessToken], Element]) -> Response:
    """The JSON that `make` gives for a valid access token, or an error as {code, message}."""
    try:
        token = await run_in_threadpool(_token, request)
        body = make(request, token)
    except RestFault as fault:
        problem = {"code": fault.code, "message": fault.message}
        return JSONResponse(problem, status_code=fault.status, media_type=_JSON)
    return JSONResponse(body, media_type=_JSON, headers={"Cache-Control": "no-store"})


def _token(request: Request) -> AccessToken:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    sandbox = Sandbox.of_request(request)
    if kind.lower() != "bearer":
        raise unauthorized()
    try:
        claims = sandbox.tokens.read_access_token(token.strip(), sandbox.clock.now())
    except InvalidToken:
        raise unauthorized() from None
    return _permitted_now(sandbox, claims)


def _permitted_now(sandbox: Sandbox, token: AccessToken) -> AccessToken:
    """The token without the scopes that the person has withdrawn since. Raises RestFault if none is left."""
    if token.oid is None:
        return token
    permission = sandbox.permissions.find(token.oid, token.client_id)
    if permission is None or not permission.withdrawn:
        return token
    left = [name for name in token.scope.split() if name.partition("?")[0] not in permission.withdrawn]
    if not permission.scopes:
        raise unauthorized()
    return msgspec.structs.replace(token, scope=" ".join(left))


def _own_person(request: Request, token: AccessToken) -> SandboxPerson:
    """The person of the token; 403 for any other person."""
    if token.oid is None:
        raise unauthorized()  # a system's own
    if request.path_params["oid"] != token.oid:
        raise scope_not_allowed()
    found = Sandbox.of_request(request).cast.person(token.oid)
    if found is None:
        raise absent()
    return found


def _person(request: Request, token: AccessToken) -> Element:
    person = _own_person(request, token)
    body = person_body(person, person_scopes(token.scope))
    asked = embedded(request)
    for name, path in _EMBEDDABLE.items():
        if f"{name}.elements" in asked:
            body[name] = collection(_elements(request, token, person, path), embed=True, at="")
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
    elements = _elements(request, token, _own_person(request, token), name)
    if name == "roles":  # the one collection that always carries objects
        return collection(elements, embed=True, at="")
    at = address(request, "/rs/orgs") if name == "orgs" else address(request)
    return collection(elements, embed="elements" in embedded(request), at=at)


def _person_element(request: Request, token: AccessToken) -> Element:
    elements = _elements(request, token, _own_person(request, token), request.path_params["collection"])
    return _find(elements, request.path_params["id"])


def _kid_documents(request: Request, token: AccessToken) -> Element:
    embed = "elements" in embedded(request)
    return collection(_documents_of_kid(request, token), embed=embed, at=address(request))


def _kid_document(request: Request, token: AccessToken) -> Element:
    return _find(_documents_of_kid(request, token), request.path_params["id"])


def _documents_of_kid(request: Request, token: AccessToken) -> list[Element]:
    kids = _kids(request, _own_person(request, token))
    kid = next((kid for kid in kids if kid.oid == request.path_params["kid"]), None)
    if kid is None:
        raise absent()
    return kid_documents_of(kid, person_scopes(token.scope))


def _elements(request: Request, token: AccessToken, person: SandboxPerson, name: str) -> list[Element]:
    cast, scopes = Sandbox.of_request(request).cast, person_scopes(token.scope)
    if name == "ctts":
        return contacts_of(person, scopes)
    if name == "addrs":
        return addresses_of(person, scopes)
    if name == "docs":
        return documents_of(person, scopes)
    if name == "kids":
        return kids_of(
            _kids(request, person), scopes, with_documents="documents.elements" in embedded(request)
        )
    if name == "vhls":
        _require(scopes, "vehicles")
        return []  # no one in the sandbox has a vehicle
    if name not in ("roles", "orgs"):
        raise absent()
    _require(scopes, "usr_org")
    places = [(role, cast.organisation(role.organisation)) for role in person.roles]
    if name == "roles":
        return [role_body(person, role, place) for role, place in places if place]
    return [
        organisation_body(place, organisation_scopes(token.scope, place.oid)) for _, place in places if place
    ]


def _kids(request: Request, parent: SandboxPerson) -> list[SandboxPerson]:
    sandbox = Sandbox.of_request(request)
    if sandbox.settings.kids_need_confirmed_parent and not parent.confirmed:
        return []
    return sandbox.cast.children_of(parent)


def _require(scopes: Scopes, scope: str) -> None:
    if scope not in scopes:
        raise scope_not_allowed()


def _find(elements: list[Element], element_id: int) -> Element:
    found = next((element for element in elements if element.get("id") == element_id), None)
    if found is None:
        raise absent()
    return found


def embedded(request: Request) -> set[str]:
    """`(elements)` or `(contacts.elements,documents.elements)`."""
    return set(_EMBEDDED.findall(request.query_params.get("embed", "")))


def address(request: Request, path: str | None = None) -> str:
    """An absolute address on the host of the request; its own path if none is given."""
    return f"{request.url.scheme}://{request.url.netloc}{path or request.url.path}"
