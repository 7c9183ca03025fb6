"""POST /sandbox/people makes an account for an invented person, if the settings allow it."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from myedu.contract.snils import normalise_snils
from myedu.esia.sandbox.errors import RestFault, absent
from myedu.esia.sandbox.people import InvalidPeople, SandboxPerson
from myedu.esia.sandbox.state import Sandbox
from myedu.esia.sandbox_accounts import Account, AccountRequest

_OIDS_FROM = 200_000_000_000
"""Above all SNILS and all oids in use: an account without an oid gets this number plus its SNILS."""
_MAX_BODY = 16 * 1024  # bytes


async def create_account(request: Request) -> Response:
    """200 with the account's oid; 404 if registration is closed; 400, 413, 415 with {code, message}."""
    sandbox = Sandbox.of_request(request)
    try:
        if not sandbox.settings.open_registration:
            raise absent()
        person = sandbox.accounts.add(_person(await _account_request(request)))
    except RestFault as fault:
        body = {"code": fault.code, "message": fault.message}
        return Response(msgspec.json.encode(body), fault.status, media_type="application/json")
    except InvalidPeople as error:
        body = {"code": "SANDBOX", "message": str(error)}
        return Response(msgspec.json.encode(body), 400, media_type="application/json")
    return Response(msgspec.json.encode(Account(oid=person.oid)), media_type="application/json")


async def _account_request(request: Request) -> AccountRequest:
    # Without CORS a page of another site can send a form but no JSON.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise RestFault(415, "SANDBOX", "send application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_BODY:
            raise RestFault(413, "SANDBOX", f"the body is longer than {_MAX_BODY} bytes")
    try:
        return msgspec.json.decode(bytes(body), type=AccountRequest)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RestFault(400, "SANDBOX", str(error)) from None


def _person(account: AccountRequest) -> SandboxPerson:
    snils = normalise_snils(account.snils) if account.snils else None
    if account.snils and snils is None:
        raise RestFault(400, "SANDBOX", "snils is not eleven digits with a right check number")
    if snils is None and account.oid is None:
        raise RestFault(400, "SANDBOX", "give snils or oid: ESIA has no account without either")
    return SandboxPerson(
        oid=account.oid if account.oid is not None else _OIDS_FROM + int(snils or 0),
        last_name=account.last_name,
        first_name=account.first_name,
        middle_name=account.middle_name,
        birth_date=account.birth_date,
        gender=account.gender,
        account="confirmed",
        snils=snils,
        about=account.about,
    )
