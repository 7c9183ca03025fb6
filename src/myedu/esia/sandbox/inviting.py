"""POST /sandbox/people: an account for an invented person, where the settings allow it."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from myedu.contract.snils import normalise_snils
from myedu.esia.invitation import Account, Invitation
from myedu.esia.sandbox.errors import RestFault, absent
from myedu.esia.sandbox.people import PeopleWrong, SandboxPerson
from myedu.esia.sandbox.state import Sandbox

_OWN_OIDS = 200_000_000_000
"""Above every SNILS and every oid in use. An account without an oid of its own gets one out of its SNILS."""
_LONGEST = 16 * 1024


async def invited(request: Request) -> Response:
    """The account's oid. 404 where nobody may be invited, 400 with ESIA's kind of words for bad input."""
    sandbox = Sandbox.of(request)
    try:
        if not sandbox.settings.invites:
            raise absent()
        person = sandbox.casting.invite(_person(await _invitation(request)))
    except RestFault as fault:
        body = {"code": fault.code, "message": fault.message}
        return Response(msgspec.json.encode(body), fault.status, media_type="application/json")
    except PeopleWrong as error:
        body = {"code": "SANDBOX", "message": str(error)}
        return Response(msgspec.json.encode(body), 400, media_type="application/json")
    return Response(msgspec.json.encode(Account(oid=person.oid)), media_type="application/json")


async def _invitation(request: Request) -> Invitation:
    # A page of another site can send a form, but no JSON without asking first.
    if request.headers.get("content-type", "").partition(";")[0] != "application/json":
        raise RestFault(415, "SANDBOX", "send application/json")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST:
            raise RestFault(413, "SANDBOX", f"an invitation is at most {_LONGEST} bytes")
    try:
        return msgspec.json.decode(bytes(body), type=Invitation)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RestFault(400, "SANDBOX", str(error)) from None


def _person(given: Invitation) -> SandboxPerson:
    snils = normalise_snils(given.snils) if given.snils else None
    if given.snils and snils is None:
        raise RestFault(400, "SANDBOX", "snils is not eleven digits with a right check number")
    if snils is None and given.oid is None:
        raise RestFault(400, "SANDBOX", "give snils or oid: ESIA knows nobody without")
    return SandboxPerson(
        oid=given.oid if given.oid is not None else _OWN_OIDS + int(snils or 0),
        last_name=given.last_name,
        first_name=given.first_name,
        middle_name=given.middle_name,
        birth_date=given.birth_date,
        gender=given.gender,
        account="confirmed",
        snils=snils,
        about=given.about,
    )
