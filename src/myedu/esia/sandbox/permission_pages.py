"""/sandbox/permissions: what people have permitted and whom they work for, with buttons that end it.

The real ESIA has this in the person's own account. Here it lets a developer see what a portal does when a
permission or a role ends after the sign-in.
"""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from myedu.esia.sandbox.errors import OauthFault
from myedu.esia.sandbox.pages import PermissionView, RoleView
from myedu.esia.sandbox.parameters import read_parameters
from myedu.esia.sandbox.scopes import describe_scopes
from myedu.esia.sandbox.state import Sandbox

PATH = "/sandbox/permissions"


async def permissions(request: Request) -> Response:
    """GET: every permission and every role."""
    sandbox = Sandbox.of_request(request)
    views = []
    for oid, client_id, permission in sandbox.permissions.all():
        person = sandbox.cast.person(oid)
        scopes = list(zip(permission.scopes, describe_scopes(" ".join(permission.scopes)), strict=True))
        if person is not None:
            views.append(PermissionView(person, client_id, scopes))
    roles = [
        RoleView(person, organisation, role.chief)
        for person in sandbox.cast.people
        for role in person.roles
        if (organisation := sandbox.cast.organisation(role.organisation)) is not None
    ]
    systems = [client.mnemonic for client in sandbox.settings.clients]
    return sandbox.pages.permissions(views, roles, sandbox.cast.organisations, systems)


async def change(request: Request) -> Response:
    """POST: withdraws a scope (`scope`), or ends a role (`organisation`), of the person `oid`.

    With `chief`: only that they lead it. Without a person: `liquidated` is yes or no, or `refused` is, of the
    system `client_id`.
    """
    sandbox = Sandbox.of_request(request)
    # A page of another site may not press a button here.
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return sandbox.pages.fault("Нажмите кнопку на странице песочницы.")
    try:
        form = await read_parameters(request)
    except OauthFault as fault:
        return sandbox.pages.fault(fault.description)
    oid, organisation = _number(form.get("oid", "")), _number(form.get("organisation", ""))
    if organisation and "liquidated" in form:
        sandbox.accounts.set_liquidated(organisation, liquidated=form["liquidated"] == "yes")
    elif organisation and "refused" in form:
        client_id = form.get("client_id", "")
        sandbox.accounts.set_refused(organisation, client_id, refused=form["refused"] == "yes")
    elif organisation and "chief" in form:
        sandbox.accounts.end_chief(oid, organisation)
    elif organisation:
        sandbox.accounts.end_role(oid, organisation)
    else:
        sandbox.permissions.withdraw(oid, form.get("client_id", ""), [form.get("scope", "")])
    return RedirectResponse(PATH, status_code=303)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
