"""The vendors' sandbox: register a journal, load its export, sign in as one of its families.

Only where all people are invented (settings.is_sandbox), and only for an operator.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from psycopg import AsyncConnection

from myedu.connector.sdk.signing import BadKey, load_private_key, load_public_key
from myedu.esia.sandbox_accounts import AccountRequest
from myedu.kit.settings import Settings
from myedu.portal.audit import service as audit
from myedu.portal.context import AppContext
from myedu.portal.exports import service as exports
from myedu.portal.exports.models import PackageLine, SystemLine
from myedu.portal.identity import service as identity
from myedu.portal.operators.service import check_operator, note_read
from myedu.portal.people import service as people
from myedu.portal.people.models import InventedPerson, InventedPupil, System, Viewer
from myedu.portal.people.service import NotSandbox
from myedu.portal.settings import is_sandbox, journal_key

PUPILS_A_PAGE = 30
_FIELDS = ("system", "region", "name", "base_url", "client_id", "public_key")
_BIRTH_DATE = date(1990, 1, 1)  # ESIA has every birth date, an export need not

Field = Literal["system", "region", "name", "base_url", "client_id", "public_key", "moved"]


class NoSuchSystem(Exception):
    """No system or person of this name in the sandbox."""


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """The form as it was filled in; texts without blanks around them, and without NUL."""

    system: str = ""
    region: str = ""
    name: str = ""
    base_url: str = ""
    client_id: str = ""
    public_key: str = ""

    @staticmethod
    def of(form: Mapping[str, str]) -> "Registration":
        """The fields of a form."""
        return Registration(**{name: form.get(name, "").replace("\0", "").strip() for name in _FIELDS})


class BadRegistration(Exception):
    """Fields that have to be corrected."""

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


class VendorSandboxFacts(msgspec.Struct, frozen=True):
    """All registered systems."""

    viewer: Viewer
    systems: Sequence[System]


class SystemFacts(msgspec.Struct, frozen=True):
    """One system. `pupils`: whose last name begins with `begins`; at most PUPILS_A_PAGE."""

    viewer: Viewer
    system: System
    line: SystemLine
    packages: Sequence[PackageLine]
    begins: str
    pupils: Sequence[InventedPupil]


class AccountFacts(msgspec.Struct, frozen=True):
    """A person of a system's export."""

    viewer: Viewer
    system: System
    person: InventedPerson


async def systems(context: AppContext, token: str | None) -> VendorSandboxFacts:
    """All registered systems."""
    viewer = await _operator(context, token, "vendor-systems")
    async with context.database.connection() as conn:
        return VendorSandboxFacts(viewer, await people.systems(conn))


async def system(context: AppContext, token: str | None, system_id: str, begins: str) -> SystemFacts:
    """One system with its packages and pupils. Raises NoSuchSystem."""
    viewer = await _operator(context, token, "vendor-system")
    async with context.database.transaction() as conn:
        known = await _system(conn, system_id)
        line = await exports.system(conn, system_id)
        if line is None:
            raise NoSuchSystem(system_id)
        packages = [one for one in await exports.newest_packages(conn) if one.system_id == system_id]
        pupils = await people.invented_pupils(conn, context.settings, known, begins, PUPILS_A_PAGE)
        if pupils:
            now = context.clock.now()
            await note_read(conn, viewer, now, known.region, known.id, page="vendor-system")
    return SystemFacts(viewer, known, line, packages, begins, pupils)


async def register(context: AppContext, token: str | None, given: Registration) -> None:
    """Add a system or change it. Raises BadRegistration with every wrong field."""
    now, viewer = context.clock.now(), await _operator_now(context, token, "register")
    async with context.database.transaction() as conn:
        if wrong := _wrong_fields(given):
            raise BadRegistration(wrong)
        new = System(
            id=given.system,
            region=given.region,
            name=given.name,
            base_url=given.base_url,
            client_id=given.client_id,
            registered_at=now,
        )
        try:
            await people.register_system(conn, new)
        except people.SystemMoved:
            raise BadRegistration(["moved"]) from None
        if given.public_key:
            await exports.register_key(conn, new.id, given.public_key, now)
        await _note(conn, context, viewer, "bench.register", new)


