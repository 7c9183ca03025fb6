"""REST under /rs/orgs: organisations with employees, groups, addresses, contacts and branches.

A person's token opens organisations that they belong to, a system's those of its scopes.
"""

from starlette.requests import Request
from starlette.responses import Response

from myedu.esia.sandbox.errors import absent, scope_not_allowed
from myedu.esia.sandbox.organisation_shapes import (
    branch_body,
    contacts_of_organisation,
    employee_body,
    group_body,
    organisation_address,
)
from myedu.esia.sandbox.people import Organisation
from myedu.esia.sandbox.rest import address, answer, embedded
from myedu.esia.sandbox.rest_shapes import Element, collection, organisation_body
from myedu.esia.sandbox.scopes import organisation_scopes, person_scopes
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox.tokens import AccessToken

_ALL = frozenset({"org_inf", "org_ful"})
"""Old scopes that open what several of today's open."""
_SCOPES = {
    "emps": frozenset({"org_emps"}),
    "grps": frozenset({"org_grps"}),
    "addrs": frozenset({"org_addrs"}) | _ALL,
    "ctts": frozenset({"org_ctts"}) | _ALL,
    "brhs": frozenset({"org_brhs"}),
}


async def organisation(request: Request) -> Response:
    """/rs/orgs/{oid}: an organisation."""
    return await answer(request, _organisation)


async def organisation_collection(request: Request) -> Response:
    """/rs/orgs/{oid}/{emps|grps|addrs|ctts|brhs}: a collection of the organisation."""
    return await answer(request, _collection)


async def organisation_element(request: Request) -> Response:
    """/rs/orgs/{oid}/{collection}/{id}: one element of it."""
    return await answer(request, _element)


async def employee_groups(request: Request) -> Response:
    """/rs/orgs/{oid}/emps/{emp}/grps: the groups of one employee."""
    return await answer(request, _employee_groups)


def _opened(request: Request, token: AccessToken) -> tuple[Organisation, frozenset[str]]:
    """The organisation of the address with the token's scopes for it. Raises RestFault if it is closed."""
    sandbox, oid = Sandbox.of_request(request), request.path_params["oid"]
    found, scopes = sandbox.cast.organisation(oid), organisation_scopes(token.scope, oid)
    if found is None or token.client_id in found.refuses:
        raise scope_not_allowed()
    if token.oid is not None:
        member = sandbox.cast.person(token.oid)
        if member is None or oid not in {role.organisation for role in member.roles}:
            raise scope_not_allowed()
    if not scopes and (token.oid is None or "usr_org" not in person_scopes(token.scope)):
        raise scope_not_allowed()
    return found, scopes


def _organisation(request: Request, token: AccessToken) -> Element:
    return organisation_body(*_opened(request, token))


def _collection(request: Request, token: AccessToken) -> Element:
    name = request.path_params["collection"]
    elements = _elements(request, token, name)
    asked = embedded(request)
    embed = "elements" in asked or any(part.startswith("elements.") for part in asked)
    return collection(elements, embed=embed, at=address(request))


def _element(request: Request, token: AccessToken) -> Element:
    wanted = request.path_params["id"]
    for element in _elements(request, token, request.path_params["collection"]):
        if str(element.get("id", element.get("oid"))) == wanted:
            return element
    raise absent()


def _employee_groups(request: Request, token: AccessToken) -> Element:
    found, scopes = _opened(request, token)
    _require(scopes, "grps")
    for person, role in Sandbox.of_request(request).cast.employees_of(found.oid):
        if person.oid == request.path_params["emp"]:
            groups = [group_body(group) for group in found.groups if group.id in role.groups]
            return collection(groups, embed="elements" in embedded(request), at=address(request))
    raise absent()


def _elements(request: Request, token: AccessToken, name: str) -> list[Element]:
    if name not in _SCOPES:
        raise absent()
    found, scopes = _opened(request, token)
    _require(scopes, name)
    if name == "grps":
        return [group_body(group) for group in found.groups]
    if name == "addrs":
        return [organisation_address(found)] if found.address else []
    if name == "ctts":
        return contacts_of_organisation(found)
    if name == "brhs":
        return [branch_body(branch) for branch in found.branches]
    # One employee is read with the person; a list only if it is asked for.
    with_person = "id" in request.path_params or "elements.person" in embedded(request)
    return [
        employee_body(found, person, role, with_person=with_person)
        for person, role in Sandbox.of_request(request).cast.employees_of(found.oid)
    ]


def _require(scopes: frozenset[str], name: str) -> None:
    if not scopes & _SCOPES[name]:
        raise scope_not_allowed()