async def pull(context: AppContext, token: str | None, system_id: str) -> None:
    """Queue a pull of the newest package, unless one is queued already. Raises NoSuchSystem."""
    viewer = await _operator_now(context, token, "pull")
    async with context.database.transaction() as conn:
        known = await _system(conn, system_id)
        await exports.request_pull(conn, system_id)
        await _note(conn, context, viewer, "bench.pull", known)


async def account(context: AppContext, token: str | None, system_id: str, person_id: str) -> AccountFacts:
    """A person for whom an account was made. Raises NoSuchSystem."""
    viewer = await _operator(context, token, "vendor-account")
    async with context.database.transaction() as conn:
        known = await _system(conn, system_id)
        person = await people.invented_person(conn, context.settings, known, person_id)
        if person is None:
            raise NoSuchSystem(system_id)
        now = context.clock.now()
        await note_read(conn, viewer, now, known.region, known.id, person_id, page="vendor-account")
    return AccountFacts(viewer, known, person)


async def make_account(
    context: AppContext, token: str | None, system_id: str, person_id: str, about: str
) -> AccountFacts:
    """Make an account at the ESIA sandbox from the export's data. Raises NoSuchSystem, EsiaError.

    It has no children at ESIA: what the person sees comes from the export's guardianships alone.
    """
    facts = await account(context, token, system_id, person_id)
    one = facts.person
    requested = AccountRequest(
        last_name=one.last_name,
        first_name=one.first_name,
        middle_name=one.middle_name,
        birth_date=one.birth_date or _BIRTH_DATE,
        gender="M" if (one.sex or "").lower().startswith("m") else "F",
        snils=one.snils,
        oid=int(one.esia_oid) if one.esia_oid and one.esia_oid.isascii() and one.esia_oid.isdigit() else None,
        about=about,
    )
    await identity.create_sandbox_account(context.settings, requested)
    async with context.database.transaction() as conn:
        await _note(conn, context, facts.viewer, "bench.account", facts.system, person_id)
    return facts


def check_is_sandbox(settings: Settings) -> None:
    """Raises NotSandbox where people may be real."""
    if not is_sandbox(settings):
        raise NotSandbox


async def _operator(context: AppContext, token: str | None, page: str) -> Viewer:
    """Raises NotSandbox, NotSignedIn, NotOperator, RightsUnconfirmed."""
    check_is_sandbox(context.settings)
    return await check_operator(context, token, page)


async def _operator_now(context: AppContext, token: str | None, deed: str) -> Viewer:
    """The same for what others are bound by; ESIA is asked now."""
    check_is_sandbox(context.settings)
    return await context.service(identity.Rights).operator_now(token, deed)


def portal_key(context: AppContext) -> str:
    """The public half of the key by which journals know this portal, PEM."""
    return (
        load_private_key(journal_key(context.settings))
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        .decode("ascii")
    )


def _wrong_fields(given: Registration) -> list[Field]:
    right: dict[Field, bool] = {
        "system": people.is_system_id(given.system),
        "region": people.is_region(given.region),
        "name": 0 < len(given.name) <= 200 and given.name.isprintable(),
        "base_url": people.is_base_url(given.base_url),
        "client_id": 0 < len(given.client_id) <= 200 and given.client_id.isprintable(),
        "public_key": not given.public_key or _is_key(given.public_key),
    }
    return [field for field, is_right in right.items() if not is_right]


def _is_key(pem: str) -> bool:
    try:
        load_public_key(pem)
    except BadKey:
        return False
    return True


async def _system(conn: AsyncConnection, system_id: str) -> System:
    known = await people.system(conn, system_id) if people.is_system_id(system_id) else None
    if known is None:
        raise NoSuchSystem(system_id)
    return known


async def _note(
    conn: AsyncConnection,
    context: AppContext,
    viewer: Viewer,
    action: str,
    system: System,
    person_id: str | None = None,
) -> None:
    await audit.record(
        conn,
        at=context.clock.now(),
        action=action,
        actor_account=viewer.account_id,
        actor_relation="operator",
        region=system.region,
        system_id=system.id,
        person_id=person_id,
    )
